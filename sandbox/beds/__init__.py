"""Hospitals and their free beds: the stand-ins."""
