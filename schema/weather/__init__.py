"""Weather, as the graph promises it."""
