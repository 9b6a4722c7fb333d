"""Market prices: the stand-ins."""
