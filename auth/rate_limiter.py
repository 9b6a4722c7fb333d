"""How often a caller may do something. The name of the caller is never kept.

The library `limits` counts in a sliding window; a refused request costs nothing. With Redis all hubs count together.
Without it each hub counts by itself, so a broken Redis neither stops the hub nor removes the limits.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from connectors.kit.clock import SystemClock
from connectors.kit.late import late
from connectors.kit.redis_presence import PATIENCE, RedisPresence

if TYPE_CHECKING:
    import redis.asyncio as redis
else:
    redis = late("redis.asyncio")


def account_of_app(code: str) -> str:
    """Who is charged for what an app asks, whoever it asks for."""
    return f"app:{code}"


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is allowed, and how much is left after it."""

    allowed: bool
    remaining: int


class RateLimiter:
    """Counts under a keyed hash of the caller, never under a name, number or address."""

    def __init__(self, *, redis_url: str | None, secret: bytes, presence: RedisPresence | None = None) -> None:
        self._secret = secret
        self._presence = presence or RedisPresence(SystemClock())
        self.before: Callable[[str, int], Awaitable[None]] = _nothing
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = (
            redis.ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = SlidingWindowCounterRateLimiter(_over(self._pool)) if self._pool else None

    @property
    def is_shared(self) -> bool:
        """Whether other hubs count with this one."""
        return self._shared is not None

    async def hit(self, what: str, who: str, *, most: int, seconds: int, cost: int = 1, done: bool = False) -> Counted:
        """Count one more, or `cost` more, if the total of the last `seconds` stays within `most`.

        A negative cost gives back. If it is `done` already and too much, it uses up all that is left, so that it is not
        free.
        """
        item = RateLimitItemPerSecond(most, seconds, namespace=f"simpul-{what}")
        key = hmac.new(self._secret, f"{what}:{who}".encode(), hashlib.sha256).hexdigest()[:32]
        if shared := self._shared:
            counted = await self._presence.ask(lambda: _together(shared, item, key, cost, done=done), None)
            if counted:
                return counted
        return await _by(self._own, item, key, cost, done=done)

    async def left(self, what: str, who: str, *, most: int, seconds: int) -> int:
        """How much is left. What others count behind their work is counted `before` this is told."""
        await self.before(who, most)
        return (await self.hit(what, who, most=most, seconds=seconds, cost=0)).remaining

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool:
            await self._pool.aclose()


async def _nothing(_: str, __: int) -> None:
    """Nobody counts behind."""


async def _together(
    shared: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, cost: int, *, done: bool
) -> Counted | None:
    try:
        return await _by(shared, item, key, cost, done=done)
    except StorageError as error:
        raise error.storage_error from None


async def _by(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, cost: int, *, done: bool
) -> Counted:
    allowed = await limiter.hit(item, key, cost=cost)
    remaining = (await limiter.get_window_stats(item, key)).remaining
    if done and not allowed and remaining:
        await limiter.hit(item, key, cost=remaining)
        remaining = 0
    return Counted(allowed=allowed, remaining=min(remaining, item.amount))


def _over(pool: "redis.ConnectionPool") -> RedisStorage:
    """A storage on our own connection pool, with redis-py as in the cache. It never closes the pool itself.

    Its type hints allow only plain options, although it accepts a pool.
    """
    return RedisStorage("async+redis://", wrap_exceptions=True, implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
