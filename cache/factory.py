"""Makes the place for entries that an address names."""

from typing import TYPE_CHECKING

from cache.backend import Backend
from cache.memory import BoundedMemory, MemoryStore
from connectors.kit.clock import Clock
from connectors.kit.late import late
from connectors.kit.redis_presence import RedisPresence

if TYPE_CHECKING:
    from cache import redis
else:
    redis = late("cache.redis")


def create_backend(url: str, *, max_bytes: int, clock: Clock, presence: RedisPresence | None = None) -> Backend:
    """`memory://`, bounded by `max_bytes`, or an address of redis-py: `redis://`, `rediss://` or `unix://`.

    Raises ValueError for any other address. The error does not quote the address, which may hold a password.
    """
    scheme, _, _ = url.partition("://")
    if scheme == "memory":
        return MemoryStore(BoundedMemory(max_bytes, clock))
    if scheme in ("redis", "rediss", "unix"):
        try:
            return redis.RedisStore(redis.OwnRedis(url), clock, presence)
        except (ValueError, TypeError):  # the error may quote a part of the password
            raise ValueError(f"{scheme}://… is not written as an address of Redis is") from None
    raise ValueError("expected memory://, redis://, rediss:// or unix://")
