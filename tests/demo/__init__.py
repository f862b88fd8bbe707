"""Tests of the demo's figures."""
