"""What the schema is made of, each with its coordinate."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_nullable_type,
    is_specified_scalar_type,
)

Broken = Iterator[tuple[str, str]]
"""What a rule yields: the coordinate of what breaks it, and what to do about it."""


class Element(NamedTuple):
    """Anything that has a name and a description."""

    at: str
    kind: str
    name: str
    of: Any


def elements(schema: GraphQLSchema) -> Iterator[Element]:
    """All that is ours, by coordinate."""
    for name, each in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(each):
            continue
        yield Element(name, "type", name, each)
        for inner, of in getattr(each, "fields", {}).items():
            yield Element(f"{name}.{inner}", "field", inner, of)
            for argument, given in getattr(of, "args", {}).items():
                yield Element(f"{name}.{inner}({argument}:)", "argument", argument, given)
        for value, of in getattr(each, "values", {}).items():
            yield Element(f"{name}.{value}", "value", value, of)
    for directive in schema.directives:
        if directive.ast_node:
            yield Element(f"@{directive.name}", "directive", directive.name, directive)


def types(schema: GraphQLSchema, *kinds: type) -> Iterator[Any]:
    return (each.of for each in elements(schema) if each.kind == "type" and isinstance(each.of, kinds))


def outputs(schema: GraphQLSchema) -> Iterator[tuple[Any, str, str, Any]]:
    """Each field of an object or interface: its type, its coordinate, its name, itself."""
    for of in types(schema, GraphQLObjectType, GraphQLInterfaceType):
        for name, field in of.fields.items():
            yield of, f"{of.name}.{name}", name, field


def arguments(schema: GraphQLSchema) -> Iterator[tuple[str, str, Any]]:
    """Each argument and each field of an input: its coordinate, its name, itself."""
    for _, at, _, field in outputs(schema):
        for name, given in field.args.items():
            yield f"{at}({name}:)", name, given
    for of in types(schema, GraphQLInputObjectType):
        for name, given in of.fields.items():
            yield f"{of.name}.{name}", name, given


def is_list(of: Any) -> bool:
    return isinstance(get_nullable_type(of), GraphQLList)


def words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
