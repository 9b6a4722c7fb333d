"""What is promised of forecasts, warnings and earthquakes."""

from connectors.weather.records import Earthquakes, Forecasts, Warnings
from schema.kit.domains import SchemaDomain
from schema.weather.earthquakes import EarthquakesQuery
from schema.weather.forecasts import ForecastsQuery
from schema.weather.warnings import WarningsQuery

DOMAIN = SchemaDomain(queries={ForecastsQuery: Forecasts, WarningsQuery: Warnings, EarthquakesQuery: Earthquakes})
