"""What a domain brings into the resolvers: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from auth.category import Category
from auth.policies import Policy, public
from connectors.kit.bilingual import Bilingual
from connectors.kit.connector import AnyConnector
from resolvers.kit.context import Context


def _code(root: Any, _: Context) -> str:
    code: str = root.code
    return code


class NodeKind(NamedTuple):
    """A kind of node, which is a thing with a global id.

    `code` gives the code of a thing within its kind; `find` finds it for the caller by this code, at once or
    awaited. `policy` says whose schema it is in. `covered` means that its code is encrypted in the id.
    """

    name: str
    find: Callable[[Context, str], object | Awaitable[object | None] | None]
    code: Callable[[Any, Context], str] = _code
    policy: Policy = public
    covered: bool = False


class Export(NamedTuple):
    """A list of events that can also be exported as iCalendar.

    `name` is the name of the file. `title` stands in the file, in Indonesian (`id`) and English (`en`). `parameters`
    are the parameters of the address, with a function that reads each. `listing` gives the events; for a personal
    `field` it gives a `PersonalValue`.
    """

    name: str
    title: Bilingual
    parameters: Mapping[str, Callable[[str], Any]]
    listing: Callable[..., Awaitable[Any]]
    policy: Policy
    field: str


class ResolverDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain brings: its nodes by their structs, its categories of personal data, and its exports.

    `title` is what people call its subject, on the status page; a domain that asks agencies has one.
    `contributions` are what a shared part has to be told of a kind of connectors, by that kind. For example, `booking`
    is told how the domain finds what can be booked. `check` belongs to a shared part: it raises `DeclarationError` if
    the contributions of all domains leave something out.
    """

    title: Bilingual | None = None
    nodes: Mapping[type[Any], NodeKind] = MappingProxyType({})
    categories: tuple[Category, ...] = ()
    exports: tuple[Export, ...] = ()
    contributions: Mapping[type[AnyConnector], object] = MappingProxyType({})
    check: Callable[[Mapping[type[AnyConnector], object]], None] | None = None
