"""Whether the database answers at all. If it is silent, nobody waits for it any more until it answers again.

A slow statement is not silence. So when nothing has ended for a while, the hub asks the least question that there is,
over a connection of its own, and only if that is not answered either, the database is silent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from connectors.kit.together import cancel_all
from store.kit.broken import StoreBroken

log = structlog.get_logger()

SUSPICION = 0.4
"""Seconds in which nothing has ended, although something is under way, before the database is asked."""
AGAIN = 1.0
"""Seconds between two questions while the database is silent."""


class Pulse:
    """Is told what begins and what ends. `ping` asks the database; `fell_silent` is called once for each silence."""

    def __init__(self, ping: Callable[[], Awaitable[object]], fell_silent: Callable[[], None]) -> None:
        self._ping = ping
        self._fell_silent = fell_silent
        self._under_way = 0
        self._heard = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._silent = False

    def begins(self, answer: asyncio.Future[Any]) -> None:
        """Something is under way until this future ends."""
        loop = asyncio.get_running_loop()
        if not self._under_way:
            self._heard = loop.time()
        self._under_way += 1
        answer.add_done_callback(self._ended)
        if self._timer is None and self._asking is None:
            self._timer = loop.call_later(SUSPICION, self._look)

    def refuse_silence(self) -> None:
        """Raises `StoreBroken` while the database is silent."""
        if self._silent:
            raise StoreBroken("it has not answered for a while")

    async def aclose(self) -> None:
        """Ask no more."""
        if self._timer:
            self._timer.cancel()
        if self._asking:
            await cancel_all([self._asking])

    def _ended(self, answer: asyncio.Future[Any]) -> None:
        self._under_way -= 1
        if not answer.cancelled() and not self._silent:
            self._heard = answer.get_loop().time()

    def _look(self) -> None:
        """Nothing under way needs no look. Otherwise look again, or ask if nothing has ended for so long."""
        loop = asyncio.get_running_loop()
        self._timer = None
        if not self._under_way:
            return
        wait = self._heard + SUSPICION - loop.time()
        if wait > 0:
            self._timer = loop.call_later(wait, self._look)
        else:
            self._asking = loop.create_task(self._ask())
            self._asking.add_done_callback(self._asked)

    async def _ask(self) -> None:
        while not await self._answers():
            if not self._silent:
                self._silent = True
                log.warning("store.silent")
                self._fell_silent()
            await asyncio.sleep(AGAIN)
        if self._silent:
            self._silent = False
            log.warning("store.back")

    async def _answers(self) -> bool:
        try:
            await self._ping()
        except StoreBroken:
            return False
        return True

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._asking = None
        if not task.cancelled():
            task.result()
            self._heard = asyncio.get_running_loop().time()
            if self._under_way and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(SUSPICION, self._look)
