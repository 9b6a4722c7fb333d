"""What may be null."""

from typing import Any

from graphql import (
    GraphQLNonNull,
    GraphQLSchema,
    get_nullable_type,
)

from tests.schema.rules.elements import Broken, arguments, is_list, outputs


def root_fields_fail_alone(schema: GraphQLSchema) -> Broken:
    for root in (schema.query_type, schema.mutation_type):
        for name, field in root.fields.items() if root else ():
            if isinstance(field.type, GraphQLNonNull) and name != "nodes":
                yield f"{root.name}.{name}", "a root field may be null, so that one dead agency costs one field"
    for name, field in schema.subscription_type.fields.items() if schema.subscription_type else ():
        if not isinstance(field.type, GraphQLNonNull):
            yield f"{schema.subscription_type.name}.{name}", "an event is there: not null"


def lists_and_what_is_in_them_are_there(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if at == "Query.nodes" or not is_list(field.type):
            continue
        if not isinstance(field.type, GraphQLNonNull):
            yield at, "a list is empty, not null"
        yield from _holes(at, field.type)
    for at, _, given in arguments(schema):
        yield from _holes(at, given.type)


def _holes(at: str, of: Any) -> Broken:
    while is_list(of):
        of = get_nullable_type(of).of_type
        if not isinstance(of, GraphQLNonNull):
            yield at, "no item of a list is null"


def booleans_are_there(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if str(field.type) == "Boolean":
            yield at, "a Boolean is true or false; say the third with an enum"
    for at, _, given in arguments(schema):
        if str(given.type) == "Boolean":
            yield at, "a Boolean that is given is not null: give it a default"


def what_has_a_default_is_not_null(schema: GraphQLSchema) -> Broken:
    for at, _, given in arguments(schema):
        if given.default is not None and not isinstance(given.type, GraphQLNonNull):
            yield at, "has a default, so null would be a third way to say it: make it non-null"
