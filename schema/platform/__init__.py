"""The hub itself: the access matrix, the keys of apps and findings."""
