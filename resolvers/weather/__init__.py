"""Weather: what its fields mean."""
