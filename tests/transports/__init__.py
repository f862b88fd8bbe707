"""Transports: plans, crates and what the van carries along."""
