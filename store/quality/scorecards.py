"""The scores of each agency over time: how often it answered, how old and how whole its answers were, what drifted.

They are counted in memory, in parts of five minutes, and added to those of all hubs behind the scenes. With age they
are kept in wider parts.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from store.kit.database import Database, StoreBroken
from store.quality.tables import COUNTED, SCORES

AT = SCORES.c

FIVE_MINUTES, HOUR, DAY = 300, 3_600, 86_400
THINNED = ((FIVE_MINUTES, HOUR, timedelta(hours=48)), (HOUR, DAY, timedelta(days=8)))
"""The width of a part, the wider one into which it goes, and when."""
REMEMBERED = timedelta(days=365)
MOST = 20_000
"""How many parts wait at most while the store is away: a day of 70 agencies. The oldest are given up first."""


class Window(Enum):
    """The time that a scorecard is about, up to now."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return {Window.DAY: timedelta(hours=24), Window.WEEK: timedelta(days=7), Window.MONTH: timedelta(days=30)}[self]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """How an agency did within a window.

    `calls` are those to the agency, with those that its open breaker refused, without those that nobody waited for.
    `served` readings were given to operations, `stale` of them late ones; `unserved` times there was none. `kept` of
    all `rows` could be read. `findings` were opened, `drifts` of them of the kind DRIFT.
    """

    agency: str
    window: Window
    calls: int
    answered: int
    served: int
    stale: int
    unserved: int
    rows: int
    kept: int
    findings: int
    drifts: int
    lag_seconds: float | None
    most_lag_seconds: float | None

    @property
    def availability(self) -> float | None:
        """The share of calls that were answered, from 0 to 1; None without a call."""
        return _share(self.answered, self.calls)

    @property
    def completeness(self) -> float | None:
        """The share of rows that were kept, from 0 to 1; None without a row."""
        return _share(self.kept, self.rows)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the history of one agency, from `since` on."""

    agency: str
    since: datetime
    calls: int
    answered: int
    served: int
    stale: int
    unserved: int

    @property
    def availability(self) -> float | None:
        """The share of calls that were answered, from 0 to 1; None without a call."""
        return _share(self.answered, self.calls)


class Tally:
    """What is counted in one part of time."""

    def __init__(self) -> None:
        self.calls = self.answered = self.served = self.stale = self.unserved = 0
        self.aged = self.rows = self.kept = self.findings = self.drifts = 0
        self.age = self.most_age = 0.0

    def add(self, other: Any) -> None:
        """Add another part, also as a row of the table."""
        for name in (*COUNTED, "age"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most_age = max(self.most_age, other.most_age)


_Part = tuple[str, int]
"""An agency, and when the part begins."""


class Scorecards:
    """The scores of all agencies; raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[_Part, Tally] = {}

    def tally(self, agency: str, now: datetime) -> Tally:
        """What this process counts of an agency now."""
        part = (agency, _floor(now, FIVE_MINUTES))
        found = self._pending.get(part)
        if found is None:
            found = self._pending[part] = Tally()
        return found

    async def write(self) -> None:
        """Add what was counted to what all hubs have counted. If that fails, it waits."""
        pending, self._pending = self._pending, {}
        if not pending:
            return
        try:
            await self._database.write(lambda connection: _add(connection, FIVE_MINUTES, pending))
        except StoreBroken:
            for part, tally in self._pending.items():
                pending.setdefault(part, Tally()).add(tally)
            newest = sorted(pending, key=lambda part: part[1])[-MOST:]
            self._pending = {part: pending[part] for part in newest}
            raise

    async def thin(self, now: datetime) -> None:
        """Keep what is old in wider parts, and forget what is very old. Several hubs may do it at the same time."""

        def work(connection: Connection) -> None:
            for width, into, kept in THINNED:
                old = (AT.width == width, AT.since < _floor(now - kept, into))
                rows = connection.execute(delete(SCORES).where(*old).returning(*AT)).all()
                wider = defaultdict[_Part, Tally](Tally)
                for row in rows:
                    wider[row.agency, row.since // into * into].add(row)
                _add(connection, into, wider)
            connection.execute(delete(SCORES).where(AT.since < _floor(now - REMEMBERED, DAY)))

        await self._database.write(work)

    async def of_all(self, window: Window, now: datetime) -> dict[str, Scorecard]:
        """The scorecard of each agency of which something was counted."""
        begins = int((now - window.length).timestamp())
        statement = (
            select(AT.agency, *_sums(COUNTED), func.sum(AT.age).label("age"), func.max(AT.most_age).label("most_age"))
            .where(AT.since + AT.width > begins)
            .group_by(AT.agency)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return {row.agency: _scorecard(row, window) for row in rows}

    async def bars(self, since: datetime, until: datetime, each: timedelta) -> dict[str, tuple[Bar, ...]]:
        """The history of each agency in bars of this length, the oldest first. A bar of nothing is left out.

        A part that is kept wider than a bar counts for the bar in which it begins.
        """
        begins, length = int(since.timestamp()), int(each.total_seconds())
        number = ((AT.since - begins - (AT.since - begins) % length) / length).label("number")
        counted = ("calls", "answered", "served", "stale", "unserved")
        statement = (
            select(AT.agency, number, *_sums(counted))
            .where(AT.since >= begins, AT.since < int(until.timestamp()))
            .group_by(AT.agency, number)
            .order_by(AT.agency, number)
        )
        found = defaultdict[str, list[Bar]](list)
        for row in await self._database.read(lambda connection: connection.execute(statement).all()):
            values = {name: int(getattr(row, name)) for name in counted}
            found[row.agency].append(Bar(agency=row.agency, since=since + int(row.number) * each, **values))
        return {agency: tuple(bars) for agency, bars in found.items()}


def _floor(moment: datetime, width: int) -> int:
    return int(moment.timestamp()) // width * width


def _sums(names: Iterable[str]) -> list[Any]:
    return [func.sum(AT[name]).label(name) for name in names]


def _add(connection: Connection, width: int, parts: dict[_Part, Tally]) -> None:
    """Add to what is there. All hubs take the same order, so that none waits for another that waits for it."""
    if not parts:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(SCORES)
    new = insert.excluded
    added: dict[str, Any] = {name: AT[name] + new[name] for name in (*COUNTED, "age")}
    added["most_age"] = case((new.most_age > AT.most_age, new.most_age), else_=AT.most_age)
    connection.execute(
        insert.on_conflict_do_update(index_elements=[AT.agency, AT.width, AT.since], set_=added),
        [{"agency": part[0], "width": width, "since": part[1], **vars(parts[part])} for part in sorted(parts)],
    )


def _scorecard(row: Any, window: Window) -> Scorecard:
    counts = {name: int(getattr(row, name)) for name in COUNTED}
    aged = counts.pop("aged")
    return Scorecard(
        agency=row.agency,
        window=window,
        **counts,
        lag_seconds=row.age / aged if aged else None,
        most_lag_seconds=row.most_age if aged else None,
    )
