"""Market prices: what is promised."""
