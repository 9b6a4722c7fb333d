"""Hospital beds: which rooms a hospital has and how many beds in them are free."""
