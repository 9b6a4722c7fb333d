"""One load for all who ask at once."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Flights(Generic[T]):
    """Loads under way, by key.

    A load runs in a copy of the context that this was made in, and never in a caller's: what is shared must not know
    who was first to ask.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._under_way: dict[str, asyncio.Task[T]] = {}

    def start(self, key: str, load: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """The load under way for this key, or a new one; it belongs to nobody and goes on when callers leave."""
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(load(), context=self._context.copy())
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._land(key, done))
        return task

    async def join(self, key: str, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Wait for it. A caller who is cancelled leaves; the load stays for the others."""
        return await asyncio.shield(self.start(key, load))

    async def aclose(self) -> None:
        """End what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _land(self, key: str, done: asyncio.Task[Any]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled() and (error := done.exception()):
            log.error("cache.load_broken", key=key, error=type(error).__name__)
