"""Sports venues and sport events: what its fields mean."""
