"""A feed: a collection of an agency that the hub keeps a copy of, declared on a connector's method and followed."""

import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.boundary import interpreted
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import Findings
from connectors.kit.read import Reader
from connectors.kit.reading import Reading

T = TypeVar("T")
R = TypeVar("R", bound=Reader)

_MARK = "__feed__"

LONGEST_KEY = 500
"""Characters. PostgreSQL indexes some 2,700 bytes, and no agency's own key comes near."""


class Batch(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of one pass over a feed.

    `records` by their keys, and the keys of what is `deleted`. `position`: from where a pass that stops here goes on.
    `full`: this pass names everything there is, so what it does not name is deleted. `changed_at`: when the agency
    changed the newest of it, where it says so.
    """

    records: tuple[tuple[str, T], ...] = ()
    deleted: tuple[str, ...] = ()
    position: str | None = None
    full: bool = False
    changed_at: datetime | None = None


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed is followed; every connector declares it for each of its feeds.

    `interval`: how long a copy is taken for new. `stale`: how much longer it may be served if the agency fails.
    `tombstone_retention`: how long the agency remembers what it deleted; a copy that is older is made anew (None: the
    agency remembers for ever). `atomic`: a pass becomes visible as a whole or not at all; for snapshots, not for
    passes that wait for the agency.
    """

    interval: timedelta
    stale: timedelta
    tombstone_retention: timedelta | None = None
    atomic: bool = False


class Feed(Generic[T]):
    """One collection of one agency. `merge` makes one record of two that come under one key in the same pass."""

    __slots__ = ("_findings", "_pass", "agency", "clock", "following", "merge", "name")

    def __init__(
        self,
        *,
        agency: Agency,
        clock: Clock,
        name: str,
        following: Following,
        merge: Callable[[T, T], T] | None,
        go: Callable[[str | None], AsyncGenerator[Batch[T], None]],
        findings: Findings | None = None,
    ) -> None:
        self.agency = agency
        self.clock = clock
        self.name = name
        self.following = following
        self.merge = merge
        self._pass = go
        self._findings = findings

    async def follow(self, position: str | None) -> AsyncGenerator[Batch[T], None]:
        """What has changed since a position, or everything; nothing at all where nothing has changed.

        Raises an `AgencyError` where the agency fails; what was yielded before holds.
        """
        with interpreted(self.agency, self.name, self._findings):
            async with aclosing(self._pass(position)) as batches:
                async for batch in batches:
                    yield self._storable(batch)

    def _storable(self, batch: Batch[T]) -> Batch[T]:
        """The batch without records whose keys no database can index; each is a finding."""
        records = tuple(each for each in batch.records if len(each[0]) <= LONGEST_KEY)
        if self._findings is not None:
            for _ in range(len(batch.records) - len(records)):
                self._findings.note(f"{self.name}: a key of more than {LONGEST_KEY} characters")
        return batch if len(records) == len(batch.records) else msgspec.structs.replace(batch, records=records)

    async def fetch(self) -> Reading[tuple[T, ...]]:
        """All of it, in memory: for a look at a feed, not for following it."""
        found: dict[str, T] = {}
        changed_at = None
        async for batch in self.follow(None):
            for key, record in batch.records:
                known = found.get(key)
                found[key] = self.merge(known, record) if self.merge and known is not None else record
            for key in batch.deleted:
                found.pop(key, None)
            changed_at = batch.changed_at or changed_at
        self.refuse_fewer(len(found))
        return Reading(
            agency=self.agency.code,
            records=tuple(found.values()),
            fetched_at=self.clock.now(),
            changed_at=changed_at,
        )

    @property
    def floor(self) -> int | None:
        """Fewer records than this are a change of the agency, not an answer; None where the file does not say."""
        return self.agency.at_least.get(self.name)

    def refuse_fewer(self, documents: int, kept: int = 0) -> None:
        """Raise `AgencyChanged` for fewer than the floor; where there is none, for less than half of `kept`."""
        floor = self.floor or -(-kept // 2)
        if documents < floor:
            raise AgencyChanged(self.agency.code, f"{self.name}: {documents} documents, at least {floor} were expected")


def feed(
    *,
    interval: timedelta,
    stale: timedelta,
    tombstone_retention: timedelta | None = None,
    atomic: bool = False,
    merge: Callable[[Any, Any], Any] | None = None,
) -> Callable[[Callable[[R, str | None], AsyncGenerator[Batch[T], None]]], Callable[[R], Feed[T]]]:
    """Declare a connector's asynchronous generator, of (position), as a feed that is followed so."""
    following = Following(interval=interval, stale=stale, tombstone_retention=tombstone_retention, atomic=atomic)

    def declare(method: Callable[[R, str | None], AsyncGenerator[Batch[T], None]]) -> Callable[[R], Feed[T]]:
        @functools.wraps(method)
        def ask(reader: R, /) -> Feed[T]:
            return Feed(
                agency=reader.agency,
                clock=reader.clock,
                name=method.__name__,
                following=following,
                merge=merge,
                go=lambda position: method(reader, position),
                findings=reader.findings,
            )

        setattr(ask, _MARK, True)
        return ask

    return declare


def names_of_feeds(connector: type) -> list[str]:
    """The feeds that a connector declares, by name."""
    return sorted(name for name in dir(connector) if hasattr(getattr(connector, name), _MARK))
