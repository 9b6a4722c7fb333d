"""A notification over Redis: a process that has something new tells the other processes."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from connectors.kit.late import late

if TYPE_CHECKING:
    import redis.asyncio as redis
else:
    redis = late("redis.asyncio")

log = structlog.get_logger()

CHANNEL = "simpul:record"
"""The channel of the audit log."""
PATIENCE = 1.0
"""Seconds that Redis may take."""
LONGEST = 60.0
"""Seconds for one wait for a notification."""
PAUSE = 5.0
"""Seconds after which a Redis that does not answer is asked again."""
MOST_WAITING = 1_000
"""How many messages wait to be sent. Those beyond are not sent: who would hear them looks by itself, a little later."""


class Bell:
    """One process rings and all processes hear it. A message says at most which thing is new, and never what is new."""

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._channel = channel
        self._waiting: set[bytes] = set()
        self._ringing: asyncio.Task[None] | None = None

    def ring(self, message: bytes = b"") -> None:
        """Ring without waiting for it. The same message that waits already is sent once."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.add(message)
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def hear(self, tell: Callable[[bytes], None]) -> None:
        """Call `tell` with the message of each ring, until cancelled; an empty one: earlier rings were missed."""
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(self._channel)
                    tell(b"")  # earlier rings were not heard
                    while True:
                        if message := await heard.get_message(timeout=LONGEST):
                            tell(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("bell.gone", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._ringing:
            await self._ringing
        await self._client.aclose()

    async def _ring(self) -> None:
        while self._waiting:
            message = self._waiting.pop()
            try:
                await self._client.publish(self._channel, message)
            except (redis.RedisError, OSError) as error:
                log.warning("bell.not_rung", error=type(error).__name__)
