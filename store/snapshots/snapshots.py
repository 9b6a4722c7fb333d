"""The last good answers, which outlive the process and the cache. They are written behind the scenes, in batches."""

import asyncio
import contextlib
import functools
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from cachetools import LRUCache, TTLCache

from auth.keyring import Keyring, ring_of
from cache.ages import AHEAD, Ages, Stamp
from cache.archive import Archived
from cache.cache_keys import CacheKeys
from cache.entry import digest_of
from connectors.kit.clock import Clock
from connectors.kit.read import Read
from connectors.kit.reading import Reading, State
from connectors.kit.together import cancel_all
from connectors.kit.waiting import set_within
from store.kit.database import BEHIND, Database, StoreBroken
from store.snapshots import statements
from store.snapshots.statements import Change, Now
from store.snapshots.waiting import WaitingChanges

log = structlog.get_logger()

PATIENCE = 0.3
"""Seconds that the database may take to find a snapshot."""
PAUSE = 2.0
"""Seconds for which a database that did not answer is not asked again."""
KNOWN_FOR = 5.0
"""Seconds for which it is known that there is no snapshot."""
EVERY = 1.0
"""Seconds for which answers are collected before they are written together."""
SAME = 60.0
"""Seconds for which an answer with the same values is not written again, and between two cleanings."""
AT_THE_END = 2.0
"""Seconds that the last writing may take when the hub stops."""
LARGEST = 8_000_000
"""Bytes of the records of one answer. A larger answer is not kept."""
MOST_KNOWN = 10_000
AFTER = 0.001
"""Seconds by which what is written from now on is later than what is void."""


