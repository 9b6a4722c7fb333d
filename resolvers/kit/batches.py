"""What several fields of one operation ask alike, asked together: of 40 venues the next slot, in one question."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

QUIET = 2
"""Turns of the loop in which nobody else joins, before it is asked: those that waited for one thing go on in a row."""


class Batches:
    """Those of one operation."""

    def __init__(self) -> None:
        self._gathering: dict[Hashable, dict[Any, asyncio.Future[Any]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, question: Hashable, key: K, load: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> V:
        """What `load` finds for this key. It is called once for all who ask this question at the same time."""
        waiting = self._gathering.get(question)
        if waiting is None:
            waiting = self._gathering[question] = {}
            task = asyncio.create_task(self._load(question, waiting, load))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if key not in waiting:
            waiting[key] = asyncio.get_running_loop().create_future()
        found: V = await asyncio.shield(waiting[key])
        return found

    async def _load(
        self,
        question: Hashable,
        waiting: dict[K, asyncio.Future[V]],
        load: Callable[[list[K]], Awaitable[Mapping[K, V]]],
    ) -> None:
        seen, quiet = 0, 0
        while quiet < QUIET:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(waiting) == seen else 0
            seen = len(waiting)
        del self._gathering[question]
        try:
            found = await load(list(waiting))
            for key, future in waiting.items():
                future.set_result(found[key])
        except BaseException as error:
            for future in waiting.values():
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # who asked may have left: then nobody misses it
            if not isinstance(error, Exception):
                raise
