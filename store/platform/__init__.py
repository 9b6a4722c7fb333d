"""What the hub keeps for itself: the keys of apps."""
