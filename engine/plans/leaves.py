"""Scalars and enums: written down by graphql-core, or by an expression where the value is of the expected class."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect
from strawberry.execution.is_awaitable import optimized_is_awaitable as is_awaitable
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.schema.types.base_scalars import isoformat

from schema.kit.scalars import UNCHANGED

Named: TypeAlias = Callable[[Any], str]
"""Puts something into the table of the generated code, and gives its name there."""

OF_TEXT = "{x}.__class__ is str"
AS_IT_IS = {
    GraphQLString.coerce_output_value: OF_TEXT,
    GraphQLID.coerce_output_value: OF_TEXT,
    GraphQLInt.coerce_output_value: "{x}.__class__ is int and -2147483648 <= x <= 2147483647",
    GraphQLFloat.coerce_output_value: "{x}.__class__ is float and x - x == 0.0",
    GraphQLBoolean.coerce_output_value: "{x}.__class__ is bool",
}
"""When a value of these scalars is answered as it is. What is infinite or no number differs from itself by no 0."""


class Unusual(Exception):
    """Something is not as generated code expects it; the work is done step by step."""


def written(type_: GraphQLLeafType, value: Any) -> Any:
    """A value as graphql-core writes it down; raises what it raises."""
    found = type_.coerce_output_value(value)
    if found is None or found is Undefined:
        words = f"Expected `{inspect(type_)}.coerce_output_value({inspect(value)})`"
        raise TypeError(f"{words} to return non-nullable value, returned: {inspect(found)}")
    return found


def expression(type_: GraphQLLeafType, value: str, named: Named, *, nullable: bool) -> str:
    """The expression that writes down the value of another expression. It may bind `x`."""
    serialize, bound = type_.coerce_output_value, f"(x := {value})"
    or_null = " or x is None" if nullable else ""
    if serialize is isoformat:
        return f"None if {bound} is None else x.isoformat()" if nullable else f"{value}.isoformat()"
    other = f"{named(_other(type_))}(x)"
    if test := AS_IT_IS.get(serialize):
        return f"x if {test.format(x=bound)}{or_null} else {other}"
    if same := UNCHANGED.get(serialize):
        return f"x if {bound}.__class__ is {named(same)}{or_null} else {other}"
    otherwise = f"None if x is None else {other}" if nullable else other
    if isinstance(type_, CustomGraphQLEnumType):
        of_members = f"{named(_names(type_))}[x._name_]"
        return f"{of_members} if {bound}.__class__ is {named(type_.wrapped_cls)} else {otherwise}"
    return f"None if {bound} is None else {other}" if nullable else f"{named(_other(type_))}({value})"


def _names(type_: CustomGraphQLEnumType) -> dict[str, str]:
    """The names in the graph, by those of the members."""
    known = {each.value for each in type_.values.values()}
    every: Iterable[Enum] = type_.wrapped_cls
    members = [each for each in every if each.value in known]
    return {each.name: type_.coerce_output_value(each) for each in members}


def _other(type_: GraphQLLeafType) -> Callable[[Any], Any]:
    def write(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            raise Unusual
        return written(type_, value)

    return write
