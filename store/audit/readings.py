"""The audit log as auditors read it: the entries of all people, by reader, purpose and case.

A table beside the log says what stands in which entry. It follows from the log alone, so whoever asks brings it up to
date first, and hubs that do not know it may write the log. What is shown is always the entry itself.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from auth.audit_entry import AuditEntry
from store.audit.audit_log import AuditLogBroken
from store.audit.chain import Broken, Reads
from store.audit.tables import READINGS, USAGES
from store.kit.database import Database, StoreBroken
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder

AT = READINGS.c
NEWEST_FIRST = SortOrder((AT.at, False), (AT.sequence, False))
AT_ONCE = 1_000
"""How many entries are looked into in one transaction."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_MICROSECOND = timedelta(microseconds=1)
UNREADABLE = -1
ASTRAY = "auditors do not find it by what it says; delete the rows of usages_by_reader, and the hub makes them anew"


class ReadingsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are asked for; None is any. They are from `since` on and before `until`."""

    subject: str | None = None
    reader: str | None = None
    agency: str | None = None
    app: str | None = None
    purpose: str | None = None
    case: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Readings:
    """The entries of all people. Raises `AuditLogBroken` if the database fails, or an entry was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cut(self, wanted: ReadingsWanted, window: PageRequest) -> tuple[Slice[AuditEntry], int]:
        """A page of them, newest first, and the number of the newest entry of all at that time."""

        def read(connection: Connection) -> Slice[AuditEntry]:
            found = listing(wanted).fetch(connection, window, lambda row: int(row.sequence))
            bodies = _bodies(connection, [each for _, each in found.items])
            items = [(key, _entry(bodies.get(sequence))) for key, sequence in found.items]
            return Slice(items=items, before=found.before, after=found.after)

        try:
            head = await self._follow()
            return await self._database.read(read), head
        except StoreBroken as error:
            raise AuditLogBroken(str(error)) from None

    async def count(self, wanted: ReadingsWanted, head: int) -> int:
        """How many there were up to that entry."""
        counting = listing(wanted, AT.sequence <= head)
        try:
            return await self._database.read(counting.count)
        except StoreBroken as error:
            raise AuditLogBroken(str(error)) from None

    async def _follow(self) -> int:
        """Look into what has come since somebody asked. The result is the number of the newest entry."""
        head, known = await self._database.read(_places)
        while known < head:
            known = await self._database.write(_look_further)
        return head


async def astray(read: Reads) -> AsyncIterator[Broken]:
    """The entries that auditors do not find by what they say, but for those that nobody has looked into yet."""
    _, known = await read(_places)
    after = 0
    while after < known:
        after, found = await read(partial(_unlike, after, known))
        for sequence in found:
            yield Broken(sequence=sequence, problem=ASTRAY)


def listing(wanted: ReadingsWanted, *where: ColumnElement[bool]) -> KeysetQuery:
    """The numbers of the entries that are asked for, newest first."""
    return KeysetQuery([AT.sequence], [*_within(wanted), *where], NEWEST_FIRST)


def _places(connection: Connection) -> tuple[int, int]:
    """The newest entry, and the newest one that was looked into."""
    newest = (select(func.coalesce(func.max(of.c.sequence), 0)).scalar_subquery() for of in (USAGES, READINGS))
    head, known = connection.execute(select(*newest)).one()
    return head, known


def _look_further(connection: Connection) -> int:
    """Look into the next entries; the number of the last one. Another hub may do the same at once."""
    _, known = _places(connection)
    finding = select(USAGES.c.sequence, USAGES.c.body).where(USAGES.c.sequence > known)
    rows = [_row(each) for each in connection.execute(finding.order_by(USAGES.c.sequence).limit(AT_ONCE))]
    if not rows:
        return known
    adding = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(READINGS)
    connection.execute(adding.on_conflict_do_nothing(), rows)
    return int(rows[-1]["sequence"])


def _unlike(after: int, known: int, connection: Connection) -> tuple[int, list[int]]:
    """Which of the next entries stand in the table with other words, or only in one of the two; and the last number."""
    finding = select(USAGES.c.sequence, USAGES.c.body).where(USAGES.c.sequence > after, USAGES.c.sequence <= known)
    said = [_row(each) for each in connection.execute(finding.order_by(USAGES.c.sequence).limit(AT_ONCE))]
    last = int(said[-1]["sequence"]) if len(said) == AT_ONCE else known
    looking = select(READINGS).where(AT.sequence > after, AT.sequence <= last)
    kept = {each["sequence"]: dict(each) for each in connection.execute(looking).mappings()}
    wanted = {each["sequence"]: each for each in said}
    return last, sorted(each for each in {*wanted, *kept} if wanted.get(each) != kept.get(each))


def _row(found: Any) -> dict[str, Any]:
    try:
        entry = _entry(found.body)
    except AuditLogBroken:
        names = (each.name for each in READINGS.columns)
        return dict.fromkeys(names) | {"sequence": found.sequence, "at": UNREADABLE}
    reader = entry.reader
    return {
        "sequence": found.sequence,
        "at": _microseconds(entry.at),
        "subject": entry.subject,
        "reader": reader.person,
        "agency": reader.agency,
        "app": reader.app,
        "purpose": reader.purpose,
        "reference": reader.case,
    }


def _bodies(connection: Connection, sequences: Sequence[int]) -> dict[int, bytes]:
    if not sequences:
        return {}
    finding = select(USAGES.c.sequence, USAGES.c.body).where(USAGES.c.sequence.in_(sequences))
    return {row.sequence: row.body for row in connection.execute(finding)}


def _entry(body: bytes | None) -> AuditEntry:
    """The entry itself; raises `AuditLogBroken` if it is gone or was changed."""
    if body is None:
        raise AuditLogBroken("an entry is missing")
    try:
        return msgspec.json.decode(body, type=AuditEntry)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise AuditLogBroken(type(error).__name__) from None


def _within(wanted: ReadingsWanted) -> list[ColumnElement[bool]]:
    given = {
        AT.subject: wanted.subject,
        AT.reader: wanted.reader,
        AT.agency: wanted.agency,
        AT.app: wanted.app,
        AT.purpose: wanted.purpose,
        AT.reference: wanted.case,
    }
    where: list[ColumnElement[bool]] = [column == value for column, value in given.items() if value is not None]
    where.append(AT.at >= (max(0, _microseconds(wanted.since)) if wanted.since else 0))
    if wanted.until:
        where.append(AT.at < _microseconds(wanted.until))
    return where


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // A_MICROSECOND
