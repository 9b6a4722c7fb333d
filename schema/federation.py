"""The schema as a subgraph of Apollo Federation 2: what has an id is an entity, found again as `node` finds it.

Source: the subgraph specification of Apollo Federation, version 2. It is a layer around the schema of an audience,
which stays as it is: two more fields of `Query`, and directives in the text that a composition reads.
"""

import copy
import functools
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

from auth.caller import Audience
from resolvers.kit.errors import UserError
from resolvers.kit.paging import MOST
from resolvers.registry import NODES
from schema.root import Schema, build

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n\n'
"""What the text begins with: the version of the specification, and the directives that are used of it."""
SHARED = frozenset({"PageInfo"})
"""Types that subgraphs have in common."""
WEIGHT_OF_TEXT = 200
"""What the text costs of a quota, as at `/schema.graphql`."""
ASKED = 10
"""What each list of entities costs by itself."""


@functools.cache
def subgraph(audience: Audience) -> Schema:
    """The schema of an audience, as a subgraph."""
    plain = build(audience)
    made = copy.copy(plain)
    made._schema = _federated(plain._schema, sdl_of(audience))  # noqa: SLF001  graphql-core's own; it has no other name
    setattr(made._schema, "_strawberry_schema", made)  # noqa: B010,SLF001  as the library's own; its resolvers ask it
    return made


@functools.cache
def sdl_of(audience: Audience) -> str:
    """The schema of an audience as a composition reads it."""
    document = parse(build(audience).as_str())
    key, shareable = _directives('type T @key(fields: "id") @shareable { id: ID }')
    definitions = [
        replace(each, directives=(*(each.directives or ()), *_added(each, key, shareable)))
        if isinstance(each, ObjectTypeDefinitionNode)
        else each
        for each in document.definitions
    ]
    return LINK + print_ast(DocumentNode(definitions=tuple(definitions))) + "\n"


def _added(
    definition: ObjectTypeDefinitionNode, key: ConstDirectiveNode, shareable: ConstDirectiveNode
) -> list[ConstDirectiveNode]:
    if "Node" in {each.name.value for each in definition.interfaces or ()}:
        return [key]
    return [shareable] if definition.name.value in SHARED else []


def _directives(text: str) -> tuple[ConstDirectiveNode, ...]:
    (definition,) = parse(text).definitions
    return tuple(getattr(definition, "directives"))  # noqa: B009  not every definition has them


def _federated(plain: GraphQLSchema, sdl: str) -> GraphQLSchema:
    """The same types, with two more fields of `Query`."""
    query = plain.query_type
    if query is None:
        raise TypeError("the schema has no query")
    node = plain.type_map.get("Node")
    objects = [each for each in plain.type_map.values() if isinstance(each, GraphQLObjectType)]
    entities = [each for each in objects if node in each.interfaces]
    entity = GraphQLUnionType("_Entity", entities, resolve_type=_type_of, description="Whatever has an id.")
    anything = GraphQLScalarType("_Any", description="A representation of an entity: its `__typename` and its `id`.")
    service = GraphQLObjectType(
        "_Service",
        {"sdl": GraphQLField(GraphQLString, description="The schema, for a composition.")},
        description="This subgraph.",
    )
    fields = {
        **query.fields,
        "_service": GraphQLField(
            GraphQLNonNull(service),
            resolve=lambda _root, _info: {"sdl": sdl},
            description="What a composition has to know of this subgraph.",
            extensions={"weight": WEIGHT_OF_TEXT},
        ),
        "_entities": GraphQLField(
            GraphQLNonNull(GraphQLList(entity)),
            {"representations": GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(anything))))},
            resolve=_Entities(query.fields["node"]).resolve,
            description=f"Entities by their representations, {MOST} at most.",
            extensions={"weight": ASKED, "items": MOST},
        ),
    }
    of_query: Any = query.to_kwargs() | {"fields": fields}
    others = [each for each in plain.type_map.values() if each is not query]
    of_schema: Any = plain.to_kwargs() | {"query": GraphQLObjectType(**of_query), "types": [*others, entity]}
    return GraphQLSchema(**of_schema)


def _type_of(value: Any, *_: Any) -> str:
    return NODES[type(value)].name


class _Entities:
    """Finds entities as the field `node` does."""

    def __init__(self, node: GraphQLField) -> None:
        self._node = node

    def resolve(
        self, _root: None, info: GraphQLResolveInfo[Any], representations: list[Any]
    ) -> list[Awaitable[object]]:
        """Each of them, or its own error; raises `UserError` for too many."""
        if len(representations) > MOST:
            raise UserError(
                "BAD_USER_INPUT", id=f"representations: paling banyak {MOST}.", en=f"representations: {MOST} at most."
            )
        return [self._one(info, each) for each in representations]

    async def _one(self, info: GraphQLResolveInfo[Any], given: Any) -> object | None:
        name, id_ = (given.get("__typename"), given.get("id")) if isinstance(given, Mapping) else (None, None)
        if self._node.resolve is None or not isinstance(name, str) or not isinstance(id_, str):
            raise UserError(
                "BAD_USER_INPUT",
                id="Sebuah representasi memuat __typename dan id.",
                en="A representation has __typename and id.",
            )
        found: object | None = await self._node.resolve(None, info, id=id_)
        if found is not None and _type_of(found) != name:
            raise UserError("BAD_USER_INPUT", id="id ini dari jenis lain.", en="This id is of another type.")
        return found
