"""What a domain brings into the resolvers: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from auth.category import Category
from auth.policies import Policy, public
from connectors.kit.connector import AnyConnector
from resolvers.kit.context import Context


def _code(root: Any, _: Context) -> str:
    code: str = root.code
    return code


class NodeKind(NamedTuple):
    """One kind of what has a global id.

    `code` names a thing among its kind, `find` finds it by that for who asks. `policy` says for whose schema it is;
    `covered`, that its code is nobody's to read.
    """

    name: str
    find: Callable[[Context, str], Awaitable[object | None]]
    code: Callable[[Any, Context], str] = _code
    policy: Policy = public
    covered: bool = False


class Export(NamedTuple):
    """A list of what takes place that may be had as iCalendar, too.

    `name` is that of the file, `title` stands in it in Indonesian (`id`) and English (`en`). `parameters`: what the
    address may say, and how each is read. `listing` is asked with them; of a personal `field` it answers a
    `PersonalValue`.
    """

    name: str
    title: Mapping[str, str]
    parameters: Mapping[str, Callable[[str], Any]]
    listing: Callable[..., Awaitable[Any]]
    policy: Policy
    field: str


class ResolverDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain brings: by the struct that is answered, the kind of node; categories of personal data; exports.

    `contributions`: by a kind of connector, what a part that domains share has to be told of such connectors. For
    example, booking is told how the domain finds what can be booked. `check`: of a shared part, raises
    `DeclarationError` where the contributions of all domains leave something out.
    """

    nodes: Mapping[type[Any], NodeKind] = MappingProxyType({})
    categories: tuple[Category, ...] = ()
    exports: tuple[Export, ...] = ()
    contributions: Mapping[type[AnyConnector], object] = MappingProxyType({})
    check: Callable[[Mapping[type[AnyConnector], object]], None] | None = None
