"""A list on its way into the answer: in steps, so that others have their turn while it is long."""

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from graphql import located_error
from graphql.execution.executor import collect_iterator_awaitables
from graphql.pyutils import gather_with_cancel
from strawberry.execution.is_awaitable import optimized_is_awaitable as is_awaitable

from engine.plans.emit import Code
from engine.plans.shapes import At, Leaf, Many, keys_of
from engine.plans.work import STEP

if TYPE_CHECKING:
    from engine.plans.run import Run

QUICK = 8
"""Fields that generated code answers in the time of one that is answered by steps, or more."""
END = object()
"""Behind the last item of a list that comes item by item."""


class GrowingList:
    """What comes next, the `answers` so far, and what they have to be `waiting` for."""

    __slots__ = ("_at", "_code", "_items", "_many", "_run", "answers", "waiting")

    def __init__(self, run: "Run", many: Many, items: Iterator[Any], at: At, code: Code | None = None) -> None:
        self._run = run
        self._many = many
        self._items = items
        self._at = at
        self._code = code
        self.answers: list[Any] = []
        self.waiting: list[Awaitable[Any]] = []

    def grow(self) -> bool:
        """Answer the items that come next, until others should have their turn; whether these were all."""
        pausing, work = not isinstance(self._many.item.shape, Leaf), self._run.work
        try:
            while not (pausing and work.at_once >= STEP):
                step = max(1, STEP * QUICK // self._code.width) if self._code else 1
                if not (part := list(islice(self._items, step))):
                    return True
                if self._code is None:
                    self._item(part[0])
                elif (found := self._run.made(self._many, self._code, part)) is not None:
                    self.answers += found
                else:
                    self._items, self._code = chain(part, self._items), None
        except Exception:
            self._run.leave(self.waiting + collect_iterator_awaitables(self._items, is_awaitable))
            raise
        return False

    async def in_turn(self) -> None:
        """Answer the rest of it step by step, while others have their turn."""
        rest = GrowingList(self._run, self._many, self._items, self._at, self._code)
        rest.answers = self.answers
        ended = False
        while not ended:
            async with self._run.work.turn:
                await self._run.work.pause()
                ended = rest.grow()
        await all_of(rest.waiting)

    async def in_parts(self, items: AsyncIterator[Any]) -> None:
        """Answer a list that comes item by item."""
        try:
            while (item := await self._next(items)) is not END:
                self._item(item)
        except Exception:
            if close := getattr(items, "aclose", None):
                with suppress(Exception):
                    await close()
            self._run.leave(self.waiting)
            raise
        await all_of(self.waiting)

    def _item(self, item: Any) -> None:
        self.answers.append(None)  # its place
        self._run.put(self._many.item, item, (self._at, len(self.answers) - 1, None), self.answers, self.waiting)

    async def _next(self, items: AsyncIterator[Any]) -> Any:
        try:
            return await anext(items, END)
        except Exception as error:
            raise located_error(error, self._many.item.field.nodes, keys_of(self._at)) from error


async def all_of(waiting: list[Awaitable[Any]]) -> None:
    """Wait for all; where one fails, the others end."""
    if len(waiting) == 1:
        await waiting[0]
    elif waiting:
        await gather_with_cancel(*waiting)
