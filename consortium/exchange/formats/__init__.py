"""How cells are read and written. Pure."""
