"""What every resolver stands on: the context of an operation, paging, the sources of answers, personal data."""
