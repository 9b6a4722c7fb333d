"""The plain schema, written with the hub's own words, so that it runs as the hub's own does."""

from functools import cache
from typing import Any

import msgspec
import strawberry
from graphql import Executor, GraphQLObjectType
from strawberry.extensions import SchemaExtension

from auth.caller import Audience
from auth.policies import FieldAccess, public
from bench.plain import rows
from bench.plain.connector import RawPost, Upstream, User
from resolvers.kit.context import Context
from resolvers.kit.lasting import lasting
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.root import Schema

NUMBER = 1_000
"""How many items there are; the command line may say another number before the schema is built."""


@lasting
class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ten fields."""

    id: str
    code: str
    name: str
    kind: str
    qty: int
    price: float
    active: bool
    city: str
    unit: str
    updated: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post with its user."""

    id: int
    user_id: int
    title: str
    body: str
    user: User


@cache
def _items(number: int) -> list[Item]:
    return [Item(**each) for each in rows.items(number)]


def items(_: None, ctx: Context) -> list[Item]:  # noqa: ARG001  a resolver's signature
    """In memory."""
    return _items(NUMBER)


async def posts(_: None, ctx: Context) -> list[Post]:
    """Two calls, one after the other: the second one needs what the first one says."""
    (upstream,) = ctx.agencies.of(Upstream)
    found = (await ctx.reading(upstream.posts())).records
    asked = tuple(dict.fromkeys(each.user_id for each in found))
    users = (await ctx.reading(upstream.users(asked))).records
    return ctx.views.of(("bench", "posts"), [found, users], lambda: _joined(found, users))


def _joined(found: tuple[RawPost, ...], users: tuple[User, ...]) -> list[Post]:
    known = {each.id: each for each in users}
    return [
        Post(id=each.id, user_id=each.user_id, title=each.title, body=each.body, user=known[each.user_id])
        for each in found
    ]


@object_type(public, "A row of ten fields.")
class ItemType:
    """As the record has it."""

    id: strawberry.ID = field("Its id.")
    code: str = field("Its code.")
    name: str = field("Its name.")
    kind: str = field("Its kind.")
    qty: int = field("How many.")
    price: float = field("For how much.")
    active: bool = field("Whether it is.")
    city: str = field("Where.")
    unit: str = field("In what.")
    updated: str = field("When.")


@object_type(public, "Whoever wrote a post.")
class UserType:
    """As the record has it."""

    id: int = field("The number.")
    name: str = field("The name.")
    email: str = field("The address.")


@object_type(public, "A post.")
class PostType:
    """As the record has it."""

    id: int = field("The number.")
    user_id: int = field("The number of its user.")
    title: str = field("The title.")
    body: str = field("The text.")
    user: UserType = field("Its user.")


@object_type(public, "What can be read.")
class Query:
    """The root."""

    items: list[ItemType] = field("All items.", resolver=items)
    posts: list[PostType] = field("All posts, asked each time.", resolver=posts)


@cache
def build(audience: Audience | None = None) -> Schema:
    """In the place of `schema.root.build`."""
    return Schema(audience, query=Query)


@cache
def running(
    audience: Audience, extension: type[SchemaExtension], executor: type[Executor[Any]], _: object = None
) -> Schema:
    """In the place of `schema.root.running`; no subgraph is made of it."""
    return Schema(audience, query=Query, extensions=(extension,), execution_context_class=executor)


@cache
def access_matrix() -> tuple[FieldAccess, ...]:
    """In the place of `schema.root.access_matrix`: everybody may read everything."""
    types = build()._schema.type_map.values()  # noqa: SLF001  graphql-core's own
    return tuple(
        FieldAccess(
            type_name=each.name,
            field_name=name,
            audiences=tuple(Audience),
            reason=public.reason,
            category=None,
            masked=False,
            rules=[],
        )
        for each in types
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__")
        for name in each.fields
    )
