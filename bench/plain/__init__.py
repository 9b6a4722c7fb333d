"""A plain schema through the hub's engine: 1,000 rows of ten fields, and a fan-out of two calls."""
