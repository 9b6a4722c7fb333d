"""The audit log: it is written, read and verified, and no entry is ever changed.

Each entry ends with a link. The link is a keyed hash of the entry and of the link before it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, text

from auth.audit_entry import AuditEntry, Reader
from auth.keyed_hasher import KeyedHasher
from store.audit.chain import START, Broken, Head, SealedRange, broken
from store.audit.tables import USAGES
from store.kit.database import Database, StoreBroken
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder

T = TypeVar("T")

AT = USAGES.c
NEWEST_FIRST = SortOrder((AT.sequence, False))
NEWEST = text("SELECT sequence, link FROM usages ORDER BY sequence DESC LIMIT 1")
ADDING = insert(USAGES)

APPENDING = 0x51_3D_9A_12
"""The number of the PostgreSQL lock for appending entries."""
AT_ONCE = 1_000
"""How many entries are read from the database together, and how many readings are written together."""


class AuditLogBroken(Exception):
    """The audit log cannot be written or read."""


class PendingEntries:
    """What is written together: one entry for each subject. Callers wait until it is on disk."""

    def __init__(self, reader: Reader, at: datetime) -> None:
        self.reader = reader
        self.at = at
        self.read: dict[str, set[str]] = {}
        self.taken = False
        self.written = False
        self._waiting: list[asyncio.Future[None]] = []

    def on_disk(self) -> asyncio.Future[None]:
        """A future for one caller, who may leave. It raises `AuditLogBroken` if the reading cannot be written."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        return waiter

    def ends(self, failed: str | None) -> None:
        """Tell all who wait."""
        self.written = failed is None
        for each in self._waiting:
            if each.done():
                continue
            if failed:
                each.set_exception(AuditLogBroken(failed))
            else:
                each.set_result(None)


