"""Which use case takes back which audit event, and what stands in the way of it."""
