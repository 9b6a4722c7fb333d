"""The stand-ins of BMKG: its forecast, its warnings and its earthquakes."""

from sandbox.kit.domains import SandboxDomain
from sandbox.weather import bmkg_earthquakes, bmkg_forecast, cap

DOMAIN = SandboxDomain(
    routes=(bmkg_forecast.routes, cap.routes, bmkg_earthquakes.routes),
    renamed=frozenset({"cuaca", "item", "msgType", "DateTime"}),
)
