"""The stand-ins of the city's desk and of the nation's, and what the hub knows itself by to them."""

from sandbox.complaints import lapor, open311
from sandbox.kit.credentials import account, variable
from sandbox.kit.domains import SandboxDomain

DOMAIN = SandboxDomain(
    routes=(open311.routes, lapor.routes),
    environment={
        variable(open311.AGENCY, "API_KEY"): account(open311.AGENCY).secret,
        variable(lapor.AGENCY, "TOKEN"): account(lapor.AGENCY).secret,
    },
    renamed=frozenset({"service_code", "service_request_id", "trackingid"}),
)
