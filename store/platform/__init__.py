"""What the hub keeps for its own running: the keys of apps."""
