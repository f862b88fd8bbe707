"""Formats of measures that are fetched."""
