"""The plans that one hub keeps: those of the operations that were asked last."""

from collections.abc import Callable
from typing import Any

from cachetools import LRUCache
from graphql import Executor, GraphQLSchema

from engine.plans.plan import Fields, NotPlanned, Plan

MOST_PLANS = 500


class Plans:
    """Compiles each operation once; `compiled` and `fell_back` are told of it, the latter with the reason."""

    def __init__(
        self,
        compiled: Callable[[], None] = lambda: None,
        fell_back: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._compiled = compiled
        self._fell_back = fell_back
        self._kept: LRUCache[tuple[GraphQLSchema, str, str | None], Plan | NotPlanned] = LRUCache(MOST_PLANS)

    def tree(self, executor: Executor[Any], text: str, cost_of: Callable[[str, str], int]) -> Fields | None:
        """The fields that an operation of this text asks for; None where graphql-core has to execute it."""
        operation = executor.operation
        key = (executor.schema, text, operation.name.value if operation.name else None)
        try:
            plan = self._kept.get(key)
            if plan is None:
                plan = self._kept[key] = self._compile(executor, cost_of)
            if isinstance(plan, NotPlanned):
                raise plan
            return plan.tree(executor.variable_values)
        except NotPlanned as why:
            self._fell_back(why.reason)
            return None

    def _compile(self, executor: Executor[Any], cost_of: Callable[[str, str], int]) -> Plan | NotPlanned:
        self._compiled()
        try:
            return Plan(executor.schema, executor.fragment_definitions.values(), executor.operation, cost_of)
        except NotPlanned as why:
            return why
