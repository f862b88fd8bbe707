"""Tests: changes are taken back, or it is said what stands in the way."""
