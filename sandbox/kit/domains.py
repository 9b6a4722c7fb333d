"""What a domain brings into the sandbox: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, ModuleType

from aiohttp import web
from msgspec import Struct

from sandbox.kit.control import Control
from sandbox.kit.databases import Fill
from sandbox.kit.declarations import SandboxDeclarationError

Routes = Callable[[Control, Callable[[], datetime]], list[web.RouteDef]]
"""Makes the routes of a stand-in, from the control and the clock."""
NONE: Mapping[str, str] = MappingProxyType({})


class SandboxDomain(Struct, frozen=True, kw_only=True):
    """The stand-ins of a domain.

    `databases`: the function that fills a database, by the code of the agency. `environment`: the variables that
    `agencies.toml` names, with their values; `environment_of` makes those that follow from the city. `renamed`: the
    JSON keys, XML elements and iCalendar properties that a `changed` agency renames.
    """

    routes: tuple[Routes, ...] = ()
    databases: Mapping[str, Fill] = MappingProxyType({})
    environment: Mapping[str, str] = NONE
    environment_of: Callable[[], Mapping[str, str]] = dict
    renamed: frozenset[str] = frozenset()


def declared(sandbox: ModuleType) -> dict[str, SandboxDomain]:
    """The declaration of each folder of the sandbox, in alphabetical order.

    Raises `SandboxDeclarationError` for a folder without a declaration.
    """
    places = sorted(each.parent for at in sandbox.__path__ for each in Path(at).glob("*/domain.py"))
    if bare := [each.name for each in places if not (each / "__init__.py").exists()]:
        raise SandboxDeclarationError(f"{sandbox.__name__}/{bare[0]}/ has a domain.py and no __init__.py")
    found = {}
    for folder in sorted(each.name for each in pkgutil.iter_modules(sandbox.__path__) if each.ispkg):
        if folder == "kit":
            continue
        name = f"{sandbox.__name__}.{folder}.domain"
        try:
            domain = getattr(importlib.import_module(name), "DOMAIN", None)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise SandboxDeclarationError(
                f"{sandbox.__name__}/{folder}/ has no domain.py, which declares its DOMAIN"
            ) from None
        if not isinstance(domain, SandboxDomain):
            raise SandboxDeclarationError(f"{name}: expected DOMAIN, a SandboxDomain")
        found[folder] = domain
    return found
