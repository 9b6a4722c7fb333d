"""Property tax (PBB-P2): an object, its bills by year, and what was paid on them."""
