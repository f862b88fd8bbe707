"""Patrons and their shared cards."""
