"""Entries in Redis or Valkey, for several hubs: encoded, with leases so that one process asks for all."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import redis.asyncio as redis
import structlog
from aiocache import RedisCache
from aiocache.serializers import NullSerializer
from redis.exceptions import RedisError

from cache.entry import Entry, decoder_for, encode
from connectors.kit.errors import BY_CODE, AgencyError

log = structlog.get_logger()

NAMESPACE = "simpul"
PATIENCE = 1.0
"""Seconds that Redis may take for one command."""
LOOK = 0.02
"""Seconds between two looks at a lease that somebody else holds."""
FAILED_FOR = 5.0
"""Seconds that the word of a failure stays for those who waited."""

TAKE = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 7) ~= 'failed:' then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
END = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class _Failure(msgspec.Struct, array_like=True):
    code: str
    reason: str
    retry_after: float | None


class OwnRedis(RedisCache):  # type: ignore[misc]
    """aiocache's Redis backend on a client of our own: any URL of redis-py, no deprecated command, no wide `clear`."""

    def __init__(self, url: str) -> None:
        super().__init__(serializer=NullSerializer(encoding=None), namespace=NAMESPACE, timeout=None)
        self.client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

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

    def __init__(self, backend: OwnRedis) -> None:
        self._backend = backend
        self._gone = False

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:
        raw: list[bytes | None] = []
        async with self._unless_gone():
            raw = await self._backend.multi_get([key, *map(_tag, tags)])
        if not raw or raw[0] is None:
            return None
        try:
            entry: Entry[Any] = decoder_for(records).decode(raw[0])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        now = tuple(version.decode("ascii") if version else None for version in raw[1:])
        return entry if entry.versions == now else None

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        """A tag that has none is given one: were it lost, nothing kept under it could come back."""
        versions: list[str] = []
        async with self._unless_gone():
            async with self._backend.client.pipeline(transaction=False) as pipe:
                for tag in tags:
                    pipe.set(self._backend.build_key(_tag(tag)), secrets.token_hex(8), nx=True)
                    pipe.get(self._backend.build_key(_tag(tag)))
                answers = await pipe.execute()
            versions = [version.decode("ascii") for version in answers[1::2]]
        return tuple(versions)

    async def keep(self, key: str, entry: Entry[Any], seconds: float) -> None:
        if entry.versions:
            async with self._unless_gone():
                await self._backend.set(key, encode(entry), ttl=seconds)

    async def invalidate(self, tags: Sequence[str]) -> None:
        async with self._unless_gone(), self._backend.client.pipeline(transaction=True) as pipe:
            for tag in tags:
                pipe.set(self._backend.build_key(_tag(tag)), secrets.token_hex(8))
            await pipe.execute()

    async def clear(self) -> None:
        async with self._unless_gone():
            await self._backend.clear()

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:
        held: Any = None
        async with self._unless_gone():
            held = await self._backend.client.eval(TAKE, 1, self._lease(key), token, str(int(seconds * 1000)))
        return str(held, "ascii") if held else None

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:
        word = f"failed:{holder}:".encode("ascii")
        now: Any = holder.encode("ascii")
        while now == holder.encode("ascii"):
            await asyncio.sleep(LOOK)
            now = None
            async with self._unless_gone():
                now = await self._backend.client.get(self._lease(key))
        if now is None or not now.startswith(word):
            return None
        failure = msgspec.json.decode(now.removeprefix(word), type=_Failure)
        return BY_CODE[failure.code](agency, failure.reason, retry_after=failure.retry_after)

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        word = ""
        if error:
            failure = _Failure(error.code, error.reason, error.retry_after)
            word = f"failed:{token}:{msgspec.json.encode(failure).decode()}"
        async with self._unless_gone():
            await self._backend.client.eval(END, 1, self._lease(key), token, word, str(int(FAILED_FOR * 1000)))

    async def aclose(self) -> None:
        await self._backend.close()

    def _lease(self, key: str) -> str:
        return str(self._backend.build_key(f"lease:{key}"))

    @contextlib.asynccontextmanager
    async def _unless_gone(self) -> AsyncIterator[None]:
        """Go on without Redis where it does not answer; say so once when it goes and once when it is back."""
        try:
            yield
        except (RedisError, OSError) as error:
            if not self._gone:
                log.warning("cache.gone", error=type(error).__name__)
            self._gone = True
        else:
            if self._gone:
                log.warning("cache.back")
            self._gone = False


def _tag(tag: str) -> str:
    return f"tag:{tag}"
