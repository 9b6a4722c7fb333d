"""The stand-ins of the civil registry and of the identity provider."""

from sandbox.identity import dukcapil, issuer
from sandbox.kit.credentials import account, variable
from sandbox.kit.domains import SandboxDomain

DOMAIN = SandboxDomain(
    routes=(dukcapil.routes, issuer.routes),
    environment={
        variable(dukcapil.AGENCY, "USER_ID"): account(dukcapil.AGENCY).identity,
        variable(dukcapil.AGENCY, "PASSWORD"): account(dukcapil.AGENCY).secret,
    },
    renamed=frozenset({"NO_PROP"}),
)
