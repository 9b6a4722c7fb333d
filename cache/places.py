"""Makes the store that an address names."""

from urllib.parse import urlsplit

from cache.memory import BoundedMemory, MemoryStore
from cache.redis import OwnRedis, RedisStore
from cache.store import Store
from connectors.kit.clock import Clock


def store_at(url: str, *, max_bytes: int, clock: Clock) -> Store:
    """`memory://`, bounded by `max_bytes`, or what redis-py takes: `redis://`, `rediss://`, `unix://`, with user names.

    Raises ValueError for anything else.
    """
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryStore(BoundedMemory(max_bytes, clock))
    if scheme in ("redis", "rediss", "unix"):
        return RedisStore(OwnRedis(url))
    raise ValueError("expected memory://, redis://, rediss:// or unix://")
