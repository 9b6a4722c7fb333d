"""One load for all who ask at once."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Flights(Generic[T]):
    """Loads under way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[T]] = {}

    def start(self, key: str, load: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """The load under way for this key, or a new one.

        It belongs to nobody: it runs in an empty context, so that the first caller's identity does not leak into what
        is shared, and goes on when callers leave.
        """
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(_run(load), context=contextvars.Context())
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._land(key, done))
        return task

    async def join(self, key: str, load: Callable[[], Awaitable[T]]) -> T:
        """Wait for it. A caller who is cancelled leaves; the load stays for the others."""
        return await asyncio.shield(self.start(key, load))

    def __contains__(self, key: str) -> bool:
        return key in self._under_way

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


async def _run(load: Callable[[], Awaitable[T]]) -> T:
    return await load()
