"""Legal documents (JDIH): what is promised."""
