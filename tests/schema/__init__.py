"""The schema as a promise: its rules, its documents, and what was promised before."""
