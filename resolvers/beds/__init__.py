"""Hospitals and their free beds: what the fields mean."""
