"""Hospital beds: the rooms of a hospital and how many of their beds are free."""
