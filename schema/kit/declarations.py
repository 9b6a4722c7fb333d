"""What the schema promises, held to what the domains declare: each node, and each category of personal data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import strawberry
from graphql import GraphQLArgument, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from auth.category import Category
from connectors.kit.domains import DeclarationError
from resolvers.kit.deprecation import Deprecation
from resolvers.kit.domains import Export, NodeKind
from schema.kit.access import policy_of
from schema.kit.contract import objects_of
from schema.kit.node import NodeType, record_of


def check_nodes(schema: strawberry.Schema, nodes: Mapping[type[Any], NodeKind]) -> None:
    """Hold each type with an `id` to its `NodeKind`, and each `NodeKind` to its type. Raises `DeclarationError`."""
    types = {
        name: definition.origin
        for name, definition in objects_of(schema).items()
        if issubclass(definition.origin, NodeType) and not definition.is_interface
    }
    kinds = {kind.name: record for record, kind in nodes.items()}
    for name, promised in types.items():
        if name not in kinds:
            where = f"no resolvers/<domain>/domain.py has a NodeKind of this name for {_full_name(record_of(promised))}"
            raise DeclarationError(f"{_full_name(promised)} promises the node {name}, and {where}")
        if record_of(promised) is not kinds[name]:
            said = f"{_full_name(record_of(promised))}, and its NodeKind {_full_name(kinds[name])}"
            raise DeclarationError(f"{_full_name(promised)} says that the node {name} is answered from {said}")
    for name, record in kinds.items():
        if name not in types:
            raise DeclarationError(f"the NodeKind {name} of {_full_name(record)} has no type of this name in schema/")


def check_deprecations(schema: GraphQLSchema) -> dict[str, Deprecation]:
    """What is deprecated, by its coordinate. Raises `DeclarationError` for a reason without a date or a replacement."""
    found, fields = {}, dict(_fields(schema))
    for at, field in fields.items():
        if field.deprecation_reason is None:
            continue
        try:
            found[at] = Deprecation.read(field.deprecation_reason)
        except ValueError as error:
            raise DeclarationError(f"{at}: {error}") from None
        instead = fields.get(found[at].instead)
        if instead is None or instead.deprecation_reason is not None:
            raise DeclarationError(f"{at}: its replacement {found[at].instead} is no field, or is deprecated itself")
    return found


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField | GraphQLArgument]]:
    """The fields and their arguments."""
    for name, of in schema.type_map.items():
        if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
            for each, field in of.fields.items():
                yield f"{name}.{each}", field
                yield from ((f"{name}.{each}({argument}:)", given) for argument, given in field.args.items())


def check_categories(schema: strawberry.Schema, categories: Mapping[str, Category], exports: Iterable[Export]) -> None:
    """Hold each category to the fields that use it. Raises `DeclarationError` for a category without any field."""
    used = {policy.personal.category.name for policy in (each.policy for each in exports) if policy.personal}
    for definition in objects_of(schema).values():
        for each in definition.fields:
            if personal := policy_of(each, definition.origin).personal:
                used.add(personal.category.name)
    if unused := sorted(categories.keys() - used):
        told = "a resolvers/<domain>/domain.py declares it, and no field of schema/ has a policy with it"
        raise DeclarationError(f"the category {unused[0]} is used by nobody: {told}")


def _full_name(cls: type | None) -> str:
    return f"{cls.__module__}.{cls.__qualname__}" if cls else "no record"
