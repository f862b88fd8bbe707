"""Room: what an operator does: init, doctor, backup, restore."""
