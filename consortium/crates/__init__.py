"""Transport crates: the registry, the ledger of what happens to them, empty ones, samples."""
