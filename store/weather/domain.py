"""The copies of forecasts."""

from store.kit.domains import StoreDomain
from store.weather.forecasts import FORECAST_COPIES

DOMAIN = StoreDomain(copies={"forecasts": FORECAST_COPIES})
