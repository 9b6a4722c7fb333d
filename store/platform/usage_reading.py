"""What all hubs have counted of fields and operations, read for the app itself, for administrators and for commands."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, or_, select

from store.kit.database import Database
from store.platform.usage import BOUNDS, DAY, FIELDS, OPERATIONS, UsageCounts, counts_of, floor, sums

MOST_FIELDS = 20_000
"""Lines of fields that are read at once, the most used ones."""
MOST_OPERATIONS = 2_000
"""Operations that are read at once, the dearest."""


class FieldUse(msgspec.Struct, frozen=True, kw_only=True):
    """How often an app asked for a field, and on which day last. `app` is empty for everybody without a key."""

    app: str
    coordinate: str
    count: int
    last_on: date


class OperationUse(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of an operation, of all apps or of one. `document` is empty for what is counted together."""

    document: str
    name: str
    counts: UsageCounts

    def percentile(self, part: float) -> int | None:
        """Milliseconds that this part of those took at most that were executed; None if none was."""
        executed = sum(self.counts.times)
        if not executed:
            return None
        seen, wanted = 0, part * executed
        for bound, count in zip((*BOUNDS, 2 * BOUNDS[-1]), self.counts.times, strict=True):
            seen += count
            if seen >= wanted:
                return bound
        return 2 * BOUNDS[-1]


class UsageReading:
    """What is written. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fields(
        self,
        since: datetime,
        *,
        app: str | None = None,
        coordinates: Collection[str] | None = None,
        types: Collection[str] = (),
    ) -> list[FieldUse]:
        """By app and field; only these fields and the fields of these types, where some are named."""
        where: list[ColumnElement[bool]] = [FIELDS.since + FIELDS.width > floor(since, DAY)]
        if app is not None:
            where.append(FIELDS.app == app)
        if coordinates is not None:
            whole = [FIELDS.coordinate.startswith(f"{each}.", autoescape=True) for each in types]
            where.append(or_(FIELDS.coordinate.in_(coordinates), *whole))
        summed = (func.sum(FIELDS["count"]).label("uses"), func.max(FIELDS.since + FIELDS.width).label("until"))
        statement = select(FIELDS.app, FIELDS.coordinate, *summed).where(*where)
        grouped = statement.group_by(FIELDS.app, FIELDS.coordinate).order_by(func.sum(FIELDS["count"]).desc())
        rows = await self._rows(grouped.limit(MOST_FIELDS))
        return [
            FieldUse(app=row.app, coordinate=row.coordinate, count=int(row.uses), last_on=_day(row.until - 1))
            for row in rows
        ]

    async def operations(self, since: datetime, app: str | None = None) -> list[OperationUse]:
        """Of all apps together or of one, the dearest first."""
        where = [OPERATIONS.since >= floor(since, DAY), *([] if app is None else [OPERATIONS.app == app])]
        statement = select(OPERATIONS.document, OPERATIONS.name, *sums()).where(*where)
        grouped = statement.group_by(OPERATIONS.document, OPERATIONS.name)
        rows = await self._rows(grouped.order_by(func.sum(OPERATIONS.cost).desc()).limit(MOST_OPERATIONS))
        return [OperationUse(document=row.document, name=row.name, counts=counts_of(row)) for row in rows]

    async def totals(self, since: datetime) -> dict[str, UsageCounts]:
        """What was counted of each app from the day of this moment on."""
        statement = select(OPERATIONS.app, *sums()).where(OPERATIONS.since >= floor(since, DAY))
        return {row.app: counts_of(row) for row in await self._rows(statement.group_by(OPERATIONS.app))}

    async def _rows(self, statement: Any) -> list[Any]:
        return await self._database.read(lambda connection: list(connection.execute(statement)))


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
