"""Compiled plans: an operation is compiled once against its schema, and run many times."""
