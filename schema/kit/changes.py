"""What differs between two schemas for everybody: what was added, deprecated, changed or removed, by coordinate."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql.utilities import get_default_value_ast

from auth.caller import Audience
from schema.kit.released_access import access_of

KINDS = {
    GraphQLObjectType: "type",
    GraphQLInterfaceType: "interface",
    GraphQLInputObjectType: "input",
    GraphQLEnumType: "enum",
    GraphQLUnionType: "union",
    GraphQLScalarType: "scalar",
}


class ChangeOfSchema(Enum):
    """What has become of a coordinate."""

    ADDED = "added"
    DEPRECATED = "deprecated"
    CHANGED = "changed"
    REMOVED = "removed"


class SchemaChange(NamedTuple):
    """One change. `text` is the description, the reason of a deprecation, or what it was and is."""

    kind: ChangeOfSchema
    coordinate: str
    text: str


class SchemaPart(NamedTuple):
    """What stands at a coordinate."""

    shape: str
    description: str = ""
    deprecated: str | None = None


Shows = Callable[[str], bool]
"""Whether everybody may know the field at a coordinate."""
Parts = Mapping[str, SchemaPart]
"""All that a schema has, by coordinate; a type comes before its fields, a field before its arguments."""


def parts_of_text(sdl: str) -> Parts:
    """What everybody may read of a whole schema, as it was released."""
    schema = build_schema(sdl, assume_valid=True)
    access = access_of(schema)
    return _parts(schema, lambda at: Audience.PUBLIC.value in access[at][0] if at in access else True)


def parts_of(schema: GraphQLSchema) -> Parts:
    """What the schema of everybody has."""
    return _parts(schema, lambda _: True)


def changes(old: Parts, new: Parts) -> list[SchemaChange]:
    """What differs. Of a type or field that is new or gone, its parts are not told one by one."""
    found = [SchemaChange(ChangeOfSchema.REMOVED, at, old[at].description) for at in _outermost(old, new)]
    for at, part in new.items():
        was = old.get(at)
        if was is None:
            continue
        if part.deprecated is not None and was.deprecated is None:
            found.append(SchemaChange(ChangeOfSchema.DEPRECATED, at, part.deprecated))
        if part.shape != was.shape:
            found.append(SchemaChange(ChangeOfSchema.CHANGED, at, f"`{was.shape}` → `{part.shape}`"))
    return found + [SchemaChange(ChangeOfSchema.ADDED, at, new[at].description) for at in _outermost(new, old)]


def _outermost(these: Parts, those: Parts) -> Iterator[str]:
    """What only these have, without what stands in a thing that only these have."""
    only = {at for at in these if at not in those}
    for at in these:
        if at in only and not any(above in only for above in _above(at)):
            yield at


def _above(at: str) -> Iterator[str]:
    field, _, argument = at.partition("(")
    if argument:
        yield field
    of, _, name = field.partition(".")
    if name:
        yield of


def _parts(schema: GraphQLSchema, shows: Shows) -> Parts:
    """What can be reached from the root fields that are shown."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    left: list[GraphQLNamedType] = [each for each in roots if each]
    seen: dict[str, GraphQLNamedType] = {}
    while left:
        at = left.pop()
        if at.name not in seen:
            seen[at.name] = at
            left += _next(at, shows)
    return {coordinate: part for name in sorted(seen) for coordinate, part in _inside(seen[name], shows)}


def _next(at: GraphQLNamedType, shows: Shows) -> Iterator[GraphQLNamedType]:
    if isinstance(at, GraphQLObjectType | GraphQLInterfaceType):
        yield from at.interfaces
        for name, field in at.fields.items():
            if shows(f"{at.name}.{name}"):
                yield get_named_type(field.type)
                yield from (get_named_type(given.type) for given in field.args.values())
    elif isinstance(at, GraphQLInputObjectType):
        yield from (get_named_type(field.type) for field in at.fields.values())
    elif isinstance(at, GraphQLUnionType):
        yield from at.types


def _inside(at: GraphQLNamedType, shows: Shows) -> Iterator[tuple[str, SchemaPart]]:
    if isinstance(at, GraphQLObjectType | GraphQLInterfaceType):
        fields = [(name, field) for name, field in at.fields.items() if shows(f"{at.name}.{name}")]
        if fields:
            yield at.name, SchemaPart(_kind(at), at.description or "")
        for name, field in fields:
            yield from _field(f"{at.name}.{name}", field)
        return
    if not is_specified_scalar_type(at):
        yield at.name, SchemaPart(_kind(at), at.description or "")
    if isinstance(at, GraphQLInputObjectType):
        for name, given in at.fields.items():
            yield f"{at.name}.{name}", _given(given)
    elif isinstance(at, GraphQLEnumType):
        for name, value in at.values.items():
            yield f"{at.name}.{name}", SchemaPart("", value.description or "", value.deprecation_reason)


def _kind(at: GraphQLNamedType) -> str:
    """As the language of schemas begins it."""
    return next(word for kind, word in KINDS.items() if isinstance(at, kind))


def _field(at: str, field: GraphQLField) -> Iterator[tuple[str, SchemaPart]]:
    yield at, SchemaPart(str(field.type), field.description or "", field.deprecation_reason)
    for name, given in field.args.items():
        yield f"{at}({name}:)", _given(given)


def _given(given: GraphQLArgument | GraphQLInputField) -> SchemaPart:
    shape = str(given.type)
    if node := get_default_value_ast(given):
        shape = f"{shape} = {print_ast(node)}"
    return SchemaPart(shape, given.description or "", given.deprecation_reason)
