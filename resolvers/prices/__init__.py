"""Market prices: what its fields mean."""
