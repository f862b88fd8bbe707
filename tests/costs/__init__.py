"""What the consortium costs and how it is split."""
