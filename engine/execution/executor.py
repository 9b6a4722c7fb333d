"""The execution of one operation: what it does is counted, and others have their turn while it does much."""

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLObjectType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.execution.weights import Weights

STEP = 400
"""Fields that are answered in one go, some milliseconds; then whoever waits has a turn."""


class Work:
    """What one operation has done: what the fields cost that it has answered, and how many since others had a turn."""

    def __init__(self) -> None:
        self.cost = 0
        self.at_once = 0
        self.turn = asyncio.Lock()

    async def pause(self) -> None:
        """Let others have their turn, if there was none for long."""
        if self.at_once >= STEP:
            self.at_once = 0
            await asyncio.sleep(0)


class CountingExecutor(StrawberryGraphQLCoreExecutionContext):
    """As the library's own, in steps, counted in the `work` by the `weights` that came with the operation."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        came: Mapping[str, Any] = self.operation_extensions or {}
        self._work: Work = came.get("work") or Work()
        self._weights: Weights = came.get("weights") or Weights()

    def execute_field(self, parent_type: GraphQLObjectType, source: Any, *given: Any, **named: Any) -> Any:
        """Counted."""
        (details, *_) = given
        self._work.cost += self._weights.of_field(parent_type.name, details[0].node.name.value)
        self._work.at_once += 1
        return super().execute_field(parent_type, source, *given, **named)

    def complete_object_value(self, return_type: GraphQLObjectType, *given: Any, **named: Any) -> Any:
        """At once; or, after much, one object after the other, each in its turn."""
        if self._work.at_once < STEP:
            return super().complete_object_value(return_type, *given, **named)
        return self._in_turn(return_type, *given, **named)

    async def _in_turn(self, *given: Any, **named: Any) -> Any:
        async with self._work.turn:
            await self._work.pause()
            found = super().complete_object_value(*given, **named)
        return await found if self.is_awaitable(found) else found
