"""Hospitals and their free beds: the types of the schema."""
