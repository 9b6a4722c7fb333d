"""What a domain brings into a room: each folder of a room declares it once, in its `domain.py`, as `DOMAIN`.

The collector of each room reads the declarations when it is imported, in the alphabetical order of the folders. So a
new domain is a new folder, and no list of the platform names it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from connectors.kit.connector import AnyConnector

D = TypeVar("D")
K = TypeVar("K")
V = TypeVar("V")

KIT = "kit"
"""The folder that the domains of a room stand on. It declares nothing."""


class DeclarationError(Exception):
    """Two declarations clash, or one is missing. The text names both places."""


class ConnectorDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain brings into `connectors/`: one class for each protocol."""

    connectors: tuple[type[AnyConnector], ...] = ()


def declared(room: ModuleType, kind: type[D]) -> dict[str, D]:
    """The declaration of each folder of a room, by the name of the folder, in alphabetical order.

    Raises `DeclarationError` for a folder without a declaration.
    """
    places = sorted(each.parent for at in room.__path__ for each in Path(at).glob("*/domain.py"))
    if bare := [each.name for each in places if not (each / "__init__.py").exists()]:
        raise DeclarationError(f"{room.__name__}/{bare[0]}/ has a domain.py and no __init__.py")
    folders = sorted(each.name for each in pkgutil.iter_modules(room.__path__) if each.ispkg and each.name != KIT)
    found = {}
    for folder in folders:
        name = f"{room.__name__}.{folder}.domain"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise DeclarationError(f"{room.__name__}/{folder}/ has no domain.py, which declares its DOMAIN") from None
        domain = getattr(module, "DOMAIN", None)
        if not isinstance(domain, kind):
            raise DeclarationError(f"{name}: expected DOMAIN, a {kind.__name__}")
        found[folder] = domain
    return found


def united(room: str, domains: Mapping[str, D], of: Callable[[D], Iterable[tuple[K, V]]], what: str) -> dict[K, V]:
    """The entries of all declarations of a room in one mapping; raises `DeclarationError` if a key comes twice."""
    found: dict[K, V] = {}
    owner: dict[K, str] = {}
    for name, domain in domains.items():
        for key, value in of(domain):
            place = f"{room}/{name}/domain.py"
            if key in found:
                raise DeclarationError(f"{what} {_name(key)} is declared by {owner[key]} and by {place}")
            found[key], owner[key] = value, place
    return found


def by_name(values: Iterable[V], name: Callable[[V], K], what: str) -> dict[K, V]:
    """The values by their names; raises `DeclarationError` if two have the same name."""
    found: dict[K, V] = {}
    for value in values:
        other = found.setdefault(name(value), value)
        if other is not value:
            raise DeclarationError(f"{what} {_name(name(value))} is both {_name(other)} and {_name(value)}")
    return found


def _name(value: Any) -> str:
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    return "/".join(map(_name, value)) if isinstance(value, tuple) else str(getattr(value, "name", value))
