"""The result of one operation: which one of its document is meant, and what comes of it.

It is as the library's own `Schema.execute` would give it, without what that does for extensions that the hub has not.
"""

from collections.abc import Collection, Mapping
from typing import Any, cast

from graphql import ExecutionResult as GraphQLResult
from graphql import Executor, GraphQLError, OperationDefinitionNode
from graphql.pyutils import AwaitableOrValue
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from engine.execution.guard import OperationGuard
from engine.execution.prepared import Prepared
from engine.execution.request import BadRequest, OperationRequest
from resolvers.kit.context import Context


def definition_of(prepared: Prepared, name: str | None, allowed: Collection[OperationType]) -> OperationDefinitionNode:
    """The operation that is asked for; raises `BadRequest` where there is none, or one of another kind."""
    found = prepared.operation(name)
    if found is None:
        raise BadRequest(400, "BAD_REQUEST", "operationName names none of the operations.")
    if OperationType(found.operation.value) not in allowed:
        told = (
            "GET runs queries, POST queries and mutations; subscriptions come over a WebSocket or as text/event-stream."
        )
        raise BadRequest(405, "METHOD_NOT_ALLOWED", told, {"Allow": "POST"})
    return found


def begun(
    asked: OperationRequest,
    door: OperationGuard,
    *,
    context: Context,
    executor: type[Executor[Any]],
    extensions: Mapping[str, Any],
) -> AwaitableOrValue[GraphQLResult]:
    """What comes of an operation of the document that was read and examined at the `door`."""
    built = executor.build(
        door.schema,
        door.known.document,
        context_value=context,
        raw_variable_values=asked.variables or {},
        operation_name=asked.operation_name,
        is_awaitable=cast(Any, optimized_is_awaitable),
        operation_extensions=extensions,
    )
    if isinstance(built, list):
        return GraphQLResult(None, errors=built)
    return cast(AwaitableOrValue[GraphQLResult], built.execute_operation())  # no schema has @defer or @stream


def broken(error: Exception) -> ExecutionResult:
    """What the client is answered, whatever is broken."""
    known = error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
    return ExecutionResult(data=None, errors=[known])
