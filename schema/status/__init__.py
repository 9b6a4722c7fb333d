"""The status of agencies."""
