"""The state of each copy: how far its feed was followed, when, and which process follows it now."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.kit.clock import Clock
from connectors.kit.feed import Feed
from connectors.kit.flights import Flights
from store.kit.database import BEHIND, Database, StoreBroken
from store.kit.tables import FEEDS

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PAUSE = timedelta(minutes=10)
"""A pass that failed is tried again sooner."""
KNOWN_FOR = 1.0
"""Seconds for which a process trusts its knowledge of the copies. It may learn of another process's pass this late."""

Key = tuple[str, str]
"""An agency and the name of its feed."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one copy.

    `fetched_at` is when a pass over the feed was last completed. Until the first pass is complete it is None, and
    nothing may be read. `problem` is the code of the error that ended the last pass, if one did. `documents` is the
    number of documents. `generation` belongs to the newest pass, and `shown` is the generation that readers see.
    """

    agency: str
    name: str
    position: str | None
    generation: int
    shown: int
    sweeping: bool
    documents: int
    fetched_at: datetime | None
    changed_at: datetime | None
    problem: str | None
    due_at: datetime

    @property
    def version(self) -> Hashable:
        """What differs once any record of the copy may differ."""
        return self.generation, self.shown, self.position, self.documents, self.fetched_at, self.changed_at

    def is_due(self, feed: Feed[Any], now: datetime) -> bool:
        """Whether the feed is to be asked. A time that no pass can have set was set before the clock was set back."""
        return self.due_at <= now or self.due_at > latest(feed, now)


_COLUMNS = [FEEDS.c[name] for name in Copy.__struct_fields__]


