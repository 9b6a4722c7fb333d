"""From a plan and values to an answer: each field is asked, and what it gives is brought into its shape.

What is at hand is answered at once. Only a field that has to wait is a coroutine. An object or a list with several of
them waits for all of them together, as graphql-core does, so errors come in the same order and end the same things.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, cast

from graphql import ExecutionResult, Executor, GraphQLError, Undefined, located_error
from graphql.execution.executor import collect_iterator_awaitables, invalid_return_type_error
from graphql.pyutils import gather_with_cancel, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable
from strawberry.execution.is_awaitable import optimized_is_awaitable as is_awaitable

from engine.plans.bind import Bound
from engine.plans.emit import Code, emit
from engine.plans.leaves import written
from engine.plans.shapes import At, Composite, Field, Fields, Leaf, Many, OneOf, Spot, keys_of
from engine.plans.work import STEP, Work
from engine.telemetry.operation import RootField

MANY = 50
"""After so many objects or items, their code is generated; it takes as long as to answer some hundreds by steps."""
QUICK = 8
"""Fields that generated code answers in the time of one that is answered by steps, or more."""
END = object()
"""Behind the last item of a list that comes item by item."""


class _Growing:
    """A list that is being answered: what comes next, the answers so far, and what they have to wait for."""

    __slots__ = ("answers", "at", "code", "items", "many", "waiting")

    def __init__(self, many: Many, code: Code | None, items: Iterator[Any], at: At) -> None:
        self.many = many
        self.code = code
        self.items = items
        self.at = at
        self.answers: list[Any] = []
        self.waiting: list[Awaitable[Any]] = []

    def rest(self) -> "_Growing":
        """The same list from here on, with what has to be waited for from here on."""
        rest = _Growing(self.many, self.code, self.items, self.at)
        rest.answers = self.answers
        return rest


class Run:
    """One run of a plan. The `executor` is graphql-core's: it has the values, and would do the same."""

    def __init__(self, executor: Executor[Any], work: Work) -> None:
        self._executor = executor
        self._bound = Bound(executor)
        self._work = work
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
                self._leave(later)
                raise
            if later:
                await _all(later)
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
        self._work.fields[field.key] = RootField(field.name, time.perf_counter() - self._started[field.key])

    def _field(
        self, field: Field, source: Any, above: At | None, answer: dict[str, Any], later: list[Awaitable[Any]]
    ) -> None:
        """Ask a field of the object above, and put its value into the answer."""
        self._work.cost += field.cost
        self._work.at_once += 1
        answer[field.key] = None  # its place
        at = (above, field.key, field.parent.name)
        try:
            value = field.ask(self._bound, source, at)
        except Exception as error:  # noqa: BLE001  whatever a resolver raises is the error of its field
            self._fail(field, error, at)
        else:
            self._put(field, value, at, answer, later)

    def _put(self, spot: Spot, value: Any, at: At, answer: Any, later: list[Awaitable[Any]]) -> None:
        """Put a value into its spot, or into `later` what has to be awaited for it."""
        if is_awaitable(value):
            later.append(self._wait(spot, value, at, answer))
            return
        before = len(later)
        try:
            answer[at[1]] = self._complete(spot, value, at, later)
        except Exception as error:  # noqa: BLE001
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
        except Exception as error:  # noqa: BLE001
            answer[at[1]] = None
            self._fail(spot, error, at)
        finally:
            if at[0] is None:
                self._ended(spot.field)

    async def _guard(self, spot: Spot, waiting: Awaitable[Any], at: At, answer: Any) -> None:
        """Wait for what a spot contains; where that fails, the spot is null."""
        try:
            await waiting
        except Exception as error:  # noqa: BLE001
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
        if code and (found := self._made(code, value)) is not None:
            return cast(dict[str, Any], found)
        is_type_of, record = fields.type.is_type_of, fields.record
        if is_type_of and not (isinstance(value, record) if record else is_type_of(value, self._bound.info(field, at))):
            raise invalid_return_type_error(fields.type, value, field.details)
        answer: dict[str, Any] = {}
        waiting: list[Awaitable[Any]] = []
        try:
            for each in fields.fields:
                self._field(each, value, at, answer, waiting)
        except Exception:
            self._leave(waiting)
            raise
        if waiting:
            later.append(_all(waiting))
        return answer

    def _made(self, code: Code, value: Any) -> Any:
        """What generated code makes of a value; None where something is not as usual."""
        try:
            answer, cost, width = code.make(value, self._bound)
        except Exception:  # noqa: BLE001  the same is done again, step by step, and then it is an error of its place
            return None
        self._work.cost += cost
        self._work.at_once += width // QUICK
        return answer

    def _runtime(self, one_of: OneOf, field: Field, value: Any, at: At) -> Fields:
        """The object that a value of an interface or a union is."""
        executor, info = self._executor, self._bound.info(field, at)
        name = (one_of.type.resolve_type or executor.type_resolver)(value, info, one_of.type)
        found = executor.ensure_valid_runtime_type(name, one_of.type, field.details, info, value)
        return one_of.objects[found.name]

    def _list(self, many: Many, value: Any, at: At, later: list[Awaitable[Any]]) -> list[Any]:
        field = many.item.field
        if is_async_iterable(value):
            growing = _Growing(many, None, iter(()), at)
            later.append(self._in_parts(growing, aiter(value)))
            return growing.answers
        if not is_iterable(value):
            name = f"{field.parent.name}.{field.name}"
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
        code = _code(many, len(value)) if isinstance(value, list | tuple) else None
        growing = _Growing(many, code, iter(value), at)
        if not self._grow(growing):
            growing.waiting.append(self._in_turn(growing))
        if growing.waiting:
            later.append(_all(growing.waiting))
        return growing.answers

    def _grow(self, growing: "_Growing") -> bool:
        """Answer the items that come next, until others should have their turn; whether these were all."""
        pausing, code = not isinstance(growing.many.item.shape, Leaf), growing.code
        step = max(1, STEP * QUICK // code.width) if code else 1
        try:
            while not (pausing and self._work.at_once >= STEP):
                if not (part := list(islice(growing.items, step))):
                    return True
                if code and (found := self._made(code, part)) is not None:
                    growing.answers += found
                    continue
                for item in part:
                    self._item(growing, item)
        except Exception:
            self._leave(growing.waiting + collect_iterator_awaitables(growing.items, is_awaitable))
            raise
        return False

    def _item(self, growing: "_Growing", item: Any) -> None:
        answers = growing.answers
        answers.append(None)  # its place
        self._put(growing.many.item, item, (growing.at, len(answers) - 1, None), answers, growing.waiting)

    async def _in_turn(self, growing: "_Growing") -> None:
        """Answer the rest of a list step by step, while others have their turn."""
        rest = growing.rest()
        ended = False
        while not ended:
            async with self._work.turn:
                await self._work.pause()
                ended = self._grow(rest)
        if rest.waiting:
            await _all(rest.waiting)

    async def _in_parts(self, growing: "_Growing", items: AsyncIterator[Any]) -> None:
        """Answer a list that comes item by item."""
        try:
            while (item := await self._next(growing, items)) is not END:
                self._item(growing, item)
        except Exception:
            if close := getattr(items, "aclose", None):
                with suppress(Exception):
                    await close()
            self._leave(growing.waiting)
            raise
        if growing.waiting:
            await _all(growing.waiting)

    async def _next(self, growing: "_Growing", items: AsyncIterator[Any]) -> Any:
        try:
            return await anext(items, END)
        except Exception as error:
            raise located_error(error, growing.many.item.field.nodes, keys_of(growing.at)) from error

    def _leave(self, waiting: list[Awaitable[Any]]) -> None:
        """Nobody waits for these any more: an error has made null what they are part of."""
        if waiting:
            self._executor.settle_in_background(waiting)


def _all(waiting: list[Awaitable[Any]]) -> Awaitable[Any]:
    return waiting[0] if len(waiting) == 1 else gather_with_cancel(*waiting)


def _code(shape: Composite, count: int) -> Code | None:
    """The code for a shape, made when that many times it is worth it."""
    if shape.code is None:
        shape.made += count
        if shape.made < MANY:
            return None
        shape.code = emit(shape) or False
    return shape.code or None
