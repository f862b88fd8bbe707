"""Formats of the outgoing post and of what comes back. Pure."""