class Copies:
    """The states of all copies. The store is asked once in `KNOWN_FOR`; what this process writes is told at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Key, Copy] = {}
        self._known_at = float("-inf")
        self._changes = 0
        self._told: dict[Key, Copy] = {}
        self._news = asyncio.Event()
        self._looks = Flights()
        self._born: dict[Key, tuple[datetime, float]] = {}

    async def ensure(self, feeds: Iterable[Feed[Any]]) -> None:
        """Make sure that each feed has a row. A new row is due at once."""
        rows = [
            {
                "agency": feed.agency.code,
                "name": feed.name,
                "generation": 0,
                "shown": 0,
                "sweeping": False,
                "documents": 0,
                "due_at": LONG_AGO,
            }
            for feed in feeds
        ]

        def write(connection: Connection) -> None:
            insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(FEEDS)
            connection.execute(insert.on_conflict_do_nothing(), rows)

        if rows:
            await self._database.write(write)
            self.changed()

    def changed(self) -> None:
        """Trust the known states no longer: the next caller looks."""
        self._known_at, self._changes = float("-inf"), self._changes + 1
        self._wake()

    def tell(self, copy: Copy) -> None:
        """Know the state that this process has written. Nobody has to look for it."""
        self._known[copy.agency, copy.name] = self._told[copy.agency, copy.name] = copy
        self._wake()

    def version(self, feeds: Iterable[Feed[Any]]) -> Hashable:
        """What differs once any record of these copies may differ, as far as is known; None if it is not known.

        It is as new as the last state that was asked for. What is kept for it is at most `KNOWN_FOR` late.
        """
        known = [self._known.get((feed.agency.code, feed.name)) for feed in feeds]
        found = [(each.agency, each.name, each.version) for each in known if each]
        return tuple(found) if len(found) == len(known) else None

    async def of(self, feed: Feed[Any]) -> Copy:
        """The current state of the copy of this feed."""
        return await self._database.read(lambda connection: _copy(connection, feed))

    async def wait_ready(self, feed: Feed[Any], within: float) -> Copy:
        """The recent state of a copy. If there is no first copy yet, wait for it for `within` seconds."""
        ends = _now() + within
        while True:
            news = self._news
            copy = (await self.recent())[feed.agency.code, feed.name]
            if copy.fetched_at is not None or copy.problem is not None or _now() >= ends:
                return copy
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(ends, max(_now(), self._known_at + KNOWN_FOR))):
                    await news.wait()

    def born(self, copy: Copy, clock: Clock) -> float | None:
        """When the copy was fetched, by the monotonic clock of this process; None if there is no copy.

        The clock on the wall says it once. So a clock that is set while the hub runs makes no old copy look new.
        """
        if copy.fetched_at is None:
            return None
        known, born = self._born.get((copy.agency, copy.name), (None, 0.0))
        if known != copy.fetched_at:
            born = clock.monotonic() - max(0.0, (clock.now() - copy.fetched_at).total_seconds())
            self._born[copy.agency, copy.name] = copy.fetched_at, born
        return born

    async def recent(self) -> Mapping[Key, Copy]:
        """The states of all copies by agency and feed, none older than `KNOWN_FOR`. All callers share one query."""
        if _now() - self._known_at < KNOWN_FOR:
            return self._known
        found = await self._looks.join(self._changes, lambda: self._look(self._changes))
        if isinstance(found, StoreBroken):
            raise found
        return found

    def known(self) -> Mapping[tuple[str, str], Copy] | None:
        """The same at once; None if they have to be looked at."""
        return self._known if _now() - self._known_at < KNOWN_FOR else None

    async def all(self) -> list[Copy]:
        """The current states of all copies, by agency and name."""

        def read(connection: Connection) -> list[Copy]:
            rows = connection.execute(select(*_COLUMNS).order_by(FEEDS.c.agency, FEEDS.c.name))
            return [Copy(**row) for row in rows.mappings()]

        return await self._database.read(read)

    async def acquire(self, feed: Feed[Any], holder: str, now: datetime, until: datetime) -> Copy | None:
        """Take the lease on a feed until then; None if the feed is not due, or if another process has the lease."""
        at = FEEDS.c
        due = or_(at.due_at <= now, at.due_at > latest(feed, now))
        free = or_(at.holder.is_(None), at.held_until <= now, at.held_until > until + (until - now))
        taking = update(FEEDS).where(_is(feed), due, free).values(holder=holder, held_until=until)
        return await self._database.write(
            lambda connection: _copy(connection, feed) if connection.execute(taking).rowcount else None, within=BEHIND
        )

    async def renew(self, feed: Feed[Any], holder: str, until: datetime) -> bool:
        """Extend the lease; False if another process has taken it."""
        renewed = await self._database.write(
            lambda connection: note(connection, feed, holder, held_until=until), within=BEHIND
        )
        return renewed is not None

    async def release(self, feed: Feed[Any], holder: str, *, due_at: datetime, problem: str | None) -> None:
        """End a pass and give the lease back, with the `problem` if the pass failed."""
        ended: dict[str, Any] = {"due_at": due_at, "problem": problem, "holder_is": None, "held_until": None}
        copy = await self._database.write(lambda connection: note(connection, feed, holder, **ended), within=BEHIND)
        if copy:
            self.tell(copy)

    async def _look(self, changes: int) -> Mapping[Key, Copy] | StoreBroken:
        """All states now. What was told meanwhile is newer than what was read."""
        began = _now()
        self._told.clear()
        try:
            found = {(each.agency, each.name): each for each in await self.all()}
        except StoreBroken as error:
            return error
        found |= self._told
        if self._changes == changes:
            self._known, self._known_at = found, began
        return found

    def _wake(self) -> None:
        """Let all who wait for a first copy look again."""
        self._news.set()
        self._news = asyncio.Event()


def _now() -> float:
    return asyncio.get_running_loop().time()


def latest(feed: Feed[Any], now: datetime) -> datetime:
    """The latest time that a pass which ends now can set for the next one."""
    return now + max(feed.following.interval, MOST_PAUSE)


def note(connection: Connection, feed: Feed[Any], holder: str, **values: Any) -> Copy | None:
    """Write values for a feed, and its state then; None, with nothing written, if another process has the lease."""
    if "holder_is" in values:
        values["holder"] = values.pop("holder_is")
    noted = connection.execute(update(FEEDS).where(_is(feed), FEEDS.c.holder == holder).values(**values))
    return _copy(connection, feed) if noted.rowcount else None


def _copy(connection: Connection, feed: Feed[Any]) -> Copy:
    return Copy(**connection.execute(select(*_COLUMNS).where(_is(feed))).mappings().one())


def shown(table: Table, name: str, agencies: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row belongs to one of these agencies and to the shown generation of its feed.

    No index is used for it. It is for rows that another condition has found.
    """
    at, of = table.columns, FEEDS.c
    read = select(of.agency, of.shown).where(of.name == name, of.agency.in_(agencies))
    return tuple_(func.coalesce(at.agency, ""), at.generation).in_(read)


def shown_by_agency(table: Table, name: str, agencies: Sequence[str]) -> list[ColumnElement[bool]]:
    """The same for each agency by itself, by an index that begins with the agency and the generation."""
    at, of = table.columns, FEEDS.c
    return [
        and_(
            at.agency == agency,
            at.generation == select(of.shown).where(of.name == name, of.agency == agency).scalar_subquery(),
        )
        for agency in agencies
    ]


def documents(connection: Connection, name: str, agencies: Sequence[str]) -> int:
    """How many documents the copies of these agencies have, as the last pass over each counted them."""
    counting = select(func.coalesce(func.sum(FEEDS.c.documents), 0))
    return int(connection.execute(counting.where(FEEDS.c.name == name, FEEDS.c.agency.in_(agencies))).scalar_one())


def _is(feed: Feed[Any]) -> Any:
    return and_(FEEDS.c.agency == feed.agency.code, FEEDS.c.name == feed.name)


def late(copy: Copy, feed: Feed[Any], now: datetime) -> timedelta:
    """How much older the copy is than its interval; zero or negative if it is new."""
    return now - (copy.fetched_at or LONG_AGO) - feed.following.interval
