"""What a domain brings into the resolvers: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from auth.category import Category
from auth.policies import Policy, public
from connectors.kit.bilingual import Bilingual
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

    `name` is that of the file, `title` stands in it. `parameters`: what the
    address may say, and how each is read. `listing` is asked with them; of a personal `field` it answers a
    `PersonalValue`.
    """

    name: str
    title: Bilingual
    parameters: Mapping[str, Callable[[str], Any]]
    listing: Callable[..., Awaitable[Any]]
    policy: Policy
    field: str


class ResolverDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain brings: by the struct that is answered, the kind of node; categories of personal data; exports."""

    nodes: Mapping[type[Any], NodeKind] = MappingProxyType({})
    categories: tuple[Category, ...] = ()
    exports: tuple[Export, ...] = ()
