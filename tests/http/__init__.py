"""Tests of what the doors over HTTP share."""
