"""Hospitals and their free beds: its stand-ins."""
