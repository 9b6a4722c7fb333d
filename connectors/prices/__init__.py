"""Market prices: what a commodity costs, in which market, on which day."""
