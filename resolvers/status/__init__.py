"""The status of agencies: how each does, and what administrators announce."""
