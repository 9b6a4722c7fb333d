"""Whole trials by those who use the hub and know nothing of the project: `make trials`."""
