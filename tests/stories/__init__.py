"""Whole stories, through the doors and the jobs."""
