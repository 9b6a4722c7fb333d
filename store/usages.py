"""The record of who read whose data: written, read, verified; nothing in it is ever changed.

Each entry is closed by a link, which is reckoned under the hub's key from the entry and the link before it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.seal import Seal
from auth.usage import Category, Reader, Usage
from store.chain import START, Broken, Head, broken
from store.database import Database
from store.pages import Listing, Order, Slice, Window
from store.tables import USAGES

T = TypeVar("T")

AT = USAGES.c
NEWEST_FIRST = Order((AT.sequence, False))

APPENDING = 0x51_3D_9A_12
"""The number under which processes of PostgreSQL wait for each other's entries."""
AT_ONCE = 1_000
"""Entries that are had from the database together."""


class RecordBroken(Exception):
    """The record cannot be written or read."""


class Usages:
    """The record. Raises `RecordBroken` where the database fails."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._under_way: set[asyncio.Task[Any]] = set()
        self._to_tell: list[Callable[[], None]] = []

    def when_written(self, tell: Callable[[], None]) -> None:
        """Call this each time that this process has committed entries; which ones, it has to look up."""
        self._to_tell.append(tell)

    async def aclose(self) -> None:
        """Wait for what is being read; the database is not its own to close."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def append(self, read: Mapping[str, Collection[Category]], reader: Reader, at: datetime) -> None:
        """Write an entry for each subject, together or not at all; on disk when it returns."""
        try:
            async with self._database.writing() as connection:
                head, rows = await self._head(connection, alone=True), []
                for subject, categories in read.items():
                    entry = Usage(
                        sequence=head.sequence + 1,
                        at=at,
                        subject=subject,
                        categories=tuple(sorted(categories, key=lambda each: each.value)),
                        reader=reader,
                    )
                    body = msgspec.json.encode(entry)
                    head = Head(entry.sequence, self._seal.link(head.link, body))
                    rows.append(
                        {"sequence": head.sequence, "at": at, "subject": subject, "body": body, "link": head.link}
                    )
                await connection.execute(insert(USAGES), rows)
        except (SQLAlchemyError, OSError) as error:
            raise RecordBroken(type(error).__name__) from None
        for tell in self._to_tell:
            tell()

    async def cut(
        self, subjects: Collection[str], since: datetime | None, until: datetime | None, window: Window
    ) -> Slice[Usage]:
        """A part of what was read of a person, newest first: at `since` or later, before `until`."""
        listing = Listing([AT.body], _within(subjects, since, until), NEWEST_FIRST)
        async with self._reading() as connection:
            return await listing.cut(connection, window, lambda row: _usage(row.body))

    async def numbered(
        self, subjects: Collection[str], since: datetime | None, until: datetime | None, *, offset: int, limit: int
    ) -> tuple[int, list[Usage]]:
        """The same, oldest first, by numbers instead of a place; and how many there are in all."""
        where = _within(subjects, since, until)
        async with self._reading() as connection:
            total = await connection.execute(select(func.count()).select_from(USAGES).where(*where))
            rows = await connection.execute(
                select(AT.body).where(*where).order_by(AT.sequence).offset(offset).limit(limit)
            )
            return int(total.scalar_one()), [_usage(row.body) for row in rows]

    async def all_of(self, subjects: Collection[str]) -> AsyncIterator[Usage]:
        """All that was read of a person, oldest first."""
        after, found = 0, list[Any]([None] * AT_ONCE)
        while len(found) == AT_ONCE:
            found = await self._whole(self._some(subjects, after))
            for row in found:
                yield _usage(row.body)
                after = row.sequence

    async def newer(self, subjects: Collection[str], after: int) -> list[Usage]:
        """What was read of a person since this entry, oldest first; at most `AT_ONCE`."""
        return [_usage(row.body) for row in await self._whole(self._some(subjects, after))]

    async def _whole(self, reading: Coroutine[Any, Any, T]) -> T:
        """Go on with it to its end, even if nobody waits for it any more.

        Whoever it is for may leave at any time, and SQLite's driver may never come back from a cancellation.
        """
        task = asyncio.create_task(reading)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _some(self, subjects: Collection[str], after: int) -> list[Any]:
        """The next rows of these."""
        where = (*_within(subjects, None, None), AT.sequence > after)
        async with self._reading() as connection:
            statement = select(AT.sequence, AT.body).where(*where).order_by(AT.sequence).limit(AT_ONCE)
            return list(await connection.execute(statement))

    async def since(self) -> datetime | None:
        """When the record begins; None while it is empty."""
        async with self._reading() as connection:
            first = await connection.execute(select(AT.at).order_by(AT.sequence).limit(1))
            found: datetime | None = first.scalar_one_or_none()
            return found

    async def head(self) -> Head:
        """The newest entry."""

        async def look() -> Head:
            async with self._reading() as connection:
                return await self._head(connection, alone=False)

        return await self._whole(look())

    async def stands(self, head: Head) -> bool:
        """Whether this is still an entry of the record."""

        async def look() -> bool:
            async with self._reading() as connection:
                found = await connection.execute(select(AT.link).where(AT.sequence == head.sequence))
                return head == START or found.scalar_one_or_none() == head.link

        return await self._whole(look())

    async def broken(self, kept: Collection[Head] = ()) -> AsyncIterator[Broken]:
        """What is wrong with the record, and which of the heads that were kept elsewhere do not stand any more."""
        async with self._reading() as connection:
            async for each in broken(connection, self._seal, kept):
                yield each

    async def _head(self, connection: AsyncConnection, *, alone: bool) -> Head:
        """`alone`: nobody else appends until the transaction ends; a writer of SQLite is alone anyway."""
        if alone and connection.dialect.name == "postgresql":
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPENDING})")
        newest = await connection.execute(select(AT.sequence, AT.link).order_by(AT.sequence.desc()).limit(1))
        row = newest.first()
        return Head(row.sequence, row.link) if row else START

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.reading() as connection:
                yield connection
        except (SQLAlchemyError, OSError, ValueError, TypeError) as error:  # what stands there may be of any type
            raise RecordBroken(type(error).__name__) from None


def _within(subjects: Collection[str], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [AT.subject.in_(list(subjects))]
    if since is not None:
        where.append(AT.at >= since)
    if until is not None:
        where.append(AT.at < until)
    return where


def _usage(body: bytes) -> Usage:
    try:
        return msgspec.json.decode(body, type=Usage)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise RecordBroken(type(error).__name__) from None
