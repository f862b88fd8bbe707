"""Which use case takes back which audit event."""
