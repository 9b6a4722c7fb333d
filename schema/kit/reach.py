"""Which fields each audience has: those that are declared for it, on the types to which such fields lead."""

from collections.abc import Iterable

from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType
from graphql import get_named_type as named
from strawberry.schema.schema_converter import GraphQLCoreConverter

from auth.caller import Audience
from connectors.kit.domains import DeclarationError
from schema.kit.access import policy_of

OURS = GraphQLCoreConverter.DEFINITION_BACKREF


def reached(whole: GraphQLSchema, always: Iterable[str], audience: Audience) -> set[tuple[str, str]]:
    """The fields of the schema of an audience, each with its type, told from the `whole` schema.

    `always` are types that are in every schema. Raises `DeclarationError` for a type without any field.
    """
    roots = filter(None, (whole.query_type, whole.mutation_type, whole.subscription_type))
    left: list[GraphQLNamedType] = [each for each in roots if _shown(each, audience)]
    left += [whole.type_map[name] for name in always]
    found: dict[str, list[str]] = {}
    while left:
        at = left.pop()
        if at.name in found:
            continue
        if isinstance(at, GraphQLUnionType):
            left += at.types
        if not isinstance(at, GraphQLObjectType | GraphQLInterfaceType):
            continue
        found[at.name] = shown = _shown(at, audience)
        if not shown:
            raise DeclarationError(f"{audience.value} is led to the type {at.name}, and may read no field of it")
        left += [*at.interfaces, *(named(at.fields[each].type) for each in shown)]
    return {(name, each) for name, shown in found.items() for each in shown}


def _shown(at: GraphQLObjectType | GraphQLInterfaceType, audience: Audience) -> list[str]:
    """The names of the fields of a type that an audience may know."""
    of = at.extensions[OURS].origin
    return [name for name, field in at.fields.items() if policy_of(field.extensions[OURS], of).shows(audience)]
