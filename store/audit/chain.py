"""The chain of the record, followed from its beginning: what was changed, taken away or put in is found, all of it.

Nothing that stands there is believed before it is checked: SQLite takes any type in any column, and whoever has the
database's own rights may write what the hub could not read.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from datetime import UTC
from functools import partial
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, text

from auth.audit_entry import AuditEntry
from auth.keyed_hasher import KeyedHasher

T = TypeVar("T")

AT_ONCE = 1_000
"""Entries that are had from the database together."""
COLUMNS = {
    "sqlite": (
        "sequence, CAST(at AS BLOB) AS at, CAST(subject AS BLOB) AS subject, CAST(body AS BLOB) AS body,"
        " CAST(link AS BLOB) AS link, typeof(at) = 'text' AND typeof(subject) = 'text' AND typeof(body) = 'blob'"
        " AND typeof(link) = 'text' AS formed"
    ),
    "postgresql": (
        "sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US AD') AS at, subject, body, link,"
        " true AS formed"
    ),
}
"""As they stand, in such a way that no value can fail to be read."""
NUMBERED = {"sqlite": "typeof(sequence) = 'integer'", "postgresql": "sequence IS NOT NULL"}


class Head(msgspec.Struct, frozen=True):
    """The newest entry: its number and its link. Kept elsewhere, it shows later that nothing was cut off."""

    sequence: int
    link: str

    @classmethod
    def parse(cls, text: str) -> "Head":
        """As `str()` has it; raises ValueError."""
        sequence, _, link = text.partition(":")
        number = sequence.isascii() and sequence.isdecimal() and len(sequence) <= len(str(2**63))
        if not number or len(link) != len(START.link) or set(link) - set("0123456789abcdef"):
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(sequence), link)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.link}"


START = Head(0, "0" * 64)
"""What the first entry follows."""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is not what was written, or some that are not there; `sequence` is None where it has no number."""

    sequence: int | None
    problem: str
    until: int | None = None

    def __str__(self) -> str:
        if self.until is not None and self.until != self.sequence:
            return f"entries {self.sequence} to {self.until}: {self.problem}"
        return f"entries: {self.problem}" if self.sequence is None else f"entry {self.sequence}: {self.problem}"


class Reads(Protocol):
    """Does a piece of work on the database, in a transaction of its own."""

    def __call__(self, work: Callable[[Connection], T]) -> Awaitable[T]: ...


async def broken(read: Reads, seal: KeyedHasher, kept: Collection[Head]) -> AsyncIterator[Broken]:
    """What is wrong with the record, and which of the heads that were kept elsewhere do not stand any more."""
    chain, seen, rows = _Chain(seal, kept), 0, list[Any]()
    while not seen or len(rows) == AT_ONCE:
        last = rows[-1].sequence if rows else None
        rows = await read(partial(_after, last))
        seen += len(rows)
        for row in rows:
            for each in chain.follow(row):
                yield each
        if not rows:
            break
    if (missed := await read(partial(_count, chain.last)) - seen) > 0:
        yield Broken(sequence=None, problem=f"{missed} were put in, without a number or with one that another has")
    for head in chain.fallen():
        yield Broken(sequence=head.sequence, problem="it is not the entry that was kept elsewhere")


def _after(last: int | None, connection: Connection) -> list[Any]:
    """The next rows that have a number."""
    dialect, bound = connection.dialect.name, "" if last is None else "AND sequence > :last"
    some = f"WHERE {NUMBERED[dialect]} {bound} ORDER BY usages.sequence LIMIT {AT_ONCE}"
    statement = f"SELECT {COLUMNS[dialect]} FROM usages {some}"  # noqa: S608  our own words
    return list(connection.execute(text(statement), {} if last is None else {"last": last}))


def _count(last: int, connection: Connection) -> int:
    """How many rows there are up to this number, and without one."""
    numbered = NUMBERED[connection.dialect.name]
    statement = f"SELECT count(*) FROM usages WHERE NOT ({numbered}) OR sequence <= :last"  # noqa: S608  our own words
    return int(connection.execute(text(statement), {"last": last}).scalar_one())


class _Chain:
    """How far it was followed. `_before`: the links that the next entry may stand on, none where that is gone."""

    def __init__(self, seal: KeyedHasher, kept: Collection[Head]) -> None:
        self._seal = seal
        self._kept = {*kept} - {START}
        self._next = 1
        self._before = {START.link}
        self._sound = True

    @property
    def last(self) -> int:
        """The number of the last that was followed."""
        return self._next - 1

    def fallen(self) -> list[Head]:
        """Heads that were kept, and were not met."""
        return sorted(self._kept, key=lambda head: (head.sequence, head.link))

    def follow(self, row: Any) -> Iterator[Broken]:
        """What is wrong with the next row, and between it and the one before it."""
        if row.sequence < self._next:
            yield Broken(sequence=row.sequence, problem="it was put in: no entry has this number, or another has it")
            if row.sequence == self._next - 1:
                self._before.add(_text(row.link))
            return
        if row.sequence > self._next:
            yield Broken(sequence=self._next, until=row.sequence - 1, problem="it is not there")
            self._before, self._sound = set(), False
        problem = self._problem(row)
        if problem:
            yield Broken(sequence=row.sequence, problem=problem)
        link = _text(row.link)
        self._before = {link, *(self._seal.link(before, row.body or b"") for before in self._before)}
        self._next, self._sound = row.sequence + 1, problem is None
        self._kept.discard(Head(row.sequence, link))

    def _problem(self, row: Any) -> str | None:
        link, body = _text(row.link), row.body or b""
        if not row.formed:
            return "it is not of the form in which entries are written"
        if not self._before:
            return "what it follows is not there, so nothing shows that it was written"
        if link not in {self._seal.link(before, body) for before in self._before}:
            return "it is not what was written" if self._sound else "it does not follow from what stands before it"
        try:
            entry = msgspec.json.decode(body, type=AuditEntry)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return "it cannot be read"
        at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        if (row.sequence, _text(row.at).removesuffix(" AD"), _text(row.subject)) != (entry.sequence, at, entry.subject):
            return "its columns are not what its body says"
        return None


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
