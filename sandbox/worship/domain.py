"""The stand-ins of prayer times and of mosques; what is computed or configured needs none."""

from sandbox.kit.domains import SandboxDomain
from sandbox.worship import myquran, overpass, simas

DOMAIN = SandboxDomain(
    routes=(myquran.routes, overpass.routes, simas.routes),
    renamed=frozenset({"jadwal", "lokasi", "elements", "kabupaten_name"}),
)
