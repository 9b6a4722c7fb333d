"""Legal documents (JDIH): what its fields mean."""
