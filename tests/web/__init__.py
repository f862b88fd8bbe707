"""Tests of the HTML pages: from outside, through the application."""
