"""Tests of the clock and the workers."""
