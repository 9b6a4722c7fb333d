"""Hospitals and their free beds: what its fields mean."""
