"""Legal documents (JDIH): what the fields mean."""
