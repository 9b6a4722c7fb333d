"""Legal documents (JDIH): its stand-ins."""
