"""Hospitals and their free beds: what is promised."""
