"""Sports venues and sport events: its stand-ins."""