class Snapshots:
    """The `Archive` of the cache, in the store.

    `secret` is the key of the hashes of arguments; without it, the store has one of its own. All snapshots together
    have at most about `most_bytes`.
    """

    def __init__(self, database: Database, clock: Clock, *, secret: bytes | Keyring | None, most_bytes: int) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret
        self._most_bytes = most_bytes
        self._ages = Ages(clock)
        self._now = Now(lambda: clock.now().timestamp(), self._ages.place)
        self._keys: CacheKeys | None = None
        self._others: list[CacheKeys] = []
        self._floor = float("-inf")
        self._gone_until: float | None = None
        self._missing: TTLCache[str, bool] = TTLCache(MOST_KNOWN, KNOWN_FOR, timer=clock.monotonic)
        self._written: LRUCache[str, tuple[bytes, float]] = LRUCache(MOST_KNOWN)
        self._waiting = WaitingChanges()
        self._voids: list[tuple[str, ...]] = []
        self._writing = asyncio.Lock()
        self._filled, self._stopping = asyncio.Event(), asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Make ready, and write from now on what is to be kept. Raises `StoreBroken`."""
        secret = self._secret
        if secret is None:
            secret = await self._database.write(statements.secret_kept)
        if self._database.dialect == "sqlite":
            newest = await self._database.read(statements.newest)
            if newest is not None and newest - self._now.hub() > AHEAD:
                self._floor = newest  # the clock was set back since, and nobody knows by how much
                self._ages.look(newest + AFTER)
        ring = ring_of(secret)
        self._keys, *self._others = map(CacheKeys, (ring.secret, *ring.others))
        self._running = asyncio.create_task(self._run())

    async def find(self, read: Read[Any]) -> Archived | None:
        if self._keys is None or self._voids:
            return None
        key, shape = self._keys.key(read), shape_of(read.type)
        if key in self._missing or self._is_gone():
            return None
        keys = dict.fromkeys((key, *(each.key(read) for each in self._others)))
        try:
            row, place = await self._database.read(
                lambda connection: statements.found(connection, keys, shape, self._now), within=PATIENCE
            )
        except StoreBroken as error:
            self._is_broken(error)
            return None
        self._is_back()
        self._ages.look(place)
        if row is None:
            self._missing[key] = True
            return None
        born = self._ages.born(key, Stamp(row.by_hub, row.by_place)) if row.by_place > self._floor else None
        return None if born is None else _answer(read, row, born)

    def keep(self, read: Read[Any], answer: Archived) -> None:
        if self._keys is None or len(answer.body) > LARGEST:
            return
        key, reading, now = self._keys.key(read), answer.reading, self._clock.monotonic()
        digest = digest_of(answer.body)
        known, at = self._written.get(key, (b"", 0.0))
        if known == digest and now - at < SAME:
            return
        self._missing.pop(key, None)
        values = {
            "domain": read.agency.domain,
            "agency": read.agency.code,
            "read": f"{read.agency.code}.{read.name}",
            "shape": shape_of(read.type),
            "digest": digest,
            "fetched_at": reading.fetched_at,
            "changed_at": reading.changed_at,
            "value_changed_at": reading.value_changed_at,
            "size": len(answer.body),
            "body": answer.body,
        }
        life = (read.freshness.ttl + read.freshness.stale).total_seconds()
        self._add(Change(key, values, life, lambda: reading.age(self._clock)))

    def forget(self, read: Read[Any]) -> None:
        if self._keys is not None and (key := self._keys.key(read)) not in self._missing:
            self._written.pop(key, None)
            self._add(Change(key, None, 0.0, float))

    async def void(self, tags: Sequence[str]) -> None:
        self._voids.append(tuple(tags))
        self._waiting.clear()
        self._written.clear()
        self._filled.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.flush()

    async def flush(self) -> bool:
        """Write all that waits; False if the database does not take it now. Then it waits on."""
        async with self._writing:
            try:
                while self._voids:
                    await self._database.write(functools.partial(statements.void, tags=self._voids[0]))
                    self._voids.pop(0)
                while self._waiting:
                    await self._write(self._waiting.batch())
            except StoreBroken as error:
                self._is_broken(error)
                return False
        return True

    async def clean(self) -> bool:
        """Delete what is past its life, and what is too much; False if the database does not do it now."""
        work = functools.partial(statements.clean, now=self._now, most_bytes=self._most_bytes)
        try:
            await self._database.write(work, within=BEHIND)
        except StoreBroken as error:
            self._is_broken(error)
            return False
        return True

    async def aclose(self) -> None:
        """Write what waits, if the database takes it at once."""
        self._stopping.set()
        self._filled.set()
        if self._running:
            await asyncio.wait({self._running}, timeout=AT_THE_END)
            await cancel_all([self._running])

    def _add(self, change: Change) -> None:
        self._waiting.add(change)
        self._filled.set()

    async def _write(self, batch: list[Change]) -> None:
        try:
            work = functools.partial(statements.write, changes=batch, now=self._now)
            stamps, place = await self._database.write(work, within=BEHIND)
        except (StoreBroken, asyncio.CancelledError):
            if not self._voids:
                self._waiting.again(batch)
            raise
        self._is_back()
        self._ages.look(place)
        now = self._clock.monotonic()
        for change in batch:
            if change.values is not None:
                self._ages.remember(change.key, stamps[change.key], now - change.age())
                self._written[change.key] = change.values["digest"], now

    async def _run(self) -> None:
        """Write what comes, until the hub stops. What the database does not take now is tried again after a pause."""
        cleaned = float("-inf")
        while not self._stopping.is_set():
            await self._filled.wait()
            await self._pass(EVERY)
            self._filled.clear()
            done = await self.flush()
            if done and self._clock.monotonic() - cleaned >= SAME:
                cleaned = self._clock.monotonic()
                done = await self.clean()
            if not done:
                self._filled.set()
                await self._pass(PAUSE)

    async def _pass(self, seconds: float) -> None:
        """Wait so long, or until the hub stops."""
        await set_within(self._stopping, seconds)

    def _is_gone(self) -> bool:
        """Whether the database did not answer lately. One caller in each pause finds out whether it is back."""
        now = self._clock.monotonic()
        if self._gone_until is None or now < self._gone_until:
            return self._gone_until is not None
        self._gone_until = now + PAUSE
        return False

    def _is_broken(self, error: StoreBroken) -> None:
        if self._gone_until is None:
            log.warning("snapshots.gone", reason=str(error))
        self._gone_until = self._clock.monotonic() + PAUSE

    def _is_back(self) -> None:
        if self._gone_until is not None:
            log.warning("snapshots.back")
            self._gone_until = None


@functools.lru_cache(maxsize=512)
def shape_of(records: Any) -> str:
    """A name of the form of these records. It is another one if a field or a type changes in a newer hub."""
    form = msgspec.json.encode(msgspec.json.schema(records), order="deterministic")
    return hashlib.blake2b(form, digest_size=16).hexdigest()


def _answer(read: Read[Any], row: Any, born: float) -> Archived | None:
    """The answer in a row; None if its records cannot be read."""
    try:
        records = msgspec.msgpack.decode(row.body, type=read.type)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    reading = Reading(
        agency=row.agency,
        records=records,
        fetched_at=row.fetched_at,
        changed_at=row.changed_at,
        value_changed_at=row.value_changed_at,
        stale_after=row.fetched_at + read.freshness.ttl,
        state=State.CACHED,
        born=born,
    )
    return Archived(reading, row.body)
