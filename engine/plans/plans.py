"""The plans of a hub: each is kept with its document, for as long as that is kept."""

from collections.abc import Callable
from typing import Any, Protocol

from graphql import Executor

from engine.plans.kept import KeptParts
from engine.plans.plan import NotPlanned, Plan
from engine.plans.shapes import Fields

OF_A_FIELD = 6_000
"""Bytes of a field in a tree, with its part of generated code; tests/engine/test_plans.py weighs them."""


class HasPlans(Protocol):
    """A document that keeps its plans by the names of its operations, and is told how many bytes more it has."""

    plans: dict[str | None, object]

    def grow(self, weight: int) -> None:
        """It has so many bytes more."""


class Plans:
    """Compiles each operation once; `compiled` and `fell_back` are told of it, the latter with the reason."""

    def __init__(
        self,
        compiled: Callable[[], None] = lambda: None,
        fell_back: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._compiled = compiled
        self._fell_back = fell_back
        self.parts = KeptParts()

    def tree(
        self, executor: Executor[Any], document: HasPlans, cost_of: Callable[[str, str], int], *, encoded: bool = False
    ) -> Fields | None:
        """The fields that an operation of the document asks for; None where graphql-core has to execute it.

        `encoded`: the answer may have parts that are encoded already.
        """
        name = executor.operation.name.value if executor.operation.name else None
        plan = document.plans.get(name)
        if plan is None:
            plan = document.plans[name] = self._compile(executor, cost_of)
        if isinstance(plan, Plan):
            before = plan.size
            try:
                return plan.tree(executor.variable_values, encoded=encoded)
            except NotPlanned as why:
                self._fell_back(why.reason)
                return None
            finally:
                document.grow((plan.size - before) * OF_A_FIELD)
        self._fell_back(str(plan))
        return None

    def _compile(self, executor: Executor[Any], cost_of: Callable[[str, str], int]) -> Plan | str:
        """The plan, or the reason why there is none."""
        self._compiled()
        try:
            fragments = executor.fragment_definitions.values()
            return Plan(executor.schema, fragments, executor.operation, cost_of, self.parts)
        except NotPlanned as why:
            return why.reason
