"""When an answer is served: fresh, late while a newer one is fetched, late because the agency fails, or never."""

import secrets
from collections.abc import Callable, Collection, Coroutine
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar

import msgspec
import structlog
from cachetools import LRUCache, TLRUCache

from cache.archive import Archive, Archived
from cache.backend import Backend
from cache.cache_keys import CacheKeys
from cache.entry import Entry, digest_of_values, encode_records
from cache.hands import Hand, Hands
from cache.patience import Patience
from cache.use import CacheUse
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError, TooStale
from connectors.kit.flights import Flights
from connectors.kit.read import Read
from connectors.kit.reading import Freshness, Reading, State
from connectors.kit.urgency import URGENCY, Urgency

log = structlog.get_logger()

T = TypeVar("T")

ANY_AGE = float("inf")
ANY_TAG = "any"
"""The tag that has a new version after each invalidation, whatever it was of."""


class _Hold(NamedTuple):
    until: float
    error: AgencyError


class _Values(NamedTuple):
    """The digest of the records, and when the hub first saw these."""

    digest: bytes
    since: datetime


class _Begun(NamedTuple):
    """What was so when a load began: the versions of the tags, the invalidations, and the values known before."""

    versions: tuple[str, ...]
    invalidations: int
    known: _Values | None


