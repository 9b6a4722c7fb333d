"""Entries in the memory of this process, bounded by their encoded size."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from aiocache.base import BaseCache
from aiocache.serializers import NullSerializer
from cachetools import TLRUCache

from cache.entry import AROUND, Entry
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError


class _Kept(NamedTuple):
    value: Any
    size: int
    ends: float


class BoundedMemory(BaseCache):  # type: ignore[misc]
    """An aiocache backend of at most `max_bytes`. The entry that was used least recently is removed first.

    An entry that is larger than `max_bytes` is not kept.
    """

    NAME = "bounded-memory"

    def __init__(self, max_bytes: int, clock: Clock) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None)
        self._kept: TLRUCache[str, _Kept] = TLRUCache(
            maxsize=max_bytes,
            ttu=lambda _key, kept, _now: kept.ends,
            timer=clock.monotonic,
            getsizeof=lambda kept: kept.size,
        )
        self._clock = clock

    @property
    def bytes_kept(self) -> int:
        """The encoded size of all entries."""
        return int(self._kept.currsize)

    def peek(self, key: str) -> Any:
        """The same as `get`, without a coroutine."""
        try:
            return self._kept[key].value
        except KeyError:
            return None

    async def _get(self, key: str, encoding: str | None = None, _conn: object = None) -> Any:  # noqa: ARG002
        return self.peek(key)

    async def _set(
        self,
        key: str,
        value: Any,
        ttl: float | None = None,
        _cas_token: object = None,
        _conn: object = None,
    ) -> bool:
        self._kept.pop(key, None)
        if ttl is not None and ttl <= 0:
            return False
        ends = float("inf") if ttl is None else self._clock.monotonic() + ttl
        try:
            self._kept[key] = _Kept(value, len(key) + value.size + AROUND, ends)
        except ValueError:
            return False
        return True

    async def _delete(self, key: str, _conn: object = None) -> int:
        return int(self._kept.pop(key, None) is not None)

    async def _clear(self, namespace: str | None = None, _conn: object = None) -> bool:  # noqa: ARG002
        self._kept.clear()
        return True

    def _build_key(self, key: str, namespace: str | None = None) -> str:
        return f"{namespace}:{key}" if namespace else key


class MemoryStore:
    """Entries of one process. It needs no lease."""

    def __init__(self, backend: BoundedMemory) -> None:
        self._backend = backend
        self._versions: dict[str, str] = {}
        self._next = itertools.count(1)

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:  # noqa: ARG002
        return self.at_hand(key, tags)

    def at_hand(self, key: str, tags: Sequence[str]) -> Entry[Any] | None:
        entry: Entry[Any] | None = self._backend.peek(key)
        if entry is None or entry.versions != self._now(tags):
            return None
        return entry

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        return self._now(tags)

    async def keep(self, key: str, entry: Entry[Any], body: bytes, seconds: float) -> None:  # noqa: ARG002  as all backends
        await self._backend.set(key, entry, ttl=seconds)

    async def invalidate(self, tags: Sequence[str]) -> None:
        for tag in tags:
            self._versions[tag] = str(next(self._next))

    async def clear(self) -> None:
        await self._backend.clear()

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:  # noqa: ARG002
        return None

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:  # noqa: ARG002
        return None

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        """Nobody waits for it, because all callers of a process share one load."""

    async def aclose(self) -> None:
        await self._backend.close()

    def _now(self, tags: Sequence[str]) -> tuple[str, ...]:
        return tuple([self._versions.get(tag, "0") for tag in tags])
