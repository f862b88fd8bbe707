"""Room: the municipalities and the region that own the consortium, and which of them is host."""
