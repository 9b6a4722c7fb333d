"""Whether Redis answers: one view for all parts of a hub that use it, so that no operation waits for it twice.

Nothing depends on Redis. A part that gets no answer goes on by itself, and the parts after it do not even ask.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import structlog

from connectors.kit.at_once import refuse_to_wait
from connectors.kit.clock import Clock
from connectors.kit.late import late

if TYPE_CHECKING:
    import redis.exceptions as redis
else:
    redis = late("redis.exceptions")

log = structlog.get_logger()

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that Redis may take for one command, with the wait for a connection."""
PAUSE = 2.0
"""Seconds for which a Redis that did not answer is not asked again."""


class RedisPresence:
    """Is told how each command ends. The log says once that Redis is gone and once that it is back."""

    def __init__(self, clock: Clock, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._clock = clock
        self._gone_until: float | None = None
        self._waiting = set[asyncio.Timeout]()

    async def ask(
        self,
        command: Callable[[], Awaitable[T]],
        otherwise: T,
        *,
        always: bool = False,
        patience: float | None = None,
    ) -> T:
        """The answer of Redis, or `otherwise` if Redis does not answer within `patience`.

        While Redis is gone, one caller in each pause asks it, and commands with `always` are sent in any case. All
        other callers have `otherwise` at once, and so have those who were waiting when Redis was found to be gone.
        """
        refuse_to_wait()
        if self._gone_until is not None:
            now = self._clock.monotonic()
            if now < self._gone_until and not always:
                return otherwise
            self._gone_until = now + PAUSE
        try:
            async with asyncio.timeout(patience or self.patience) as limit:
                self._waiting.add(limit)
                try:
                    answer = await command()
                finally:
                    self._waiting.discard(limit)
        except (redis.RedisError, OSError) as error:
            self._lost(error)
            return otherwise
        if self._gone_until is not None:
            log.warning("redis.back")
            self._gone_until = None
        return answer

    def _lost(self, error: Exception) -> None:
        if self._gone_until is None:
            log.warning("redis.gone", error=type(error).__name__)
        self._gone_until = self._clock.monotonic() + PAUSE
        waiting, self._waiting = self._waiting, set()
        now = asyncio.get_running_loop().time()
        for limit in waiting:
            if not limit.expired():
                limit.reschedule(now)
