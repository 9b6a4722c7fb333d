"""What a query says of the age of its answers (`@maxStaleness`), taken from its document and its variables."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, get_argument_values
from graphql.execution.values import get_variable_values

from resolvers.kit.errors import UserError
from schema.kit.staleness import MAX_STALENESS


def greatest_age(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> timedelta | None:
    """The age that the directive names; None without it. Raises `GraphQLError` for an age that is not possible."""
    said = next((each for each in operation.directives or () if each.name.value == MAX_STALENESS.name), None)
    if said is None:
        return None
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        return None  # the execution says what is wrong with them
    seconds = get_argument_values(MAX_STALENESS, said, values)["seconds"]
    if seconds < 0:
        wrong = UserError(
            "BAD_USER_INPUT",
            id="@maxStaleness: seconds adalah bilangan bulat mulai dari 0.",
            en="@maxStaleness: seconds is a whole number from 0.",
        )
        raise GraphQLError(str(wrong), said, original_error=wrong)
    return timedelta(seconds=seconds)
