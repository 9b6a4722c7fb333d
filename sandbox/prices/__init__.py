"""Market prices: its stand-ins."""
