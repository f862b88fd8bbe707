"""How usage is written in files: sheets and COUNTER reports."""
