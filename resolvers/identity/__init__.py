"""The account of the caller: what its fields mean."""
