"""Formats of the books: pure."""
