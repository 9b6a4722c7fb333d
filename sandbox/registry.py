"""All stand-ins, as the domains declare them."""

from functools import cache

from sandbox.kit.databases import Fill
from sandbox.kit.domains import SandboxDomain, declared


@cache
def domains() -> tuple[SandboxDomain, ...]:
    """The declaration of each domain, in alphabetical order."""
    return tuple(declared().values())


def databases() -> dict[str, Fill]:
    """The function that fills each database, by the code of the agency."""
    return {code: fill for domain in domains() for code, fill in domain.databases.items()}


def environment() -> dict[str, str]:
    """The variables that the hub's `agencies.toml` names, with their values."""
    return {name: value for domain in domains() for name, value in domain.environment.items()}
