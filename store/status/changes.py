"""When agencies went and returned: seen by a process of the hub, and kept once for all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

import msgspec
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from store.kit.database import Database
from store.kit.recent import Recent
from store.status.tables import STATUS_CHANGES

AT = STATUS_CHANGES.c

TOLD_FOR = timedelta(days=30)
"""How old a change may be that is told."""
MOST = 200
"""How many changes are told."""


class ChangeKind(Enum):
    """What has happened to an agency."""

    GONE = "GONE"
    """It does not answer any more."""
    BACK = "BACK"
    """It answers again."""


class StatusChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one agency, the `number`-th."""

    agency: str
    number: int
    kind: ChangeKind
    at: datetime


class StatusChanges:
    """All changes. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent = Recent(lambda: database.read(_newest))

    async def recent(self, now: datetime) -> tuple[StatusChange, ...]:
        """The changes of the last days, the newest first. All callers share one query."""
        return tuple(each for each in await self._recent.get() if each.at > now - TOLD_FOR)

    async def last(self) -> dict[str, StatusChange]:
        """The last change of each agency that has any."""
        return await self._database.read(_last)

    async def note(self, seen: Mapping[str, tuple[ChangeKind, datetime]]) -> dict[str, StatusChange]:
        """Keep what was seen, if it is another than the last; the last changes of all agencies.

        An agency that never went does not return. Of several processes that see the same at the same time, one keeps
        it: the number of a change is taken once.
        """

        def write(connection: Connection) -> dict[str, StatusChange]:
            last = _last(connection)
            for agency, (kind, at) in seen.items():
                known = last.get(agency)
                if kind is (known.kind if known else ChangeKind.BACK):
                    continue
                change = StatusChange(agency=agency, number=known.number + 1 if known else 1, kind=kind, at=at)
                try:
                    with connection.begin_nested():
                        connection.execute(insert(STATUS_CHANGES).values(_values(change)))
                except IntegrityError:
                    continue  # another process was first; the next look finds what it kept
                last[agency] = change
            return last

        try:
            return await self._database.write(write)
        finally:
            self._recent.forget()


def _last(connection: Connection) -> dict[str, StatusChange]:
    newest = select(AT.agency, func.max(AT.number).label("number")).group_by(AT.agency).subquery()
    both = (AT.agency == newest.c.agency) & (AT.number == newest.c.number)
    return {each.agency: each for each in map(_change, connection.execute(select(STATUS_CHANGES).join(newest, both)))}


def _newest(connection: Connection) -> tuple[StatusChange, ...]:
    newest = select(STATUS_CHANGES).order_by(AT.at.desc(), AT.agency, AT.number.desc()).limit(MOST)
    return tuple(map(_change, connection.execute(newest)))


def _change(row: object) -> StatusChange:
    values = {name: getattr(row, name) for name in StatusChange.__struct_fields__}
    return StatusChange(**{**values, "kind": ChangeKind(values["kind"])})


def _values(change: StatusChange) -> dict[str, object]:
    return msgspec.structs.asdict(change) | {"kind": change.kind.value}
