"""Single flight: all callers that wait for the same result share one background task.

If a caller is cancelled, the task continues for the others. It never runs with the identity of one caller.
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
    """The shared task was cancelled before it had a result, for example because the hub stops."""


class Flights:
    """The shared tasks under way, by key.

    A task runs in a copy of the context in which this object was made, and never in the context of a caller. So a
    shared result cannot depend on the caller that came first.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._known: dict[Hashable, asyncio.Task[Any]] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._remembers = False

    def of_one_operation(self) -> "Flights":
        """The flights of one operation. They remember their results, and they end when these flights are closed."""
        own = Flights()
        own._under_way = self._under_way
        own._remembers = True
        return own

    def forget(self) -> None:
        """Forget the results. What is asked again is looked up again."""
        self._known.clear()

    def start(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """The task of this key, or a new one. It belongs to no caller and continues when callers leave."""
        task = self._known.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(look(), context=self._context.copy())
            self._known[key] = task
            self._under_way.add(task)
            task.add_done_callback(lambda done: self._land(key, done))
        return cast("asyncio.Task[T]", task)

    async def join(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the task of this key. A caller that is cancelled leaves; the task stays for the others."""
        with others_end_told():
            return await asyncio.shield(self.start(key, look))

    async def aclose(self) -> None:
        """Cancel all tasks that are under way."""
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
    """Wait in this block for a shared task. If the task was cancelled, and not the caller, it raises `LookEnded`."""
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
