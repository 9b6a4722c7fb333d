"""Other doors to the same operations."""
