"""The stand-ins of the surveys of prices."""

from sandbox.kit.domains import SandboxDomain
from sandbox.prices import pihps, sp2kp, survey

DOMAIN = SandboxDomain(
    routes=(sp2kp.routes, pihps.routes),
    databases={survey.AGENCY: survey.fill},
    renamed=frozenset({"nama", "id", "variant_id"}),
)
