"""Documents: how they are drawn and kept."""
