"""A notification over Redis: a process that has written to the audit log tells the other processes."""

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
"""Seconds for one wait for a notification."""
PAUSE = 5.0
"""Seconds after which a Redis that does not answer is asked again."""


class Bell:
    """One process rings and all processes hear it. It says that there is something new, but not what."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._ringing: asyncio.Task[None] | None = None
        self._again = False

    def ring(self) -> None:
        """Ring without waiting for it."""
        if self._ringing and not self._ringing.done():
            self._again = True
        else:
            self._ringing = asyncio.create_task(self._ring())

    async def hear(self, tell: Callable[[], None]) -> None:
        """Call `tell` at each ring, until this is cancelled."""
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(CHANNEL)
                    tell()  # earlier rings were not heard
                    while True:
                        if await heard.get_message(timeout=LONGEST):
                            tell()
            except (RedisError, OSError) as error:
                log.warning("bell.gone", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def aclose(self) -> None:
        """Close the connections."""
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
