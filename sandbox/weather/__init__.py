"""Weather: its stand-ins."""
