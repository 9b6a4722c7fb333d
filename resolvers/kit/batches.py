"""Equal questions of several fields in one operation, asked together: the next slot of 40 venues is one query."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, TypeVar

from connectors.kit.at_once import refuse_to_wait

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

QUIET = 2
"""How many turns of the event loop without a new key end the gathering. Fields that waited together run in a row."""


class Batches:
    """The batches of one operation."""

    def __init__(self) -> None:
        self._gathering: dict[Hashable, dict[Any, asyncio.Future[Any]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, question: Hashable, key: K, load: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> V:
        """The result for this key. `load` is called once for all keys that are asked at the same time."""
        refuse_to_wait()
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
                    future.exception()  # the caller may have left, and then nobody else reads it
            if not isinstance(error, Exception):
                raise
