"""Sports venues and sport events: what is promised."""
