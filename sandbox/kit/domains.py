"""What a domain brings into the sandbox: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from aiohttp import web
from msgspec import Struct

from sandbox.kit.control import Control
from sandbox.kit.databases import Fill

Routes = Callable[[Control, Callable[[], datetime]], list[web.RouteDef]]
"""Makes the routes of a stand-in, from the control and the clock."""
NONE: Mapping[str, str] = MappingProxyType({})


class SandboxDomain(Struct, frozen=True, kw_only=True):
    """The stand-ins of a domain.

    `databases`: the function that fills a database, by the code of the agency. `environment`: the variables that
    `agencies.toml` names, with their values. `renamed`: the JSON keys, XML elements and iCalendar properties that a
    `changed` agency renames.
    """

    routes: tuple[Routes, ...] = ()
    databases: Mapping[str, Fill] = MappingProxyType({})
    environment: Mapping[str, str] = NONE
    renamed: frozenset[str] = frozenset()


def declared() -> dict[str, SandboxDomain]:
    """The declaration of each folder of the sandbox, in alphabetical order."""
    import sandbox  # noqa: PLC0415

    folders = sorted(each.name for each in pkgutil.iter_modules(sandbox.__path__) if each.ispkg and each.name != "kit")
    return {folder: importlib.import_module(f"sandbox.{folder}.domain").DOMAIN for folder in folders}
