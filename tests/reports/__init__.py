"""Tests of what reads across rooms."""
