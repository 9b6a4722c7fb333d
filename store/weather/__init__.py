"""Weather in the store: the copies of the forecasts."""