class AuditLog:
    """The audit log. Raises `AuditLogBroken` if the database fails."""

    def __init__(self, database: Database, seal: KeyedHasher) -> None:
        self._database = database
        self._hasher = seal
        self._waiting: list[PendingEntries] = []
        self._writing: asyncio.Task[None] | None = None
        self._to_tell: list[Callable[[], None]] = []

    def when_written(self, tell: Callable[[], None]) -> None:
        """Call `tell` each time that this process has committed entries. The entries themselves must be looked up."""
        self._to_tell.append(tell)

    async def aclose(self) -> None:
        """Wait for what is being written. The database stays open."""
        if self._writing:
            await asyncio.wait((self._writing,))

    async def append(self, read: Mapping[str, Collection[str]], reader: Reader, at: datetime) -> None:
        """Write an entry for each subject, all or none; they are on disk when it returns.

        A caller that leaves stops nothing.
        """
        reading = self.begin(reader, at)
        reading.read = {subject: {*categories} for subject, categories in read.items()}
        await reading.on_disk()

    def begin(self, reader: Reader, at: datetime) -> PendingEntries:
        """Begin a reading. Subjects and categories may be added to it until it is `taken`.

        All readings that wait while others are being written are written next, in one transaction.
        """
        reading = PendingEntries(reader, at)
        self._waiting.append(reading)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return reading

    async def _write(self) -> None:
        try:
            while self._waiting:
                readings, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                for each in readings:
                    each.taken = True
                await self._commit(readings)
        finally:
            self._writing = None
            for each in self._waiting:
                each.ends("it was not begun")  # writing itself has failed, or the hub stops

    async def _commit(self, readings: Sequence[PendingEntries]) -> None:
        """Write in one transaction.

        If the database refuses it, write each reading alone, so that one costs no other.
        """
        try:
            unwritable = await self._database.write(lambda connection: self._insert(connection, readings))
        except StoreBroken as error:
            if error.refused and len(readings) > 1:
                for each in readings:
                    await self._commit((each,))
            else:
                for each in readings:
                    each.ends(str(error))
            return
        except BaseException as error:
            for each in readings:
                each.ends(type(error).__name__)
            raise
        for each in readings:
            each.ends("it cannot be encoded" if each in unwritable else None)
        for tell in self._to_tell:
            tell()

    def _insert(self, connection: Connection, readings: Iterable[PendingEntries]) -> list[PendingEntries]:
        """Insert the readings; the result are those that cannot be encoded."""
        head, rows, unwritable = self._head(connection, alone=True), list[dict[str, Any]](), []
        for each in readings:
            try:
                head, added = self._entries(head, each)
            except (msgspec.MsgspecError, ValueError, TypeError):
                unwritable.append(each)
            else:
                rows += added
        if rows:
            connection.execute(ADDING, rows)
        return unwritable

    def _entries(self, head: Head, reading: PendingEntries) -> tuple[Head, list[dict[str, Any]]]:
        """The rows of one reading that follow this head, and the new head."""
        rows = []
        for subject, categories in reading.read.items():
            entry = AuditEntry(
                sequence=head.sequence + 1,
                at=reading.at,
                subject=subject,
                categories=tuple(sorted(categories)),
                reader=reading.reader,
            )
            body = msgspec.json.encode(entry)
            head = Head(entry.sequence, self._hasher.link(head.link, body))
            rows.append(
                {"sequence": head.sequence, "at": reading.at, "subject": subject, "body": body, "link": head.link}
            )
        return head, rows

    async def cut(
        self, subjects: Collection[str], since: datetime | None, until: datetime | None, window: PageRequest
    ) -> tuple[Slice[AuditEntry], Head]:
        """A page of the entries about a person, newest first, and the head at that time.

        The entries are from `since` on and before `until`.
        """
        listing = KeysetQuery([AT.body], _within(subjects, since, until), NEWEST_FIRST)

        def read(connection: Connection) -> tuple[Slice[AuditEntry], Head]:
            part = listing.fetch(connection, window, lambda row: _usage(row.body))
            return part, self._head(connection, alone=False)

        return await self.read(read)

    async def count(self, subjects: Collection[str], since: datetime | None, until: datetime | None, head: Head) -> int:
        """How many such entries there were up to that head."""
        where = [*_within(subjects, since, until), AT.sequence <= head.sequence]
        return await self.read(KeysetQuery([AT.sequence], where, NEWEST_FIRST).count)

    async def numbered(
        self, subjects: Collection[str], since: datetime | None, until: datetime | None, *, offset: int, limit: int
    ) -> tuple[int, list[AuditEntry]]:
        """The same, oldest first, by offset and limit; and how many there are in all."""
        where = _within(subjects, since, until)
        counting = select(func.count()).select_from(USAGES).where(*where)
        finding = select(AT.body).where(*where).order_by(AT.sequence).offset(offset).limit(limit)

        def read(connection: Connection) -> tuple[int, list[AuditEntry]]:
            total = int(connection.execute(counting).scalar_one())
            return total, [_usage(row.body) for row in connection.execute(finding)]

        return await self.read(read)

    async def all_of(self, subjects: Collection[str]) -> AsyncIterator[AuditEntry]:
        """All entries about a person, oldest first."""
        after, found = 0, list[Any]([None] * AT_ONCE)
        while len(found) == AT_ONCE:
            found = await self._some(subjects, after)
            for row in found:
                yield _usage(row.body)
                after = row.sequence

    async def entries(self, since: datetime, until: datetime) -> AsyncIterator[AuditEntry | int]:
        """All entries from `since` on and before `until`, oldest first; the number of one that cannot be read."""
        after, found = 0, list[Any]([None] * AT_ONCE)
        while len(found) == AT_ONCE:
            where = (AT.at >= since, AT.at < until, AT.sequence > after)
            finding = select(AT.sequence, AT.body).where(*where).order_by(AT.sequence).limit(AT_ONCE)
            found = await self._rows(finding)
            for row in found:
                after = row.sequence
                try:
                    yield _usage(row.body)
                except AuditLogBroken:
                    yield row.sequence

    async def newer(self, subjects: Collection[str], after: int) -> list[AuditEntry]:
        """The entries about a person after this sequence number, oldest first; at most `AT_ONCE`."""
        return [_usage(row.body) for row in await self._some(subjects, after)]

    async def _some(self, subjects: Collection[str], after: int) -> list[Any]:
        """The next rows about these subjects."""
        where = (*_within(subjects, None, None), AT.sequence > after)
        return await self._rows(select(AT.sequence, AT.body).where(*where).order_by(AT.sequence).limit(AT_ONCE))

    async def _rows(self, finding: Select[Any]) -> list[Any]:
        return await self.read(lambda connection: list(connection.execute(finding)))

    async def since(self) -> datetime | None:
        """When the audit log begins; None while it is empty."""
        first = select(AT.at).order_by(AT.sequence).limit(1)
        found: datetime | None = await self.read(lambda connection: connection.execute(first).scalar_one_or_none())
        return found

    async def head(self) -> Head:
        """The newest entry."""
        return await self.read(lambda connection: self._head(connection, alone=False))

    async def stands(self, head: Head) -> bool:
        """Whether this head is still an entry of the audit log."""
        finding = select(AT.link).where(AT.sequence == head.sequence)
        link = await self.read(lambda connection: connection.execute(finding).scalar_one_or_none())
        return head == START or link == head.link

    async def broken(
        self, kept: Collection[Head] = (), ranges: list[SealedRange] | None = None
    ) -> AsyncIterator[Broken]:
        """What is wrong with the audit log, and which heads that were kept elsewhere are no longer in it.

        The `ranges` are added that are sealed under the same secret.
        """
        async for each in broken(self.read, self._hasher, kept, ranges):
            yield each

    def _head(self, connection: Connection, *, alone: bool) -> Head:
        """The newest entry. `alone` keeps others from appending until the transaction ends.

        A writer of SQLite is alone anyway.
        """
        if alone and connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPENDING})")
        row = connection.execute(NEWEST).first()
        return Head(row.sequence, row.link) if row else START

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What this function finds, in a transaction of its own."""
        try:
            return await self._database.read(work)
        except StoreBroken as error:
            raise AuditLogBroken(str(error)) from None
        except (ValueError, TypeError) as error:  # a changed row may hold any type
            raise AuditLogBroken(type(error).__name__) from None


def _within(subjects: Collection[str], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [AT.subject.in_(list(subjects))]
    if since is not None:
        where.append(AT.at >= since)
    if until is not None:
        where.append(AT.at < until)
    return where


def _usage(body: bytes) -> AuditEntry:
    try:
        return msgspec.json.decode(body, type=AuditEntry)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise AuditLogBroken(type(error).__name__) from None
