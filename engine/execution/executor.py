"""The execution of one operation, by its compiled plan; where it has none, by graphql-core, in the same steps."""

import time
from collections.abc import Awaitable, Mapping
from typing import Any

from graphql import GraphQLObjectType, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.execution.weights import Weights
from engine.plans.plans import HasPlans, Plans
from engine.plans.run import Run
from engine.plans.work import Work
from engine.telemetry.operation import RootField

STEP = 400
"""Fields that graphql-core answers in one go, some milliseconds."""


class CountingExecutor(StrawberryGraphQLCoreExecutionContext):
    """As the library's own, in steps, counted in the `work` by the `weights` that came with the operation.

    With the hub's `plans`, and at the `door` a document that was read, it runs the plan instead.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        came: Mapping[str, Any] = self.operation_extensions or {}
        self._work: Work = came.get("work") or Work()
        self._weights: Weights = came.get("weights") or Weights()
        self._plans: Plans | None = came.get("plans")
        self._document: HasPlans | None = came["door"].prepared if "door" in came else None

    def execute_operation(self, serially: bool | None = None) -> Any:
        """By its plan, if it has one."""
        if self._plans is None or self._document is None:
            return super().execute_operation(serially)
        tree = self._plans.tree(self, self._document, self._weights.of_field, encoded=self._work.encoded)
        if tree is None:
            return super().execute_operation(serially)
        changes = self.operation.operation is OperationType.MUTATION
        return Run(self, self._work).answer(tree, serially=changes if serially is None else serially)

    def execute_field(self, parent_type: GraphQLObjectType, source: Any, *given: Any, **named: Any) -> Any:
        """Counted."""
        (details, path, *_) = given
        self._work.cost += self._weights.of_field(parent_type.name, details[0].node.name.value)
        self._work.at_once += 1
        if path.prev is None:
            return self._execute_root(path.key, details[0].node.name.value, parent_type, source, *given, **named)
        return super().execute_field(parent_type, source, *given, **named)

    def complete_object_value(self, return_type: GraphQLObjectType, *given: Any, **named: Any) -> Any:
        """At once; or, after much, one object after the other, each in its turn."""
        if self._work.at_once < STEP:
            return super().complete_object_value(return_type, *given, **named)
        return self._in_turn(return_type, *given, **named)

    def _execute_root(self, key: str, name: str, *given: Any, **named: Any) -> Any:
        """With its time, until all that it contains is there."""
        started = time.perf_counter()
        answer = super().execute_field(*given, **named)
        if self.is_awaitable(answer):
            return self._timed(key, name, started, answer)
        self._work.fields[key] = RootField(name, time.perf_counter() - started)
        return answer

    async def _timed(self, key: str, name: str, started: float, answer: Awaitable[Any]) -> Any:
        try:
            return await answer
        finally:
            self._work.fields[key] = RootField(name, time.perf_counter() - started)

    async def _in_turn(self, *given: Any, **named: Any) -> Any:
        async with self._work.turn:
            await self._work.pause()
            found = super().complete_object_value(*given, **named)
        return await found if self.is_awaitable(found) else found
