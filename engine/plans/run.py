"""From a plan and values to an answer: each field is asked, and what it gives is brought into its shape.

What is at hand is answered at once. Only a field that has to wait is a coroutine. An object or a list with several of
them waits for all of them together, as graphql-core does, so errors come in the same order and end the same things.
"""

import time
from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, Executor, GraphQLError, Undefined, located_error
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import gather_with_cancel, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable
from strawberry.execution.is_awaitable import optimized_is_awaitable as is_awaitable

from engine.plans.bind import Bound
from engine.plans.emit import Code, emit
from engine.plans.leaves import written
from engine.plans.lists import QUICK, GrowingList
from engine.plans.shapes import At, Composite, Field, Fields, Leaf, Many, OneOf, Spot, keys_of
from engine.plans.work import Work
from engine.telemetry.operation import RootField
from resolvers.kit.at_hand import NotAtHand
from resolvers.kit.lasting import Told

MANY = 50
"""After so many objects or items, their code is generated; it takes as long as to answer some hundreds by steps."""
AGAIN = 10
"""Where code met something unusual, so many times as much is answered by steps before it is tried again."""


class Run:
    """One run of a plan. The `executor` is graphql-core's: it has the values, and would do the same."""

    def __init__(self, executor: Executor[Any], work: Work) -> None:
        self._executor = executor
        self._bound = Bound(executor)
        self.work = work
        self._started: dict[str, float] = {}
        self._errors: list[GraphQLError] = []
        self._nulled: set[tuple[str | int, ...]] = set()

    async def answer(self, tree: Fields, *, serially: bool) -> ExecutionResult:
        """The data, and the errors of fields in the order in which they came."""
        data: dict[str, Any] = {}
        later: list[Awaitable[Any]] = []
        try:
            try:
                for field in tree.fields:
                    self._root(field, data, later)
                    if serially and later:
                        await later.pop()
            except Exception:
                self.leave(later)
                raise
            if later:
                await _together(later)
        except GraphQLError as error:
            self._note(error, ())
            return ExecutionResult(None, self._errors)
        return ExecutionResult(data, self._errors or None)

    def _root(self, field: Field, data: dict[str, Any], later: list[Awaitable[Any]]) -> None:
        """A field of the root, with its time until all that it contains is there."""
        before = len(later)
        self._started[field.key] = time.perf_counter()
        self._field(field, self._bound.root, None, data, later)
        if len(later) == before:
            self._ended(field)

    def _ended(self, field: Field) -> None:
        self.work.fields[field.key] = RootField(field.name, time.perf_counter() - self._started[field.key])

    def _field(
        self, field: Field, source: Any, above: At | None, answer: dict[str, Any], later: list[Awaitable[Any]]
    ) -> None:
        """Ask a field of the object above, and put its value into the answer."""
        self.work.cost += field.cost
        self.work.at_once += 1
        answer[field.key] = None  # its place
        at = (above, field.key, field.parent.name)
        try:
            value = field.ask(self._bound, source, at)
        except Exception as error:  # noqa: BLE001  whatever a resolver raises is the error of its field
            self._fail(field, error, at)
        else:
            self.put(field, value, at, answer, later)

    def put(self, spot: Spot, value: Any, at: At, answer: Any, later: list[Awaitable[Any]]) -> None:
        """Put a value into its spot, or into `later` what has to be awaited for it."""
        if is_awaitable(value):
            later.append(self._wait(spot, value, at, answer))
            return
        before = len(later)
        try:
            answer[at[1]] = self._complete(spot, value, at, later)
        except Exception as error:  # noqa: BLE001  whatever is raised is an error of its field
            self._fail(spot, error, at)
        else:
            if len(later) > before and (spot.nullable or at[0] is None):
                later[before] = self._guard(spot, later[before], at, answer)

    async def _wait(self, spot: Spot, waiting: Awaitable[Any], at: At, answer: Any) -> None:
        """The same once the value is there, with all that it contains."""
        later: list[Awaitable[Any]] = []
        try:
            answer[at[1]] = self._complete(spot, await waiting, at, later)
            if later:
                await later[0]
        except Exception as error:  # noqa: BLE001  whatever is raised is an error of its field
            answer[at[1]] = None
            self._fail(spot, error, at)
        finally:
            if at[0] is None:
                self._ended(spot.field)

    async def _guard(self, spot: Spot, waiting: Awaitable[Any], at: At, answer: Any) -> None:
        """Wait for what a spot contains; where that fails, the spot is null."""
        try:
            await waiting
        except Exception as error:  # noqa: BLE001  whatever is raised is an error of its field
            answer[at[1]] = None
            self._fail(spot, error, at)
        finally:
            if at[0] is None:
                self._ended(spot.field)

    def _fail(self, spot: Spot, error: Exception, at: At) -> None:
        """Note an error at its place, if the spot may be null; else raise it, so that what is above becomes null."""
        keys = keys_of(at)
        located = located_error(error, spot.field.nodes, keys)
        if not spot.nullable:
            raise located
        self._note(located, tuple(keys))

    def _note(self, error: GraphQLError, keys: tuple[str | int, ...]) -> None:
        """Note an error, unless its place was made null by an earlier one."""
        if not any(keys[:length] in self._nulled for length in range(len(keys) + 1)):
            self._nulled.add(keys)
            self._errors.append(error)

    def _complete(self, spot: Spot, value: Any, at: At, later: list[Awaitable[Any]]) -> Any:
        """A value in its shape. What it contains and is not there yet goes into `later`, as one."""
        if isinstance(value, Exception):
            raise value
        found = None if value is None or value is Undefined else self._shaped(spot, value, at, later)
        if found is None and not spot.nullable:
            field = spot.field
            raise TypeError(f"Cannot return null for non-nullable field {field.parent.name}.{field.name}.")
        return found

    def _shaped(self, spot: Spot, value: Any, at: At, later: list[Awaitable[Any]]) -> Any:
        match spot.shape:
            case Leaf() as leaf:
                return written(leaf.type, value)
            case Fields() as fields:
                return self._object(fields, spot.field, value, at, later)
            case OneOf() as one_of:
                return self._object(self._runtime(one_of, spot.field, value, at), spot.field, value, at, later)
            case Many() as many:
                return self._list(many, value, at, later)

    def _object(self, fields: Fields, field: Field, value: Any, at: At, later: list[Awaitable[Any]]) -> dict[str, Any]:
        code = _code(fields, 1)
        answer: dict[str, Any] | None = self.made(fields, code, value) if code else None
        if answer is not None and code:
            if not code.rest:
                return answer
            asked = code.rest
        else:
            answer, asked = {}, fields.fields
            is_type_of, record = fields.type.is_type_of, fields.record
            if is_type_of and not (
                isinstance(value, record) if record else is_type_of(value, self._bound.info(field, at))
            ):
                raise invalid_return_type_error(fields.type, value, field.details)
        waiting: list[Awaitable[Any]] = []
        try:
            for each in asked:
                self._field(each, value, at, answer, waiting)
        except Exception:
            self.leave(waiting)
            raise
        if waiting:
            later.append(_together(waiting))
        return answer

    def _runtime(self, one_of: OneOf, field: Field, value: Any, at: At) -> Fields:
        """The object that a value of an interface or a union is."""
        executor, info = self._executor, self._bound.info(field, at)
        name = (one_of.type.resolve_type or executor.type_resolver)(value, info, one_of.type)
        found = executor.ensure_valid_runtime_type(name, one_of.type, field.details, info, value)
        return one_of.objects[found.name]

    def _list(self, many: Many, value: Any, at: At, later: list[Awaitable[Any]]) -> Any:
        if is_async_iterable(value):
            growing = GrowingList(self, many, iter(()), at)
            later.append(growing.in_parts(aiter(value)))
            return growing.answers
        if not is_iterable(value):
            field = many.item.field
            name = f"{field.parent.name}.{field.name}"
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
        code = _code(many, len(value)) if isinstance(value, list | tuple | Told) else None
        kept = many.item.shape.kept if code and isinstance(many.item.shape, Fields) else None
        if kept and (found := kept.items(value, self._bound)):
            return self._counted(*found)
        growing = GrowingList(self, many, iter(value), at, code)
        if not growing.grow():
            growing.waiting.append(growing.in_turn())
        if growing.waiting:
            later.append(_together(growing.waiting))
        return growing.answers

    def made(self, shape: Composite, code: Code, value: Any) -> Any:
        """What generated code makes of a value; None where something is not as usual."""
        try:
            answer, cost, width = code.make(value, self._bound)
        except NotAtHand:
            shape.made = -max(1, len(value) if isinstance(value, list) else 1)
            return None
        except Exception:  # noqa: BLE001  the same is done again, step by step, and then it is an error of its place
            shape.made = -AGAIN * max(1, len(value) if isinstance(value, list) else 1)
            return None
        return self._counted(answer, cost, width)

    def _counted(self, answer: Any, cost: int, width: int) -> Any:
        self.work.cost += cost
        self.work.at_once += width // QUICK
        return answer

    def leave(self, waiting: list[Awaitable[Any]]) -> None:
        """Nobody waits for these any more: an error has made null what they are part of."""
        if waiting:
            self._executor.settle_in_background(waiting)


def _together(waiting: list[Awaitable[Any]]) -> Awaitable[Any]:
    return waiting[0] if len(waiting) == 1 else gather_with_cancel(*waiting)


def _code(shape: Composite, count: int) -> Code | None:
    """The code for a shape, made when it is worth it."""
    if shape.code is None or shape.made < 0:
        shape.made += count
        if shape.made < (MANY if shape.code is None else 0):
            return None
        shape.code = shape.code or emit(shape) or False
    return shape.code or None
