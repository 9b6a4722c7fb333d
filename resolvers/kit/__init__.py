"""What every resolver stands on: the context of an operation, paging, provenance, personal data."""
