"""Market prices: the types of the schema."""
