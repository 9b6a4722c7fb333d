"""Who the caller is, what the caller may see, and the audit log of what was read."""
