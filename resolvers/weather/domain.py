"""Forecasts, warnings and earthquakes: how each is found again by its id."""

from connectors.kit.bilingual import Bilingual
from connectors.regions.records import DottedCode
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.weather import earthquakes, forecasts, warnings
from resolvers.weather.sources import WeatherForecast

DOMAIN = ResolverDomain(
    title=Bilingual(id="Cuaca dan gempa", en="Weather and earthquakes"),
    about=Bilingual(
        id="Prakiraan cuaca per kelurahan atau desa, peringatan dini, dan gempa bumi.",
        en="Forecasts by kelurahan or desa, warnings, and earthquakes.",
    ),
    nodes={
        WeatherForecast: NodeKind(
            "WeatherForecast", lambda ctx, code: forecasts.weather_forecast(None, ctx, kelurahan=DottedCode(code))
        ),
        warnings.WarningCheck: NodeKind(
            "WeatherWarningCheck", lambda ctx, code: warnings.weather_warnings(None, ctx, kecamatan=DottedCode(code))
        ),
        warnings.WeatherWarning: NodeKind("WeatherWarning", warnings.weather_warning),
        earthquakes.FeltEarthquake: NodeKind("Earthquake", earthquakes.earthquake),
    },
)
