"""The stand-ins of members of the JDIHN network."""

from sandbox.jdih import jdihn
from sandbox.kit.domains import SandboxDomain

DOMAIN = SandboxDomain(routes=(jdihn.routes,), renamed=frozenset({"idData"}))
