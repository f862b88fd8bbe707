"""Tests of the pure core of route planning."""
