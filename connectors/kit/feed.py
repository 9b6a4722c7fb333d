"""A feed: a collection of an agency, of which the hub keeps a copy. A method of a connector declares it."""

import functools
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.boundary import interpreted
from connectors.kit.checks import sound
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError
from connectors.kit.findings import Findings, Interpretation
from connectors.kit.read import ReadOwner
from connectors.kit.reading import Reading
from connectors.kit.values import BadRow

T = TypeVar("T")
R = TypeVar("R", bound=ReadOwner)

_MARK = "__feed__"

LONGEST_KEY = 500
"""In characters. PostgreSQL can index about 2,700 bytes, and no agency's own key comes near that."""


class Batch(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One part of a pass over a feed.

    `records` come with their keys; `deleted` are the keys of deleted records. `position` is where a pass that stops
    here goes on. If `full`, the pass names everything that exists, so what it does not name is deleted. `changed_at` is
    when the agency changed the newest record, if it says so.
    """

    records: tuple[tuple[str, T], ...] = ()
    deleted: tuple[str, ...] = ()
    position: str | None = None
    full: bool = False
    changed_at: datetime | None = None


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed is followed. Each feed declares it.

    `interval`: how long a copy counts as new. `stale`: how much longer it may be served if the agency fails.
    `tombstone_retention`: how long the agency remembers deletions; an older copy is made anew. None means for ever.
    `atomic`: a pass becomes visible as a whole or not at all. That is for snapshots, not for a pass that waits for the
    agency.
    """

    interval: timedelta
    stale: timedelta
    tombstone_retention: timedelta | None = None
    atomic: bool = False


class Feed(Generic[T]):
    """One collection of one agency. `merge` makes one record of two records with the same key in the same pass."""

    __slots__ = ("_findings", "_heard", "_pass", "agency", "clock", "following", "merge", "name")

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
        self._findings = findings or Findings(agency.code, clock)
        self._heard = Interpretation(name)

    async def follow(self, position: str | None) -> AsyncGenerator[Batch[T], None]:
        """What has changed since a position, or everything; no batch if nothing has changed.

        Raises an `AgencyError` if the agency fails. The batches before the failure stay valid.
        """
        heard = self._heard = Interpretation(self.name, ())
        heard.whole = position is None
        async with aclosing(self._pass(position)) as batches:
            while True:
                with interpreted(self.agency, self.name, self._findings, heard):
                    batch = await anext(batches, None)
                    if batch is None:
                        if heard.whole and heard.rows and not heard.kept:
                            raise AgencyChanged(self.agency.code, f"{self.name}: not one of {heard.rows} rows can be")
                        return
                    heard.whole = heard.whole or batch.full
                    batch = self._storable(batch)
                yield batch

    def accept(self) -> None:
        """The last pass was complete, and had enough."""
        self._findings.answered(self._heard)

    def refuse(self, error: AgencyError) -> None:
        """The last pass was refused: as a change, it is a finding, also where its end alone was refused."""
        with suppress(AgencyError), interpreted(self.agency, self.name, self._findings, self._heard):
            raise error

    def _storable(self, batch: Batch[T]) -> Batch[T]:
        """The batch without records that break a check, or whose key is too long for an index.

        Each of them is a finding. What the hub kept under the key of a bad one is true no more, and a pass that names
        everything does not name it.
        """
        now, kept, bad = self.clock.now(), [], []
        for key, record in batch.records:
            try:
                _refuse_long(key)
                kept.append((key, sound(record, now, self._findings)))
            except BadRow as error:
                self._findings.set_aside(error)
                bad.append(key)
        self._heard.keep(len(kept))
        if bad or any(record is not sent for (_, record), (_, sent) in zip(kept, batch.records, strict=True)):
            gone = () if batch.full else bad
            batch = msgspec.structs.replace(batch, records=tuple(kept), deleted=(*batch.deleted, *gone))
        return batch

    async def fetch(self) -> Reading[tuple[T, ...]]:
        """The whole feed, in memory: for one look at a feed, not for following it."""
        found: dict[str, T] = {}
        changed_at = None
        async for batch in self.follow(None):
            for key, record in batch.records:
                known = found.get(key)
                found[key] = self.merge(known, record) if self.merge and known is not None else record
            for key in batch.deleted:
                found.pop(key, None)
            changed_at = batch.changed_at or changed_at
        self.judge(len(found))
        return Reading(
            agency=self.agency.code,
            records=tuple(found.values()),
            fetched_at=self.clock.now(),
            changed_at=changed_at,
        )

    @property
    def floor(self) -> int | None:
        """An answer with fewer records is refused as a change; None if `agencies.toml` does not say a number."""
        return self.agency.at_least.get(self.name)

    def judge(self, documents: int) -> None:
        """Accept the last pass, or refuse it for too few documents: then it raises `AgencyChanged`."""
        with interpreted(self.agency, self.name, self._findings, self._heard):
            self.refuse_fewer(documents)
        self.accept()

    def refuse_fewer(self, documents: int, kept: int = 0) -> None:
        """Raise `AgencyChanged` for fewer documents than the floor; without a floor, for less than half of `kept`."""
        floor = self.floor or -(-kept // 2)
        if documents < floor:
            raise AgencyChanged(self.agency.code, f"{self.name}: {documents} documents, at least {floor} were expected")


def _refuse_long(key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise BadRow(f"a key of more than {LONGEST_KEY} characters")


def feed(
    *,
    interval: timedelta,
    stale: timedelta,
    tombstone_retention: timedelta | None = None,
    atomic: bool = False,
    merge: Callable[[Any, Any], Any] | None = None,
) -> Callable[[Callable[[R, str | None], AsyncGenerator[Batch[T], None]]], Callable[[R], Feed[T]]]:
    """Declare an asynchronous generator of a connector as a feed. It takes the position to go on from."""
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

        setattr(ask, _MARK, following)
        return ask

    return declare


def names_of_feeds(connector: type) -> list[str]:
    """The names of the feeds that a connector declares."""
    return sorted(following_of_feeds(connector))


@functools.cache
def following_of_feeds(connector: type) -> Mapping[str, Following]:
    """How the feeds of a connector are followed, by their names."""
    declared = {name: getattr(getattr(connector, name), _MARK, None) for name in dir(connector)}
    return {name: following for name, following in declared.items() if following is not None}
