"""What administrators announce: maintenance of an agency, and when it is expected to answer again."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from connectors.kit.bilingual import Bilingual
from store.kit.database import Database
from store.kit.recent import Recent
from store.status.tables import ANNOUNCEMENTS

T = TypeVar("T")

AT = ANNOUNCEMENTS.c

TOLD_FOR = timedelta(days=30)
"""How long a feed tells of an announcement after it ended or was withdrawn."""
MOST = 1_000
"""How many announcements are told, those that end last."""


class AnnouncementKind(Enum):
    """What is announced."""

    MAINTENANCE = "MAINTENANCE"
    """The agency does not answer, or not always, from a moment to a moment."""
    RECOVERY = "RECOVERY"
    """The agency is expected to answer again at a moment."""


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One announcement. A RECOVERY has no `starts_at`, and `ends_at` is when the agency is expected again.

    `made_by` and `changed_by` are the administrators, as the audit log names its readers.
    """

    code: str
    kind: AnnouncementKind
    agency: str
    starts_at: datetime | None
    ends_at: datetime
    text: Bilingual
    made_at: datetime
    made_by: str
    changed_at: datetime | None = None
    changed_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def claim(self) -> str:
        """What only one standing announcement may say: the same maintenance, or the recovery of one agency."""
        if self.kind is AnnouncementKind.RECOVERY:
            return f"recovery {self.agency}"
        return f"maintenance {self.agency} {self.starts_at and self.starts_at.timestamp()} {self.ends_at.timestamp()}"

    def stands(self, now: datetime) -> bool:
        """Whether it is neither withdrawn nor over."""
        return self.withdrawn_at is None and self.ends_at > now


class Announcements:
    """All announcements. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent = Recent(lambda: database.read(_last_ending))

    async def recent(self, now: datetime) -> list[Announcement]:
        """Those that are not over for long, withdrawn ones too, by their ends. All callers share one query."""
        return [
            each
            for each in await self._recent.get()
            if max(each.ends_at, each.withdrawn_at or each.ends_at) > now - TOLD_FOR
        ]

    async def standing(self, now: datetime) -> list[Announcement]:
        """Those that are neither withdrawn nor over."""
        return [each for each in await self.recent(now) if each.stands(now)]

    async def with_code(self, code: str) -> Announcement | None:
        """One of them, whatever has become of it."""
        return await self._database.read(lambda connection: _one(connection, code))

    async def announce(self, wanted: Announcement) -> Announcement:
        """Announce it. What stands already with the same claim gets its times and its text; it is not said twice.

        A claim of something that is over or withdrawn stands in nobody's way.
        """

        def write(connection: Connection) -> Announcement:
            known = _standing(connection, wanted)
            if known is None:
                try:
                    with connection.begin_nested():
                        connection.execute(insert(ANNOUNCEMENTS).values(_values(wanted)))
                except IntegrityError:  # another process has just announced it
                    known = _standing(connection, wanted)
            if known is None or (known.ends_at, known.text) == (wanted.ends_at, wanted.text):
                return known or wanted
            return _change(connection, known, wanted)

        return await self._write(write)

    async def change(self, code: str, wanted: Announcement) -> Announcement | None:
        """Give a standing maintenance other times and another text; None where no such one stands."""

        def write(connection: Connection) -> Announcement | None:
            known = _one(connection, code)
            if known is None or known.kind is not wanted.kind or not known.stands(wanted.made_at):
                return None
            same = (known.starts_at, known.ends_at, known.text) == (wanted.starts_at, wanted.ends_at, wanted.text)
            return known if same else _change(connection, known, msgspec.structs.replace(wanted, agency=known.agency))

        return await self._write(write)

    async def withdraw(self, code: str, by: str, now: datetime) -> Announcement | None:
        """Withdraw one; to do it again changes nothing. None where there is no such one."""
        standing = update(ANNOUNCEMENTS).where(AT.code == code, AT.withdrawn_at.is_(None))

        def write(connection: Connection) -> Announcement | None:
            connection.execute(standing.values(withdrawn_at=now, changed_at=now, changed_by=by, claim=None))
            return _one(connection, code)

        return await self._write(write)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.write(work)
        finally:
            self._recent.forget()


def new_code() -> str:
    """A name that nobody guesses and that says nothing."""
    return secrets.token_hex(6)


def _standing(connection: Connection, wanted: Announcement) -> Announcement | None:
    """What stands with the same claim. What is over gives its claim back."""
    row = connection.execute(select(ANNOUNCEMENTS).where(AT.claim == wanted.claim)).mappings().one_or_none()
    known = _announcement(row) if row else None
    if known is None or known.stands(wanted.made_at):
        return known
    connection.execute(update(ANNOUNCEMENTS).where(AT.code == known.code).values(claim=None))
    return None


def _change(connection: Connection, known: Announcement, wanted: Announcement) -> Announcement:
    changed = msgspec.structs.replace(
        known,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        text=wanted.text,
        changed_at=wanted.made_at,
        changed_by=wanted.made_by,
    )
    other = and_(AT.claim == changed.claim, AT.code != known.code)
    connection.execute(update(ANNOUNCEMENTS).where(other).values(claim=None, withdrawn_at=wanted.made_at))
    connection.execute(update(ANNOUNCEMENTS).where(AT.code == known.code).values(_values(changed)))
    return changed


def _last_ending(connection: Connection) -> tuple[Announcement, ...]:
    newest = select(ANNOUNCEMENTS).order_by(AT.ends_at.desc(), AT.code.desc()).limit(MOST)
    rows: Sequence[RowMapping] = connection.execute(newest).mappings().all()
    return tuple(map(_announcement, reversed(rows)))


def _one(connection: Connection, code: str) -> Announcement | None:
    row = connection.execute(select(ANNOUNCEMENTS).where(AT.code == code)).mappings().one_or_none()
    return _announcement(row) if row else None


def _announcement(row: RowMapping) -> Announcement:
    values = {name: row[name] for name in Announcement.__struct_fields__ if name in row}
    text = Bilingual(id=row["indonesian"], en=row["english"])
    return Announcement(**{**values, "kind": AnnouncementKind(row["kind"]), "text": text})


def _values(announcement: Announcement) -> dict[str, Any]:
    values = {name: getattr(announcement, name) for name in Announcement.__struct_fields__ if name != "text"}
    texts = {"indonesian": announcement.text.id, "english": announcement.text.en}
    return {**values, **texts, "kind": announcement.kind.value, "claim": announcement.claim}
