"""From variables to values: what one run of a plan gives its resolvers.

Variables and arguments are coerced by graphql-core, and converted by Strawberry. Each field of a plan does it once in a
run, however many objects it is asked of.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from graphql import Executor, GraphQLResolveInfo
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from engine.plans.shapes import At, Field
from resolvers.kit.context import Context
from schema.kit.asking import Given

T = TypeVar("T")


class Bound:
    """The values of one run. The `executor` is graphql-core's, which has the coerced variables."""

    __slots__ = ("_executor", "_once", "context", "root")

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor
        self._once: dict[Field, Any] = {}
        self.context: Context = executor.context_value
        self.root = executor.root_value

    def once(self, field: Field, make: Callable[["Bound"], T]) -> T:
        """What is made once for a field; raises anew what making it raises."""
        found = self._once.get(field)
        if found is None:
            found = self._once[field] = make(self)
        return cast(T, found)

    def given(self, field: Field, make: Callable[["Bound"], Given]) -> Given:
        """The arguments for a resolver of ours: made once in a run, or once for all where nothing changes them."""
        if field.kept is not None:
            return field.kept
        given = self.once(field, make)
        if given.fixed and not field.varies:
            field.kept = given
        return given

    def made(self, field: Field) -> dict[str, Any]:
        """The arguments for a resolver of ours; raises what is wrong with them."""
        return self.given(field, field.given).made() if field.given else {}

    def arguments(self, field: Field) -> dict[str, Any]:
        """The arguments of a field, coerced; raises `GraphQLError`."""
        node, executor = field.nodes[0], self._executor
        if not field.definition.args and not node.arguments:
            return {}
        return get_argument_values(
            field.definition, node, executor.variable_values, hide_suggestions=executor.hide_suggestions
        )

    def converted(self, definition: StrawberryField, arguments: dict[str, Any]) -> dict[str, Any]:
        """The same as Strawberry hands them to a resolver: by the names of its parameters, inputs as objects."""
        schema = cast(Schema, self._executor.schema._strawberry_schema)  # type: ignore[attr-defined]  # noqa: SLF001  so it links them
        return convert_arguments(
            arguments, definition.arguments, schema.schema_converter.scalar_registry, schema.config
        )

    def info(self, field: Field, at: At) -> GraphQLResolveInfo[Context]:
        """What graphql-core tells a resolver."""
        return self._executor.build_resolve_info(field.definition, field.nodes, field.parent, _path(at))


def _path(at: At) -> Path:
    above, key, type_name = at
    return Path(_path(above) if above else None, key, type_name)
