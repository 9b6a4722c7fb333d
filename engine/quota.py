"""How much a client may ask for in a minute, by what its documents cost.

Over `limits`, whose sliding window takes nothing from a client that is refused. With Redis the hubs count together;
while Redis is gone each counts by itself, so that a broken counter neither shuts the hub nor opens it.
"""

import hashlib
import hmac

import msgspec
import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

log = structlog.get_logger()

WINDOW = 60
"""Seconds; after so many a client that was refused may ask again."""
PATIENCE = 0.25
"""Seconds that Redis may take."""


class Charged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one operation: whether it may run, and what is left of the minute's quota."""

    allowed: bool
    quota: int
    remaining: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return {
            "ratelimit-policy": f'"cost";q={self.quota};w={WINDOW}',
            "ratelimit": f'"cost";r={self.remaining};t={WINDOW}',
        }


class Quota:
    """So much cost a minute for each client. Clients are counted under a keyed hash, never by name or address."""

    def __init__(self, per_minute: int, *, redis_url: str | None, secret: bytes) -> None:
        self._per_minute = per_minute
        self._secret = secret
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = (
            ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = SlidingWindowCounterRateLimiter(_over(self._pool)) if self._pool else None

    async def charge(self, client: str, cost: int, *, per_minute: int | None = None) -> Charged:
        """Take it from what the client has left, if there is enough; `per_minute` is its own quota, if it has one."""
        item = RateLimitItemPerMinute(per_minute or self._per_minute, namespace="simpul-quota")
        key = hmac.new(self._secret, client.encode(), hashlib.sha256).hexdigest()[:32]
        if self._shared:
            try:
                return await _by(self._shared, item, key, cost)
            except StorageError as error:
                log.warning("quota.counted_alone", error=type(error.storage_error).__name__)
        return await _by(self._own, item, key, cost)

    async def aclose(self) -> None:
        """Let go of connections."""
        if self._pool:
            await self._pool.aclose()


async def _by(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, cost: int) -> Charged:
    allowed = await limiter.hit(item, key, cost=max(1, cost))
    stats = await limiter.get_window_stats(item, key)
    return Charged(allowed=allowed, quota=item.amount, remaining=stats.remaining)


def _over(pool: ConnectionPool) -> RedisStorage:
    """A storage over connections of ours, asked through redis-py like the cache itself; by itself it closes none.

    Its types allow plain values as options only, though it takes a pool.
    """
    return RedisStorage("async+redis://", wrap_exceptions=True, implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
