"""A bell in Redis: a process that has written to the record rings it, and those who wait in others look at once."""

import asyncio
from collections.abc import Callable

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()

CHANNEL = "simpul:record"
PATIENCE = 1.0
"""Seconds that Redis may take."""
LONGEST = 60.0
"""Seconds for one wait for a ring."""
PAUSE = 5.0
"""Seconds after which a Redis that does not answer is asked again."""


class Bell:
    """Rung by one process, heard by all. It says that there is something new, not what; who misses it looks later."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._ringing: asyncio.Task[None] | None = None
        self._again = False

    def ring(self) -> None:
        """Ring, without anybody waiting for it."""
        if self._ringing and not self._ringing.done():
            self._again = True
        else:
            self._ringing = asyncio.create_task(self._ring())

    async def hear(self, tell: Callable[[], None]) -> None:
        """Call this at each ring, until it is cancelled."""
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(CHANNEL)
                    tell()  # what was rung before is not heard
                    while True:
                        if await heard.get_message(timeout=LONGEST):
                            tell()
            except (RedisError, OSError) as error:
                log.warning("bell.gone", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def aclose(self) -> None:
        """Let go of connections."""
        if self._ringing:
            await self._ringing
        await self._client.aclose()

    async def _ring(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            try:
                await self._client.publish(CHANNEL, b"")
            except (RedisError, OSError) as error:
                log.warning("bell.not_rung", error=type(error).__name__)
