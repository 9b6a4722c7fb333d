"""All stand-ins, as the domains declare them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from aiohttp import web

import sandbox
from sandbox.kit.control import Control
from sandbox.kit.databases import Fill
from sandbox.kit.declarations import united
from sandbox.kit.domains import SandboxDomain, declared


@cache
def domains() -> dict[str, SandboxDomain]:
    """The declaration of each domain, by name, in alphabetical order."""
    found = declared(sandbox)
    check(found)
    return found


def check(found: Mapping[str, SandboxDomain]) -> None:
    """Raise `SandboxDeclarationError` if two domains have the same database, or the same variable."""
    databases(found)
    environment(found)


def routes_of(found: Mapping[str, SandboxDomain], control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The addresses of all stand-ins. Raises `SandboxDeclarationError` for two with the same address or agency."""
    made = []
    for name, domain in found.items():
        control.renaming(domain.renamed)
        control.domain = name
        for code in domain.databases:
            control.claim(code)
        for routes in domain.routes:
            made += [(name, f"{each.method} {each.path}", each) for each in routes(control, now)]
    return list(united(made, "the address").values())


def databases(found: Mapping[str, SandboxDomain] | None = None) -> dict[str, Fill]:
    """The function that fills each database, by the code of the agency."""
    of = domains() if found is None else found
    return united(
        ((name, code, fill) for name, domain in of.items() for code, fill in domain.databases.items()), "the database"
    )


def environment(found: Mapping[str, SandboxDomain] | None = None) -> dict[str, str]:
    """The variables that the hub's `agencies.toml` names, with their values."""
    of = domains() if found is None else found
    return united(
        (
            (name, key, value)
            for name, domain in of.items()
            for key, value in {**domain.environment, **domain.environment_of()}.items()
        ),
        "the variable",
    )
