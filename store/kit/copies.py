"""What is known of the copy of a feed: how far it was followed, when, and which process follows it now."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.kit.feed import Feed
from store.kit.database import BEHIND, Database
from store.kit.tables import FEEDS

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LOOK = 0.05
"""Seconds between two looks at a first copy that is being made."""
KNOWN_FOR = 1.0
"""Seconds for which a process goes by what it knows of the copies; so late may it hear of another process's pass."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one copy.

    `fetched_at` is when a pass over the feed was last completed; None until the first one is, and then nothing may be
    read. `problem` is the code of the error that ended the last pass, where one did. `documents`: how many it has.
    `generation` is that of the newest pass, `shown` that of what is read, where a copy is written unseen.
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
    """The states of all copies. A process goes by what it knows for `KNOWN_FOR`, unless it is told otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Mapping[tuple[str, str], Copy] = {}
        self._known_at = float("-inf")
        self._looking: asyncio.Task[Mapping[tuple[str, str], Copy]] | None = None

    async def ensure(self, feeds: Iterable[Feed[Any]]) -> None:
        """Have a row for each of these; a new one is due at once."""
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
        """What is known holds no longer."""
        self._known_at, self._looking = float("-inf"), None

    async def of(self, feed: Feed[Any]) -> Copy:
        """The state of this feed's copy, as it is now."""
        return await self._database.read(lambda connection: _copy(connection, feed))

    async def wait_ready(self, feed: Feed[Any], within: float) -> Copy:
        """The same, as it was lately, once there is a first copy or it has failed; waits so many seconds for it."""
        ends, age = _now() + within, KNOWN_FOR
        while True:
            copy = (await self._lately(age))[feed.agency.code, feed.name]
            if copy.fetched_at is not None or copy.problem is not None or _now() >= ends:
                return copy
            await asyncio.sleep(LOOK)
            age = LOOK

    async def all(self) -> list[Copy]:
        """All of them as they are now, by agency and name."""

        def read(connection: Connection) -> list[Copy]:
            rows = connection.execute(select(*_COLUMNS).order_by(FEEDS.c.agency, FEEDS.c.name))
            return [Copy(**row) for row in rows.mappings()]

        return await self._database.read(read)

    async def acquire(self, feed: Feed[Any], holder: str, now: datetime, until: datetime) -> Copy | None:
        """Become the one who follows it, until then; None where it is not due or somebody else does."""
        free = or_(FEEDS.c.holder.is_(None), FEEDS.c.held_until <= now)
        taking = update(FEEDS).where(_is(feed), FEEDS.c.due_at <= now, free).values(holder=holder, held_until=until)
        return await self._database.write(
            lambda connection: _copy(connection, feed) if connection.execute(taking).rowcount else None, within=BEHIND
        )

    async def renew(self, feed: Feed[Any], holder: str, until: datetime) -> bool:
        """Stay the one who follows it; False where somebody else has taken it."""
        return await self._database.write(
            lambda connection: note(connection, feed, holder, held_until=until), within=BEHIND
        )

    async def release(self, feed: Feed[Any], holder: str, *, due_at: datetime, problem: str | None) -> None:
        """Be done with a pass; `problem` where it failed."""
        ended: dict[str, Any] = {"due_at": due_at, "problem": problem, "holder_is": None, "held_until": None}
        await self._database.write(lambda connection: note(connection, feed, holder, **ended), within=BEHIND)
        self.changed()

    async def _lately(self, age: float) -> Mapping[tuple[str, str], Copy]:
        """All states, none of them older than that; all who ask at once share one look."""
        if _now() - self._known_at < age:
            return self._known
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Mapping[tuple[str, str], Copy]:
        looking, began = asyncio.current_task(), _now()
        try:
            found = {(each.agency, each.name): each for each in await self.all()}
            if self._looking is looking:  # else it has changed meanwhile
                self._known, self._known_at = found, began
            return found
        finally:
            if self._looking is looking:
                self._looking = None


def _now() -> float:
    return asyncio.get_running_loop().time()


def note(connection: Connection, feed: Feed[Any], holder: str, **values: Any) -> bool:
    """Write down how far it is; False, and nothing written, where somebody else follows it now."""
    if "holder_is" in values:
        values["holder"] = values.pop("holder_is")
    noted = connection.execute(update(FEEDS).where(_is(feed), FEEDS.c.holder == holder).values(**values))
    return bool(noted.rowcount)


def _copy(connection: Connection, feed: Feed[Any]) -> Copy:
    return Copy(**connection.execute(select(*_COLUMNS).where(_is(feed))).mappings().one())


def shown(table: Table, name: str, agencies: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row is one of these agencies', and of the generation that is shown of their feed of this name."""
    at, of = table.columns, FEEDS.c
    read = select(of.agency, of.shown).where(of.name == name, of.agency.in_(agencies))
    return tuple_(at.agency, at.generation).in_(read)


def _is(feed: Feed[Any]) -> Any:
    return and_(FEEDS.c.agency == feed.agency.code, FEEDS.c.name == feed.name)


def late(copy: Copy, feed: Feed[Any], now: datetime) -> timedelta:
    """By how much the copy is older than a new one would be; nothing or less where it is new."""
    return now - (copy.fetched_at or LONG_AGO) - feed.following.interval
