"""The door of an operation: measured before it is validated, and refused where it asks for too much.

Validation compares fields with each other, so what is too large must not come to it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import msgspec
import structlog
from graphql import GraphQLError, OperationType, get_operation_ast
from strawberry.extensions import SchemaExtension

from engine.limits import Limits, Measure, measure
from engine.quota import Charged
from resolvers.errors import UserError

log = structlog.get_logger()


class LimitExceeded(GraphQLError):
    """The document asks for too much of something."""

    def __init__(self, limit: str, most: int, found: int | None) -> None:
        super().__init__(f"The document asks for too much: {limit}")
        self.limit = limit
        self.most = most
        self.found = found


class QuotaExceeded(GraphQLError):
    """The client has asked for too much within the minute."""

    def __init__(self) -> None:
        super().__init__("The quota is used up.")


class Door(msgspec.Struct, kw_only=True):
    """The limits of one hub, and what one operation was found to ask for. `measuring` are limits not enforced yet.

    `charge` takes a cost from what the client has left. `admit` is told what kind of operation it is, before it is
    charged for, and says whether it may run: None, or what the caller is told. `subscribes`: it is a subscription.
    """

    limits: Limits
    measuring: frozenset[str] = frozenset()
    charge: Callable[[int], Awaitable[Charged]] | None = None
    admit: Callable[[OperationType], UserError | None] | None = None
    measured: Measure | None = None
    charged: Charged | None = None
    subscribes: bool = False

    @property
    def cost(self) -> int | None:
        """What it costs; None where it did not come so far."""
        return self.measured.cost if self.measured else None

    def refuse(self, found: Measure) -> list[GraphQLError]:
        """What is wrong with it; what is only being measured goes to the log instead."""
        self.measured = found
        errors: list[GraphQLError] = []
        for name, most, asked in found.beyond(self.limits):
            log.info("limit.exceeded", limit=name, most=most, asked=asked, enforced=name not in self.measuring)
            if name not in self.measuring:
                errors.append(LimitExceeded(name, most, asked))
        return errors

    def admitted(self, kind: OperationType) -> list[GraphQLError]:
        """What is wrong where it may not run now, whatever it asks for."""
        refusal = self.admit(kind) if self.admit else None
        return [GraphQLError(str(refusal), original_error=refusal)] if refusal else []

    async def pay(self) -> list[GraphQLError]:
        """Charge for what was measured; what is wrong where that is more than the client has left."""
        if self.charge is None or self.measured is None:
            return []
        self.charged = await self.charge(self.measured.cost)
        return [] if self.charged.allowed else [QuotaExceeded()]


class AtTheDoor(SchemaExtension):
    """Lets a document be validated only if it is within the limits of the `door` that came with the operation."""

    def on_operation(self) -> Iterator[None]:
        """The parser itself ends at the limits of length and tokens."""
        if door := self._door():
            # Strawberry's type of these lacks what newer versions of the parser take.
            options: dict[str, Any] = self.execution_context.parse_options  # type: ignore[assignment]
            options["max_tokens"] = door.limits.tokens
            options["max_source_length"] = door.limits.length
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        """Measured, and charged for, first."""
        context = self.execution_context
        document, door = context.graphql_document, self._door()
        operation = get_operation_ast(document, context.operation_name) if document else None
        if operation:
            context.context.recording.call_it(operation.name.value if operation.name else None)
        if door and document and operation:
            door.subscribes = operation.operation is OperationType.SUBSCRIPTION
            variables: Mapping[str, Any] = context.variables or {}
            schema = context.schema._schema  # noqa: SLF001  graphql-core's own; Strawberry has no other name for it
            errors = door.refuse(measure(schema, document, operation, variables))
            errors = errors or door.admitted(operation.operation) or await door.pay()
            if errors:
                context.pre_execution_errors = errors
        yield

    def _door(self) -> Door | None:
        return (self.execution_context.operation_extensions or {}).get("door")
