"""Manifests and labels, read back from the PDF."""
