"""How often a caller may do something. The name of the caller is never kept.

The library `limits` counts in a sliding window; a refused request costs nothing. With Redis all hubs count together.
Without it each hub counts by itself, so a broken Redis neither stops the hub nor removes the limits.
"""

import asyncio
import hashlib
import hmac

import msgspec
import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

log = structlog.get_logger()

PATIENCE = 0.25
"""Seconds that Redis may take."""
PAUSE = 2.0
"""Seconds for which a Redis that did not answer is not asked again, so that nobody waits for it twice."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is allowed, and how much is left after it."""

    allowed: bool
    remaining: int


class RateLimiter:
    """Counts under a keyed hash of the caller, never under a name, number or address."""

    def __init__(self, *, redis_url: str | None, secret: bytes) -> None:
        self._secret = secret
        self._alone_until = 0.0
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = (
            ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = SlidingWindowCounterRateLimiter(_over(self._pool)) if self._pool else None

    async def hit(self, what: str, who: str, *, most: int, seconds: int, cost: int = 1, done: bool = False) -> Counted:
        """Count one more, or `cost` more, if the total of the last `seconds` stays within `most`.

        A negative cost gives back. If it is `done` already and too much, it uses up all that is left, so that it is not
        free.
        """
        item = RateLimitItemPerSecond(most, seconds, namespace=f"simpul-{what}")
        key = hmac.new(self._secret, f"{what}:{who}".encode(), hashlib.sha256).hexdigest()[:32]
        now = asyncio.get_running_loop().time()
        if self._shared and now >= self._alone_until:
            self._alone_until = now + PAUSE if self._alone_until else 0.0  # one request tries, for all
            try:
                counted = await _by(self._shared, item, key, cost, done=done)
            except StorageError as error:
                self._alone_until = now + PAUSE
                log.warning("counted_alone", what=what, error=type(error.storage_error).__name__)
            else:
                self._alone_until = 0.0
                return counted
        return await _by(self._own, item, key, cost, done=done)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool:
            await self._pool.aclose()


async def _by(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, cost: int, *, done: bool
) -> Counted:
    allowed = await limiter.hit(item, key, cost=cost)
    remaining = (await limiter.get_window_stats(item, key)).remaining
    if done and not allowed and remaining:
        await limiter.hit(item, key, cost=remaining)
        remaining = 0
    return Counted(allowed=allowed, remaining=min(remaining, item.amount))


def _over(pool: ConnectionPool) -> RedisStorage:
    """A storage on our own connection pool, with redis-py as in the cache. It never closes the pool itself.

    Its type hints allow only plain options, although it accepts a pool.
    """
    return RedisStorage("async+redis://", wrap_exceptions=True, implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
