"""Tests of the API: asked as other systems ask."""
