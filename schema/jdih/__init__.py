"""Legal documents (JDIH): the types of the schema."""
