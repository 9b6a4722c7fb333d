"""What is used is written behind the scenes: counts of fields and operations, and when keys were last used."""

import asyncio

import structlog

from connectors.kit.clock import Clock
from connectors.kit.waiting import set_within
from store.kit.database import StoreBroken
from store.kit.store import Store
from store.platform.key_requests import KeyRequests
from store.platform.key_uses import KeyUses
from store.platform.usage import REMEMBERED, Usage

log = structlog.get_logger()

PAUSE = 10.0
"""Seconds between two writings."""
THINNED_EVERY = 600.0
"""Seconds after which a process thins what is old."""


class UsageKeeper:
    """The background work of each process. While the store is away, what is counted waits, within its bounds."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._usage = store.of(Usage)
        self._keys = store.of(KeyUses)
        self._requests = store.of(KeyRequests)
        self._stopping = asyncio.Event()
        self._thinned: float | None = None
        self._away = False

    async def run(self) -> None:
        """Write until `stop`, and then what is left."""
        while not self._stopping.is_set():
            await set_within(self._stopping, PAUSE)
            await self.round()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stopping.set()

    async def round(self) -> None:
        """Write what waits, and now and then thin what is old. A store that is away is told of once."""
        try:
            await self._usage.write(self._clock.now())
            await self._keys.write()
            if self._thinned is None or self._clock.monotonic() - self._thinned >= THINNED_EVERY:
                await self._usage.thin(self._clock.now())
                await self._requests.forget(self._clock.now() - REMEMBERED)
                self._thinned = self._clock.monotonic()
        except StoreBroken as broken:
            if not self._away:
                log.warning("usage.waits", reason=str(broken))
            self._away = True
        else:
            self._away = False