class Cache:
    """Reads through a cache.

    `jitter` shortens each life by up to this part of it, so that answers that were fetched together do not end
    together. `hold` is how long a failed agency is not asked again by callers for whom an older answer exists.
    `lease_margin` is added to the agency's time limit for the lease of a load. `archive` has the last good answers if
    the cache has none, for example after a restart.
    """

    def __init__(
        self,
        store: Backend,
        *,
        clock: Clock,
        secret: bytes,
        random: Random,
        archive: Archive | None = None,
        jitter: float = 0.1,
        hold: timedelta = timedelta(seconds=5),
        lease_margin: timedelta = timedelta(seconds=2),
        most_known: int = 10_000,
    ) -> None:
        self._store = store
        self._archive = archive
        self._clock = clock
        self._keys = CacheKeys(secret)
        self._random = random
        self._jitter = jitter
        self._hold = hold.total_seconds()
        self._lease_margin = lease_margin.total_seconds()
        self._flights = Flights()
        self._hands = Hands(store, self._keys, clock)
        self._holds: TLRUCache[str, _Hold] = TLRUCache(
            maxsize=most_known, ttu=lambda _key, hold, _now: hold.until, timer=clock.monotonic
        )
        self._values: LRUCache[str, _Values] = LRUCache(most_known)
        self._invalidations = 0
        self._hits = self._misses = 0
        self._patience = Patience()
        self.on_change: Callable[[Collection[str] | None], None] = lambda _tags: None
        """Is told the tags of what is made void here, or takes the place of what is fresh; None for everything."""

    async def get(
        self, read: Read[T], *, at_most: timedelta | None = None, ahead: timedelta = timedelta(0)
    ) -> Reading[T]:
        """The answer, from the cache or from the agency; raises `AgencyError` if there is none.

        A kept answer that is older than `at_most` is not served: `TooStale` if no newer one can be had. One that stops
        being fresh within `ahead` is asked for now.
        """
        if not read.freshness.kept:
            return await read.fetch()
        key = self._keys.key(read)
        entry: Entry[T] | None = await self._store.find(key, read.tags, read.type)
        if entry is None and self._archive and read.freshness.stale:
            entry = await self._flights.join(("archive", key), lambda: self._unarchived(read, key))
        wanted = ANY_AGE if at_most is None else at_most.total_seconds()
        age = entry.reading.age(self._clock) if entry else 0.0
        if entry and ahead:
            wanted = min(wanted, entry.fresh_for - ahead.total_seconds())
        if entry and age < entry.fresh_for and age <= wanted:
            self._hits += 1
            return entry.reading
        outcome: Reading[T] | AgencyError
        if entry and age < entry.stale_for:
            outcome = await self._late_or_newer(read, key, entry, wanted)
        else:
            outcome = await self._flights.join(key, self._loading(read, key, wanted))
        if isinstance(outcome, AgencyError):
            self._misses += 1
            raise outcome.again()
        if outcome.state is State.CACHED and outcome.age(self._clock) > wanted:
            return await self.get(
                read, at_most=at_most, ahead=ahead
            )  # the shared load was satisfied with another hub's answer
        if outcome.state is State.LIVE:
            self._misses += 1
        else:
            self._hits += 1
        return outcome

    def use(self) -> CacheUse:
        """What it has done in this process, and what it has."""
        entries, kept, most = self._store.size
        return CacheUse(
            code="READINGS", entries=entries, kept_bytes=kept, most_bytes=most, hits=self._hits, misses=self._misses
        )

    @property
    def place(self) -> Backend:
        """Where the entries are kept."""
        return self._store

    def hand(self, read: Read[Any], now: float, *, at_most: timedelta | None = None) -> Hand | None:
        """What is at hand at this moment: the kept answer, where it is fresh and nobody has to be waited for."""
        hand = self._hands.of(read, now)
        if hand is None or (at_most is not None and now - hand.born > at_most.total_seconds()):
            return None
        self._hits += 1
        return hand

    def at_hand(self, read: Read[T], *, at_most: timedelta | None = None) -> Reading[T] | None:
        """The same without what else is known of it."""
        hand = self.hand(read, self._clock.monotonic(), at_most=at_most)
        return hand.reading if hand else None

    async def invalidate(self, *tags: str) -> None:
        """Make void what is kept under these tags, and what is being loaded under them."""
        if tags:
            self._invalidations += 1
            self.on_change(tags)
            await self._store.invalidate((*tags, ANY_TAG))
            if self._archive:
                await self._archive.void(tags)

    async def clear(self) -> None:
        """Remove everything that is kept."""
        self._invalidations += 1
        self.on_change(None)
        await self._store.clear()
        if self._archive:
            await self._archive.void(())

    async def aclose(self) -> None:
        """End the loads under way and close the connections."""
        await self._flights.aclose()
        await self._store.aclose()

    async def _late_or_newer(self, read: Read[T], key: str, entry: Entry[T], wanted: float) -> Reading[T]:
        """The kept answer, which is not fresh or not new enough, or a newer one if that comes in time."""
        age = entry.reading.age(self._clock)
        hold, load = self._holds.get(key), self._loading(read, key, wanted)
        outcome: Reading[T] | AgencyError | None
        if hold and hold.error.stale_allowed:
            outcome = hold.error
        elif hold or age > wanted:
            outcome = await self._flights.join(key, load)
        else:
            task, at_once = self._flights.start(key, load), entry.fresh_for + read.freshness.revalidate.total_seconds()
            if age < at_once or self._patience.is_over(read.agency.code):
                outcome = None
            else:
                outcome = await self._patience.wait(read.agency.code, task, read.freshness.patience)
        if isinstance(outcome, Reading):
            return outcome
        if outcome and not outcome.stale_allowed:
            raise outcome.again()
        if age > wanted:
            raise TooStale(read.agency.code, f"{read.name}: {age:.0f} s old", age=int(age), at_most=int(wanted))
        return _late(entry, outcome.code if outcome else None)

    def _loading(
        self, read: Read[T], key: str, wanted: float
    ) -> Callable[[], Coroutine[Any, Any, Reading[T] | AgencyError]]:
        """The load of an answer. It is as urgent as the caller that begins it, and knows nothing else of the caller."""
        urgency = URGENCY.get()
        return lambda: self._load(read, key, wanted, urgency)

    async def _load(self, read: Read[T], key: str, wanted: float, urgency: Urgency) -> Reading[T] | AgencyError:
        """Load once for all callers.

        This process loads if it gets the lease; otherwise it waits for the process that has it.
        """
        URGENCY.set(urgency)
        token = secrets.token_hex(8)
        seconds = read.agency.limits.timeout + self._lease_margin
        while holder := await self._store.take_lease(key, token, seconds):
            error = await self._store.await_lease(key, holder, read.agency.code)
            if error:
                return self._failed(read, key, error)
            entry: Entry[T] | None = await self._store.find(key, read.tags, read.type)
            if entry and self._will_do(entry, wanted):
                return entry.reading
        outcome: Reading[T] | AgencyError | None = None
        try:
            entry = await self._store.find(key, read.tags, read.type)
            done = entry.reading if entry and self._will_do(entry, wanted) else None
            outcome = done or await self._fetch(read, key, entry)
        finally:
            error = outcome if isinstance(outcome, AgencyError) else None
            await self._store.end_lease(key, token, error)
        return outcome

    def _will_do(self, entry: Entry[Any], wanted: float) -> bool:
        """Whether an answer that another process has kept in the meantime is new enough."""
        return entry.reading.age(self._clock) < min(entry.fresh_for, wanted)

    async def _fetch(self, read: Read[T], key: str, before: Entry[T] | None) -> Reading[T] | AgencyError:
        known = _Values(before.digest, before.since) if before else self._values.get(key)
        begun = _Begun(await self._store.versions(read.tags), self._invalidations, known)
        try:
            reading = await read.fetch()
        except AgencyError as error:
            return self._failed(read, key, error)
        self._holds.pop(key, None)
        if before and before.reading.age(self._clock) < before.fresh_for:
            self.on_change(read.tags[-1:])
        return await self._keep(read, key, reading, begun)

    async def _keep(self, read: Read[T], key: str, reading: Reading[T], begun: _Begun) -> Reading[T]:
        """Keep an answer that was just fetched. It is given back with what is known of it now."""
        body = encode_records(reading.records)
        digest, known = digest_of_values(reading.records, body), begun.known
        self._values[key] = values = known if known and known.digest == digest else _Values(digest, reading.fetched_at)
        fresh_for, stale_for = _life(read.freshness, reading, 1 - self._jitter * self._random.random())
        reading = msgspec.structs.replace(
            reading,
            value_changed_at=values.since,
            stale_after=reading.fetched_at + timedelta(seconds=fresh_for),
        )
        kept = msgspec.structs.replace(reading, state=State.CACHED)
        entry = Entry(kept, fresh_for, stale_for, begun.versions, digest, len(body))
        await self._store.keep(key, entry, body, stale_for - reading.age(self._clock))
        if self._archive and reading.records is None:
            self._archive.forget(read)
        elif self._archive and read.freshness.stale and begun.invalidations == self._invalidations:
            self._archive.keep(read, Archived(kept, body))
        return reading

    async def _unarchived(self, read: Read[T], key: str) -> Entry[T] | None:
        """The answer of the archive, which the cache keeps from now on."""
        invalidations = self._invalidations
        found = await self._archive.find(read) if self._archive else None
        if found is None or invalidations != self._invalidations:
            return None
        reading, body = found
        fresh_for, stale_for = _life(read.freshness, reading, 1.0)
        if reading.age(self._clock) >= stale_for:
            return None
        versions, digest = await self._store.versions(read.tags), digest_of_values(reading.records, body)
        entry = Entry(reading, fresh_for, stale_for, versions, digest, len(body))
        self._values[key] = _Values(digest, entry.since)
        await self._store.keep(key, entry, body, stale_for - reading.age(self._clock))
        return entry

    def _failed(self, read: Read[T], key: str, error: AgencyError) -> AgencyError:
        log.info("cache.load_failed", agency=read.agency.code, read=read.name, code=error.code, reason=error.reason)
        self._holds[key] = _Hold(self._clock.monotonic() + (error.retry_after or self._hold), error)
        return error


def _life(freshness: Freshness, reading: Reading[Any], part: float) -> tuple[float, float]:
    """For how many seconds an answer is fresh, and for how many it may be served. `part` shortens both."""
    if reading.records is None:
        fresh_for = freshness.absent.total_seconds() * part
        return fresh_for, fresh_for
    fresh_for = freshness.ttl.total_seconds() * part
    return fresh_for, fresh_for + freshness.stale.total_seconds()


def _late(entry: Entry[T], problem: str | None) -> Reading[T]:
    return msgspec.structs.replace(entry.reading, state=State.STALE, problem=problem)
