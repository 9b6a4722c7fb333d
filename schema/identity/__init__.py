"""The account of the caller: the types of the schema."""
