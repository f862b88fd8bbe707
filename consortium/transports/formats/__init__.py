"""Transports on paper: what the van carries along."""
