"""The hub's own database: the copies of feeds, and what the hub itself must remember."""
