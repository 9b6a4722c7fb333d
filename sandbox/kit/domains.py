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
"""The addresses of a stand-in, which behaves as the control says, at the moment that the clock says."""
NONE: Mapping[str, str] = MappingProxyType({})


class SandboxDomain(Struct, frozen=True, kw_only=True):
    """A domain's stand-ins.

    `databases`: by an agency's code, what fills the database of one that is asked by SQL. `environment`: the variables
    that `agencies.toml` names, with their values. `renamed`: keys of JSON, elements of XML and properties of iCalendar
    that a `changed` agency calls otherwise.
    """

    routes: tuple[Routes, ...] = ()
    databases: Mapping[str, Fill] = MappingProxyType({})
    environment: Mapping[str, str] = NONE
    renamed: frozenset[str] = frozenset()


def declared() -> dict[str, SandboxDomain]:
    """What each folder of the sandbox declares, in alphabetical order."""
    import sandbox  # noqa: PLC0415

    folders = sorted(each.name for each in pkgutil.iter_modules(sandbox.__path__) if each.ispkg and each.name != "kit")
    return {folder: importlib.import_module(f"sandbox.{folder}.domain").DOMAIN for folder in folders}
