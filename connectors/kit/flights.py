"""One look for all who want the same: what it finds is everybody's, and what becomes of one who waits is nobody else's.

A look is a task of its own. Who is cancelled leaves, and the look goes on for the others.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import structlog

from connectors.kit.together import all_ended

log = structlog.get_logger()

T = TypeVar("T")


class LookEnded(Exception):
    """What was waited for was ended before it found anything, as when the hub stops."""


class Flights:
    """Looks under way, by key.

    A look runs in a copy of the context that this was made in, and never in a caller's: what is shared must not know
    who was first to ask.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._known: dict[Hashable, asyncio.Task[Any]] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._remembers = False

    def of_one_operation(self) -> "Flights":
        """Those of one operation, which remember what they found; they end with these."""
        own = Flights()
        own._under_way = self._under_way
        own._remembers = True
        return own

    def start(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """The look of this key, or a new one; it belongs to nobody and goes on when callers leave."""
        task = self._known.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(look(), context=self._context.copy())
            self._known[key] = task
            self._under_way.add(task)
            task.add_done_callback(lambda done: self._land(key, done))
        return cast("asyncio.Task[T]", task)

    async def join(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What it finds. A caller who is cancelled leaves; the look stays for the others."""
        with others_end_told():
            return await asyncio.shield(self.start(key, look))

    async def aclose(self) -> None:
        """End what is under way."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await all_ended(tasks)

    def _land(self, key: Hashable, done: asyncio.Task[Any]) -> None:
        self._under_way.discard(done)
        error = None if done.cancelled() else done.exception()
        if not self._remembers:
            self._known.pop(key, None)
            if error:
                log.error("look.broken", key=key, error=type(error).__name__)


@contextmanager
def others_end_told() -> Iterator[None]:
    """Cancelled is only who waits in this block: where what is waited for was, it raises `LookEnded`."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise LookEnded from None


async def not_anothers_end(asked: Awaitable[T]) -> T:
    """The same of one that is awaited."""
    with others_end_told():
        return await asked
