"""Legal documents (JDIH): the stand-ins."""
