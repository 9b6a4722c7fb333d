"""Entries in Redis or Valkey, for several hubs. They are encoded, and a lease lets one process ask for all."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
import redis.asyncio as redis
from aiocache import RedisCache
from aiocache.serializers import NullSerializer
from cachetools import LRUCache

from cache import lease
from cache.ages import Ages
from cache.entry import Entry, decoder_for, encode
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.redis_presence import PATIENCE, RedisPresence

NAMESPACE = "simpul"
LEASED = 60.0
"""Seconds of the longest wait for a lease of another process. The lease runs out earlier by itself."""
DECODED = 64_000_000
"""A process remembers what it decoded of so many bytes."""
CONNECTIONS = 50
"""The largest number of connections of one process, unless the address says `?max_connections=`."""


class OwnRedis(RedisCache):  # type: ignore[misc]
    """aiocache's Redis backend with a client of our own: any URL of redis-py, no deprecated command.

    Its `clear` removes only the hub's own entries.
    """

    def __init__(self, url: str) -> None:
        super().__init__(serializer=NullSerializer(encoding=None), namespace=NAMESPACE, timeout=None)
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=PATIENCE,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )
        # An option that redis-py does not know fails here, at the start, and not at the first use.
        pool.make_connection()  # type: ignore[no-untyped-call]
        self.client = redis.Redis.from_pool(pool)

    async def _set(
        self,
        key: str,
        value: bytes,
        ttl: float | None = None,
        _cas_token: object = None,
        _conn: object = None,
    ) -> bool:
        if ttl is not None and ttl <= 0:
            await self.client.delete(key)
            return False
        return bool(await self.client.set(key, value, px=None if ttl is None else max(1, int(ttl * 1000))))

    async def _clear(self, namespace: str | None = None, _conn: object = None) -> bool:
        async for key in self.client.scan_iter(match=f"{namespace or self.namespace}:*", count=500):
            await self.client.unlink(key)
        return True

    async def _close(self, *_args: object, _conn: object = None, **_kwargs: object) -> None:
        await self.client.aclose()


class RedisStore:
    """Entries that several processes share."""

    changes = 0

    def __init__(self, backend: OwnRedis, clock: Clock, presence: RedisPresence | None = None) -> None:
        self._backend = backend
        self._ages = Ages(clock)
        self._decoded: LRUCache[str, tuple[bytes, Entry[Any]]] = LRUCache(DECODED, getsizeof=lambda each: len(each[0]))
        self._presence = presence or RedisPresence(clock)

    @property
    def size(self) -> tuple[int | None, int | None, int | None]:
        return None, None, None

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:
        missing: list[bytes | None] = [None]
        raw = await self._presence.ask(lambda: self._many([key, *map(_tag, tags)]), missing)
        if raw[0] is None:
            return None
        entry = self._decode(key, raw[0], records)
        if entry is None:
            return None
        now = tuple(version.decode("ascii") if version else None for version in raw[1:])
        born = self._ages.born(key, entry.stamp) if entry.stamp else None
        if entry.versions != now or born is None:
            return None
        return msgspec.structs.replace(entry, reading=msgspec.structs.replace(entry.reading, born=born))

    def _decode(self, key: str, raw: bytes, records: Any) -> Entry[Any] | None:
        """The entry in these bytes. The same bytes are decoded once, and have the same records."""
        known = self._decoded.get(key)
        if known and known[0] == raw:
            found: Entry[Any] = known[1]
            return found
        try:
            decoded: Entry[Any] = decoder_for(records).decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        self._decoded.pop(key, None)
        if len(raw) <= DECODED:
            self._decoded[key] = raw, decoded
        return decoded

    def at_hand(self, key: str, tags: Sequence[str]) -> Entry[Any] | None:  # noqa: ARG002  as all backends
        return None

    async def _many(self, keys: list[str]) -> list[bytes | None]:
        """The values of these keys. Now and then Redis also says what time it is."""
        async with self._backend.client.pipeline(transaction=False) as pipe:
            pipe.mget(map(self._name, keys))
            if self._ages.due:
                pipe.time()
            values, *times = await pipe.execute()
        self._look(times)
        found: list[bytes | None] = values
        return found

    def _look(self, times: list[tuple[int, int]]) -> None:
        for seconds, microseconds in times:
            self._ages.look(seconds + microseconds / 1_000_000)

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        """A tag without a version gets one. If it is lost later, entries with the lost version stay void."""

        async def named() -> tuple[str, ...]:
            async with self._backend.client.pipeline(transaction=True) as pipe:
                for tag in tags:
                    pipe.set(self._name(_tag(tag)), secrets.token_hex(8), nx=True)
                pipe.mget([self._name(_tag(tag)) for tag in tags])
                pipe.time()
                *_, versions, time = await pipe.execute()
            self._look([time])
            return tuple(version.decode("ascii") for version in versions)

        return await self._presence.ask(named, ())

    async def keep(self, key: str, entry: Entry[Any], body: bytes, seconds: float) -> None:
        if entry.versions:
            stamp = self._ages.stamp(key, entry.reading.born or 0.0)
            await self._presence.ask(lambda: self._backend.set(key, encode(entry, body, stamp), ttl=seconds), None)

    async def invalidate(self, tags: Sequence[str]) -> None:
        versions = {self._name(_tag(tag)): secrets.token_hex(8) for tag in tags}
        if versions:
            await self._presence.ask(lambda: self._backend.client.mset(versions), None, always=True)

    async def clear(self) -> None:
        await self._presence.ask(self._backend.clear, None, always=True)

    async def find_body(self, key: str, tags: Sequence[str]) -> tuple[bytes | None, tuple[str | None, ...]]:
        """What was put under this key, and the versions that the tags have now."""
        missing: list[bytes | None] = [None] * (1 + len(tags))
        raw = await self._presence.ask(lambda: self._many([key, *map(_tag, tags)]), missing)
        return raw[0], tuple(version.decode("ascii") if version else None for version in raw[1:])

    async def put_body(self, key: str, body: bytes, seconds: float) -> None:
        """Keep these bytes for at most so many seconds."""
        await self._presence.ask(lambda: self._backend.set(key, body, ttl=seconds), None)

    @property
    def ages(self) -> Ages:
        """What makes moments of this process into stamps that other processes can read."""
        return self._ages

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:
        return await self._presence.ask(
            lambda: lease.take(self._backend.client, self._lease(key), token, seconds), None
        )

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:
        return await self._presence.ask(
            lambda: lease.wait(self._backend.client, self._lease(key), holder, agency), None, patience=LEASED
        )

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        await self._presence.ask(lambda: lease.end(self._backend.client, self._lease(key), token, error), None)

    async def aclose(self) -> None:
        await self._backend.close()

    def _name(self, key: str) -> str:
        return str(self._backend.build_key(key))

    def _lease(self, key: str) -> str:
        return self._name(f"lease:{key}")


def _tag(tag: str) -> str:
    return f"tag:{tag}"
