"""The protocols that this domain speaks."""

from connectors.kit.domains import ConnectorDomain
from connectors.weather.bmkg_earthquakes import BmkgEarthquakes
from connectors.weather.bmkg_forecast import BmkgForecast
from connectors.weather.cap import Cap

DOMAIN = ConnectorDomain(connectors=(BmkgForecast, Cap, BmkgEarthquakes))
