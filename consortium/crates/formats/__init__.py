"""Crates on paper: their labels."""
