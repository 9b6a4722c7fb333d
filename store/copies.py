"""What is known of the copy of a feed: how far it was followed, when, and which process follows it now."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.kit.feed import Feed
from store.database import Database
from store.tables import FEEDS

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LOOK = 0.05
"""Seconds between two looks at a first copy that is being made."""


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
    """The states of all copies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def know(self, feeds: Iterable[Feed[Any]]) -> None:
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
        if rows:
            async with self._database.writing() as connection:
                insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(FEEDS)
                await connection.execute(insert.on_conflict_do_nothing(), rows)

    async def of(self, feed: Feed[Any]) -> Copy:
        """The state of this feed's copy."""
        async with self._database.reading() as connection:
            return await _copy(connection, feed)

    async def made(self, feed: Feed[Any], within: float) -> Copy:
        """The same, once there is a first copy or it has failed; waits so many seconds for it."""
        ends = asyncio.get_running_loop().time() + within
        while True:
            copy = await self.of(feed)
            late = asyncio.get_running_loop().time() >= ends
            if copy.fetched_at is not None or copy.problem is not None or late:
                return copy
            await asyncio.sleep(LOOK)

    async def all(self) -> list[Copy]:
        """All of them, by agency and name."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(FEEDS.c.agency, FEEDS.c.name))
            return [Copy(**row) for row in rows.mappings()]

    async def take(self, feed: Feed[Any], holder: str, now: datetime, until: datetime) -> Copy | None:
        """Become the one who follows it, until then; None where it is not due or somebody else does."""
        free = or_(FEEDS.c.holder.is_(None), FEEDS.c.held_until <= now)
        async with self._database.writing() as connection:
            taken = await connection.execute(
                update(FEEDS).where(_is(feed), FEEDS.c.due_at <= now, free).values(holder=holder, held_until=until)
            )
            return await _copy(connection, feed) if taken.rowcount else None

    async def hold(self, feed: Feed[Any], holder: str, until: datetime) -> bool:
        """Stay the one who follows it; False where somebody else has taken it."""
        async with self._database.writing() as connection:
            return await note(connection, feed, holder, held_until=until)

    async def end(self, feed: Feed[Any], holder: str, *, due_at: datetime, problem: str | None) -> None:
        """Be done with a pass; `problem` where it failed."""
        async with self._database.writing() as connection:
            await note(connection, feed, holder, due_at=due_at, problem=problem, holder_is=None, held_until=None)


async def note(connection: AsyncConnection, feed: Feed[Any], holder: str, **values: Any) -> bool:
    """Write down how far it is; False, and nothing written, where somebody else follows it now."""
    if "holder_is" in values:
        values["holder"] = values.pop("holder_is")
    noted = await connection.execute(update(FEEDS).where(_is(feed), FEEDS.c.holder == holder).values(**values))
    return bool(noted.rowcount)


async def _copy(connection: AsyncConnection, feed: Feed[Any]) -> Copy:
    row = (await connection.execute(select(*_COLUMNS).where(_is(feed)))).mappings().one()
    return Copy(**row)


def shown(table: Table, name: str, agencies: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row is one of these agencies', and of the generation that is shown of their feed of this name."""
    at, of = table.columns, FEEDS.c
    read = select(of.agency, of.shown).where(of.name == name, of.agency.in_(agencies))
    return tuple_(at.agency, at.generation).in_(read)


def _is(feed: Feed[Any]) -> Any:
    return and_(FEEDS.c.agency == feed.agency.code, FEEDS.c.name == feed.name)


def late(copy: Copy, feed: Feed[Any], now: datetime) -> timedelta:
    """By how much the copy is older than a new one would be; nothing or less where it is new."""
    return now - (copy.fetched_at or LONG_AGO) - feed.following.every
