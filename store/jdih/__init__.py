"""Legal documents (JDIH): what the hub keeps."""
