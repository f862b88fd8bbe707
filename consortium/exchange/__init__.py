"""Room: sheets in and out."""
