"""How often somebody has done something lately, so that it can be bounded; who it was is never kept.

Over `limits`, whose sliding window takes nothing from somebody who is refused. With Redis the hubs count together;
while Redis is gone each counts by itself, so that a broken counter neither shuts the hub nor opens it.
"""

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


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it may be done, and how much is left after that."""

    allowed: bool
    remaining: int


class RateLimiter:
    """Counts what is done, by whom, under a keyed hash and never by name, number or address."""

    def __init__(self, *, redis_url: str | None, secret: bytes) -> None:
        self._secret = secret
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = (
            ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = SlidingWindowCounterRateLimiter(_over(self._pool)) if self._pool else None

    async def hit(self, what: str, who: str, *, most: int, seconds: int, cost: int = 1, done: bool = False) -> Counted:
        """Do it once more, or for so much, if that is within `most` of the last `seconds`; a negative cost gives back.

        What is `done` already and is too much takes all that is left, so that nobody does it for nothing.
        """
        item = RateLimitItemPerSecond(most, seconds, namespace=f"simpul-{what}")
        key = hmac.new(self._secret, f"{what}:{who}".encode(), hashlib.sha256).hexdigest()[:32]
        if self._shared:
            try:
                return await _by(self._shared, item, key, cost, done=done)
            except StorageError as error:
                log.warning("counted_alone", what=what, error=type(error.storage_error).__name__)
        return await _by(self._own, item, key, cost, done=done)

    async def aclose(self) -> None:
        """Let go of connections."""
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
    """A storage over connections of ours, asked through redis-py like the cache itself; by itself it closes none.

    Its types allow plain values as options only, though it takes a pool.
    """
    return RedisStorage("async+redis://", wrap_exceptions=True, implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
