"""Suppliers of e-media, usage, and the pot that pays for it."""
