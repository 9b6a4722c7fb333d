"""When an answer is served: fresh, late while a newer one is fetched, late because the agency fails, or never."""

import secrets
from datetime import timedelta
from random import Random
from typing import NamedTuple, TypeVar

import msgspec
import structlog
from cachetools import TLRUCache

from cache.backend import Backend
from cache.cache_keys import CacheKeys
from cache.entry import Entry
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.flights import Flights
from connectors.kit.read import Read
from connectors.kit.reading import Reading, State

log = structlog.get_logger()

T = TypeVar("T")


class _Hold(NamedTuple):
    until: float
    error: AgencyError


class Cache:
    """Reads through a cache.

    `jitter` shortens each life by up to this part of it, so that answers that were fetched together do not end
    together. `hold` is how long a failed agency is not asked again by callers for whom an older answer exists.
    `lease_margin` is added to the agency's time limit for the lease of a load.
    """

    def __init__(
        self,
        store: Backend,
        *,
        clock: Clock,
        secret: bytes,
        random: Random,
        jitter: float = 0.1,
        hold: timedelta = timedelta(seconds=5),
        lease_margin: timedelta = timedelta(seconds=2),
        most_holds: int = 10_000,
    ) -> None:
        self._store = store
        self._clock = clock
        self._keys = CacheKeys(secret)
        self._random = random
        self._jitter = jitter
        self._hold = hold.total_seconds()
        self._lease_margin = lease_margin.total_seconds()
        self._flights = Flights()
        self._holds: TLRUCache[str, _Hold] = TLRUCache(
            maxsize=most_holds, ttu=lambda _key, hold, _now: hold.until, timer=self._now
        )

    async def get(self, read: Read[T]) -> Reading[T]:
        """The answer, from the cache or from the agency; raises `AgencyError` if there is none."""
        if not read.freshness.kept:
            return await read.fetch()
        key = self._keys.key(read)
        entry: Entry[T] | None = await self._store.find(key, read.tags, read.type)
        now = self._now()
        if entry is not None:
            if now < entry.fresh_until:
                return entry.reading
            if now >= entry.stale_until:
                entry = None
        if entry is not None:
            hold = self._holds.get(key)
            if hold and hold.error.stale_allowed:
                return _late(entry, problem=hold.error.code)
            if not hold and now < entry.fresh_until + read.freshness.revalidate.total_seconds():
                self._flights.start(key, lambda: self._load(read, key))
                return _late(entry, problem=None)
        outcome: Reading[T] | AgencyError = await self._flights.join(key, lambda: self._load(read, key))
        if not isinstance(outcome, AgencyError):
            return outcome
        if entry is not None and outcome.stale_allowed:
            return _late(entry, problem=outcome.code)
        raise outcome.again()

    async def invalidate(self, *tags: str) -> None:
        """Make void what is kept under these tags, and what is being loaded under them."""
        await self._store.invalidate(tags)

    async def clear(self) -> None:
        """Remove everything that is kept."""
        await self._store.clear()

    async def aclose(self) -> None:
        """End the loads under way and close the connections."""
        await self._flights.aclose()
        await self._store.aclose()

    async def _load(self, read: Read[T], key: str) -> Reading[T] | AgencyError:
        """Load once for all callers.

        This process loads if it gets the lease; otherwise it waits for the process that has it.
        """
        token = secrets.token_hex(8)
        seconds = read.agency.limits.timeout + self._lease_margin
        while holder := await self._store.take_lease(key, token, seconds):
            error = await self._store.await_lease(key, holder, read.agency.code)
            if error:
                return self._failed(read, key, error)
            if kept := await self._fresh(read, key):
                return kept
        outcome: Reading[T] | AgencyError | None = None
        try:
            outcome = await self._fresh(read, key) or await self._fetch(read, key)
        finally:
            error = outcome if isinstance(outcome, AgencyError) else None
            await self._store.end_lease(key, token, error)
        return outcome

    async def _fresh(self, read: Read[T], key: str) -> Reading[T] | None:
        """An answer that another process has kept in the meantime."""
        entry: Entry[T] | None = await self._store.find(key, read.tags, read.type)
        return entry.reading if entry and self._now() < entry.fresh_until else None

    async def _fetch(self, read: Read[T], key: str) -> Reading[T] | AgencyError:
        versions = await self._store.versions(read.tags)
        try:
            reading = await read.fetch()
        except AgencyError as error:
            return self._failed(read, key, error)
        self._holds.pop(key, None)
        await self._keep(read, key, reading, versions)
        return reading

    async def _keep(self, read: Read[T], key: str, reading: Reading[T], versions: tuple[str, ...]) -> None:
        absent = reading.records is None
        life = (read.freshness.absent if absent else read.freshness.ttl).total_seconds()
        fresh_until = reading.fetched_at.timestamp() + life * (1 - self._jitter * self._random.random())
        stale_until = fresh_until if absent else fresh_until + read.freshness.stale.total_seconds()
        kept = msgspec.structs.replace(reading, state=State.CACHED)
        entry = Entry(kept, fresh_until, stale_until, versions)
        await self._store.keep(key, entry, stale_until - self._now())

    def _failed(self, read: Read[T], key: str, error: AgencyError) -> AgencyError:
        log.warning("cache.load_failed", agency=read.agency.code, read=read.name, code=error.code, reason=error.reason)
        self._holds[key] = _Hold(self._now() + (error.retry_after or self._hold), error)
        return error

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _late(entry: Entry[T], *, problem: str | None) -> Reading[T]:
    return msgspec.structs.replace(entry.reading, state=State.STALE, problem=problem)
