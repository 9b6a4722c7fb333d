"""Entries in the memory of this process, bounded by their encoded size."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from cachetools import TLRUCache

from cache.entry import AROUND, Entry
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError


class _Kept(NamedTuple):
    value: Any
    size: int
    ends: float


class BoundedMemory:
    """Values of at most `max_bytes`. The one that was used least recently is removed first.

    A value that is larger than `max_bytes` is not kept.
    """

    def __init__(self, max_bytes: int, clock: Clock) -> None:
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

    @property
    def size(self) -> tuple[int, int, int]:
        """How many entries there are, how many bytes they are, and how many they may be."""
        return len(self._kept), self.bytes_kept, int(self._kept.maxsize)

    def get(self, key: str) -> Any:
        """The value that is kept; None if there is none."""
        try:
            return self._kept[key].value
        except KeyError:
            return None

    def set(self, key: str, value: Any, ttl: float) -> bool:
        """Keep a value for `ttl` seconds; whether it is kept. It says its `size` itself."""
        self._kept.pop(key, None)
        if ttl <= 0:
            return False
        try:
            self._kept[key] = _Kept(value, len(key) + value.size + AROUND, self._clock.monotonic() + ttl)
        except ValueError:
            return False
        return True

    def clear(self) -> None:
        """Keep nothing of it."""
        self._kept.clear()


class MemoryStore:
    """Entries of one process. It needs no lease."""

    def __init__(self, backend: BoundedMemory) -> None:
        self._backend = backend
        self._versions: dict[str, str] = {}
        self._next = itertools.count(1)
        self.changes = 0

    @property
    def size(self) -> tuple[int | None, int | None, int | None]:
        return self._backend.size

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:  # noqa: ARG002
        return self.at_hand(key, tags)

    def at_hand(self, key: str, tags: Sequence[str]) -> Entry[Any] | None:
        entry: Entry[Any] | None = self._backend.get(key)
        if entry is None or entry.versions != self._now(tags):
            return None
        return entry

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        return self._now(tags)

    async def keep(self, key: str, entry: Entry[Any], body: bytes, seconds: float) -> None:  # noqa: ARG002  as all backends
        self._backend.set(key, entry, ttl=seconds)
        self.changes += 1

    async def invalidate(self, tags: Sequence[str]) -> None:
        self.changes += 1
        for tag in tags:
            self._versions[tag] = str(next(self._next))

    async def clear(self) -> None:
        self._backend.clear()
        self.changes += 1

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:  # noqa: ARG002
        return None

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:  # noqa: ARG002
        return None

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        """Nobody waits for it, because all callers of a process share one load."""

    async def aclose(self) -> None:
        """Nothing is open."""

    def _now(self, tags: Sequence[str]) -> tuple[str, ...]:
        return tuple([self._versions.get(tag, "0") for tag in tags])
