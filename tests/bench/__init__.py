"""Benchmarks: each figure a ratio to a named peer or limit measured or stated in the same run."""
