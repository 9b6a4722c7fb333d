"""Verification of the audit log's chain from its beginning. It finds every changed, deleted or inserted entry.

No row is trusted before it is checked. SQLite takes any type in any column, and a person with rights on the database
may write what the hub cannot read.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, text

from auth.audit_entry import AuditEntry
from auth.keyed_hasher import KeyedHasher

T = TypeVar("T")

AT_ONCE = 1_000
"""How many entries are read from the database together."""
GOING_OVER = timedelta(days=1)
"""For how long entries may still be sealed under a secret after the first one that is sealed under a newer secret."""
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
"""The columns, selected in such a way that reading a value can never fail."""
NUMBERED = {"sqlite": "typeof(sequence) = 'integer'", "postgresql": "sequence IS NOT NULL"}


class Head(msgspec.Struct, frozen=True):
    """The newest entry: its number and its link.

    A head that was kept elsewhere shows later whether entries were cut off.
    """

    sequence: int
    link: str

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read the text that `str()` makes; raises ValueError."""
        sequence, _, link = text.partition(":")
        number = sequence.isascii() and sequence.isdecimal() and len(sequence) <= len(str(2**63))
        if not number or len(link) != len(START.link) or set(link) - set("0123456789abcdef"):
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(sequence), link)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.link}"


START = Head(0, "0" * 64)
"""The head before the first entry."""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was changed or inserted, or entries that are missing. `sequence` is None if it has no number."""

    sequence: int | None
    problem: str
    until: int | None = None

    def __str__(self) -> str:
        if self.until is not None and self.until != self.sequence:
            return f"entries {self.sequence} to {self.until}: {self.problem}"
        return f"entries: {self.problem}" if self.sequence is None else f"entry {self.sequence}: {self.problem}"


class SealedRange(NamedTuple):
    """Entries that follow each other, and the id of the secret under which they are sealed."""

    seal: str
    first: int
    last: int


class Reads(Protocol):
    """Runs a function on the database, in a transaction of its own."""

    def __call__(self, work: Callable[[Connection], T]) -> Awaitable[T]: ...


async def broken(
    read: Reads, seal: KeyedHasher, kept: Collection[Head], ranges: list[SealedRange] | None = None
) -> AsyncIterator[Broken]:
    """What is wrong with the audit log, and which heads that were kept elsewhere are no longer in it.

    The `ranges` are added that are sealed under the same secret.
    """
    chain, seen, rows = _Chain(seal, kept, [] if ranges is None else ranges), 0, list[Any]()
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
    """The next rows with a number."""
    dialect, bound = connection.dialect.name, "" if last is None else "AND sequence > :last"
    some = f"WHERE {NUMBERED[dialect]} {bound} ORDER BY usages.sequence LIMIT {AT_ONCE}"
    statement = f"SELECT {COLUMNS[dialect]} FROM usages {some}"  # noqa: S608  no text of a caller is in it
    return list(connection.execute(text(statement), {} if last is None else {"last": last}))


def _count(last: int, connection: Connection) -> int:
    """How many rows there are up to this number, and without a number."""
    numbered = NUMBERED[connection.dialect.name]
    statement = f"SELECT count(*) FROM usages WHERE NOT ({numbered}) OR sequence <= :last"  # noqa: S608  no text of a caller is in it
    return int(connection.execute(text(statement), {"last": last}).scalar_one())


class _Chain:
    """The state of the verification.

    `_before` are the links that the next entry may follow; none if they are unknown.
    """

    def __init__(self, seal: KeyedHasher, kept: Collection[Head], ranges: list[SealedRange]) -> None:
        self._hasher = seal
        self._seal = seal.seals[-1]
        self._since: dict[str, datetime] = {}
        self._ranges = ranges
        self._kept = {*kept} - {START}
        self._next = 1
        self._before = {START.link}
        self._sound = True

    @property
    def last(self) -> int:
        """The number of the last verified entry."""
        return self._next - 1

    def fallen(self) -> list[Head]:
        """Heads that were kept elsewhere and were not found."""
        return sorted(self._kept, key=lambda head: (head.sequence, head.link))

    def follow(self, row: Any) -> Iterator[Broken]:
        """What is wrong with the next row, and between it and the row before it."""
        if row.sequence < self._next:
            yield Broken(sequence=row.sequence, problem="it was put in: no entry has this number, or another has it")
            if row.sequence == self._next - 1:
                self._before.add(_text(row.link))
            return
        if row.sequence > self._next:
            yield Broken(sequence=self._next, until=row.sequence - 1, problem="it is not there")
            self._before, self._sound = set(), False
        link, body = _text(row.link), row.body or b""
        made = {each: seal for before in self._before for each, seal in self._hasher.links(before, body).items()}
        problem = self._problem(row, made.get(link))
        if problem:
            yield Broken(sequence=row.sequence, problem=problem)
        self._before = {link, *(each for each, seal in made.items() if seal == self._seal)}
        self._next, self._sound = row.sequence + 1, problem is None
        self._kept.discard(Head(row.sequence, link))

    def _problem(self, row: Any, seal: str | None) -> str | None:
        """What is wrong with a row; `seal` is the id of the secret under which it follows what stands before it."""
        if not row.formed:
            return "it is not of the form in which entries are written"
        if not self._before:
            return "what it follows is not there, so nothing shows that it was written"
        if seal is None:
            return "it is not what was written" if self._sound else "it does not follow from what stands before it"
        try:
            entry = msgspec.json.decode(row.body or b"", type=AuditEntry)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return "it cannot be read"
        at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        if (row.sequence, _text(row.at).removesuffix(" AD"), _text(row.subject)) != (entry.sequence, at, entry.subject):
            return "its columns are not what its body says"
        return self._of_seal(entry, seal)

    def _of_seal(self, entry: AuditEntry, seal: str) -> str | None:
        """Whether its secret was in use then. Hubs go over to another one after the other, so two are for a day."""
        self._seal = seal
        if self._ranges and self._ranges[-1].seal == seal and self._ranges[-1].last == entry.sequence - 1:
            self._ranges[-1] = self._ranges[-1]._replace(last=entry.sequence)
        else:
            self._ranges.append(SealedRange(seal, entry.sequence, entry.sequence))
        self._since.setdefault(seal, entry.at)
        newer = self._hasher.seals[: self._hasher.seals.index(seal)]
        if any(each in self._since and entry.at - self._since[each] > GOING_OVER for each in newer):
            return "it is sealed under a secret that was replaced more than a day before"
        return None


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
