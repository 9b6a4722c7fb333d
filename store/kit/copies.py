"""The state of each copy: how far its feed was followed, when, and which process follows it now."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.kit.clock import Clock
from connectors.kit.feed import Feed
from connectors.kit.flights import Flights
from store.kit.database import BEHIND, Database, StoreBroken
from store.kit.tables import FEEDS

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LOOK = 0.05
"""Seconds between two looks at a first copy that is being made."""
MOST_PAUSE = timedelta(minutes=10)
"""A pass that failed is tried again sooner."""
KNOWN_FOR = 1.0
"""Seconds for which a process trusts its knowledge of the copies. It may learn of another process's pass this late."""


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


_COLUMNS = [FEEDS.c[name] for name in Copy.__struct_fields__]


class Copies:
    """The states of all copies. A process trusts its knowledge for `KNOWN_FOR`, or until `changed` is called."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Mapping[tuple[str, str], Copy] = {}
        self._known_at = float("-inf")
        self._changes = 0
        self._looks = Flights()
        self._born: dict[tuple[str, str], tuple[datetime, float]] = {}

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
        """Forget the known states, because they have changed."""
        self._known_at, self._changes = float("-inf"), self._changes + 1

    async def of(self, feed: Feed[Any]) -> Copy:
        """The current state of the copy of this feed."""
        return await self._database.read(lambda connection: _copy(connection, feed))

    async def wait_ready(self, feed: Feed[Any], within: float) -> Copy:
        """The recent state of a copy. If there is no first copy yet, wait for it for `within` seconds."""
        ends, age = _now() + within, KNOWN_FOR
        while True:
            copy = (await self._lately(age))[feed.agency.code, feed.name]
            if copy.fetched_at is not None or copy.problem is not None or _now() >= ends:
                return copy
            await asyncio.sleep(LOOK)
            age = LOOK

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

    async def recent(self) -> Mapping[tuple[str, str], Copy]:
        """The states of all copies by agency and feed, none older than `KNOWN_FOR`. All callers share one query."""
        return await self._lately(KNOWN_FOR)

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
        # What is due later than any pass can say was written before the clock was set back.
        latest = now + max(feed.following.interval, MOST_PAUSE)
        due = or_(at.due_at <= now, at.due_at > latest)
        free = or_(at.holder.is_(None), at.held_until <= now, at.held_until > until + (until - now))
        taking = update(FEEDS).where(_is(feed), due, free).values(holder=holder, held_until=until)
        return await self._database.write(
            lambda connection: _copy(connection, feed) if connection.execute(taking).rowcount else None, within=BEHIND
        )

    async def renew(self, feed: Feed[Any], holder: str, until: datetime) -> bool:
        """Extend the lease; False if another process has taken it."""
        return await self._database.write(
            lambda connection: note(connection, feed, holder, held_until=until), within=BEHIND
        )

    async def release(self, feed: Feed[Any], holder: str, *, due_at: datetime, problem: str | None) -> None:
        """End a pass and give the lease back, with the `problem` if the pass failed."""
        ended: dict[str, Any] = {"due_at": due_at, "problem": problem, "holder_is": None, "held_until": None}
        await self._database.write(lambda connection: note(connection, feed, holder, **ended), within=BEHIND)
        self.changed()

    async def _lately(self, age: float) -> Mapping[tuple[str, str], Copy]:
        """All states, none older than `age`. All callers at the same time share one query."""
        if _now() - self._known_at < age:
            return self._known
        found = await self._looks.join(self._changes, lambda: self._look(self._changes))
        if isinstance(found, StoreBroken):
            raise found
        return found

    async def _look(self, changes: int) -> Mapping[tuple[str, str], Copy] | StoreBroken:
        began = _now()
        try:
            found = {(each.agency, each.name): each for each in await self.all()}
        except StoreBroken as error:
            return error
        if self._changes == changes:
            self._known, self._known_at = found, began
        return found


def _now() -> float:
    return asyncio.get_running_loop().time()


def note(connection: Connection, feed: Feed[Any], holder: str, **values: Any) -> bool:
    """Write values for a feed; False, with nothing written, if another process has the lease."""
    if "holder_is" in values:
        values["holder"] = values.pop("holder_is")
    noted = connection.execute(update(FEEDS).where(_is(feed), FEEDS.c.holder == holder).values(**values))
    return bool(noted.rowcount)


def _copy(connection: Connection, feed: Feed[Any]) -> Copy:
    return Copy(**connection.execute(select(*_COLUMNS).where(_is(feed))).mappings().one())


def shown(table: Table, name: str, agencies: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row belongs to one of these agencies and to the shown generation of its feed."""
    at, of = table.columns, FEEDS.c
    read = select(of.agency, of.shown).where(of.name == name, of.agency.in_(agencies))
    return tuple_(at.agency, at.generation).in_(read)


def _is(feed: Feed[Any]) -> Any:
    return and_(FEEDS.c.agency == feed.agency.code, FEEDS.c.name == feed.name)


def late(copy: Copy, feed: Feed[Any], now: datetime) -> timedelta:
    """How much older the copy is than its interval; zero or negative if it is new."""
    return now - (copy.fetched_at or LONG_AGO) - feed.following.interval
