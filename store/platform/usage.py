"""What apps use of the schema: counted in memory for each operation, and written in batches for all hubs together.

It holds no values and no people: an app, a field or the hash of a document, a day, and numbers. What old days say of
fields is kept by the month, and then forgotten.
"""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, Table, case, delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from store.kit.database import Database, StoreBroken
from store.platform.tables import COUNTED_OF_OPERATIONS, FIELD_USES, OPERATION_USES, TIMES

DAY, MONTH = 86_400, 30 * 86_400
BY_DAY = timedelta(days=35)
"""So long the days are kept one by one."""
REMEMBERED = timedelta(days=400)
COUNTING = 0x51_3D_9A_14
"""The number of the PostgreSQL lock for counting."""
MOST_WAITING = 2_000
"""Operations that wait to be written. What comes besides is counted together, its fields one by one."""
MOST_OF_A_DAY = 1_000
"""Operations of one day that are kept one by one, the dearest."""
BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Milliseconds: how long those took at most that are counted in `time_0`, `time_1` and so on; the last has no bound."""

FIELDS, OPERATIONS = FIELD_USES.c, OPERATION_USES.c


class UsedOperation(Protocol):
    """An operation of a document: the hash of its text, its name, and the fields and arguments that it names."""

    @property
    def digest(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def coordinates(self) -> Iterable[str]: ...


class UsageCounts(msgspec.Struct):
    """What was counted of one operation. `times` has as many places as the table has columns for them."""

    count: int = 0
    failed: int = 0
    cost: int = 0
    most_cost: int = 0
    times: list[int] = msgspec.field(default_factory=lambda: [0] * len(TIMES))

    def add(self, *, cost: int, times: int, seconds: float | None, failed: bool) -> None:
        """So many more that cost so much each. Those that were not executed have no `seconds`."""
        self.count += times
        self.failed += times if failed else 0
        self.cost += cost * times
        self.most_cost = max(self.most_cost, cost)
        if seconds is not None:
            self.times[bisect_left(BOUNDS, seconds * 1_000)] += times

    def join(self, other: "UsageCounts") -> None:
        """Both together."""
        self.count += other.count
        self.failed += other.failed
        self.cost += other.cost
        self.most_cost = max(self.most_cost, other.most_cost)
        self.times = [one + two for one, two in zip(self.times, other.times, strict=True)]


class _Key(NamedTuple):
    app: str
    digest: str
    name: str


class Usage:
    """What is counted in this process, and what all hubs have counted. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._operations: dict[tuple[str, UsedOperation], UsageCounts] = {}
        self._rest: dict[str, UsageCounts] = {}
        self._fields = Counter[tuple[str, str]]()
        self._unwritten: dict[_Key, UsageCounts] = {}
        self._writing = asyncio.Lock()

    def used(
        self,
        app: str,
        operation: UsedOperation,
        *,
        cost: int,
        seconds: float | None,
        times: int = 1,
        failed: bool = False,
    ) -> None:
        """An app has asked for an operation so often; the app is empty for everybody without a key."""
        counts = self._operations.get((app, operation))
        if counts is None:
            if len(self._operations) < MOST_WAITING:
                counts = self._operations[app, operation] = UsageCounts()
            else:
                counts = self._rest.setdefault(app, UsageCounts())
                self._note(app, operation, times)
        counts.add(cost=cost, times=times, seconds=seconds, failed=failed)

    async def write(self, now: datetime) -> None:
        """Add what was counted to what all hubs have counted, after what is being added now. If it fails, it waits."""
        async with self._writing:
            await self._write(now)

    async def _write(self, now: datetime) -> None:
        operations, self._operations = self._operations, {}
        rest, self._rest = self._rest, {}
        for (app, operation), counts in operations.items():
            self._note(app, operation, counts.count)
            self._unwritten.setdefault(_Key(app, operation.digest, operation.name), UsageCounts()).join(counts)
        for app, counts in rest.items():
            self._unwritten.setdefault(_Key(app, "", ""), UsageCounts()).join(counts)
        fields, self._fields = self._fields, Counter()
        unwritten, self._unwritten = self._unwritten, {}
        if not fields and not unwritten:
            return
        today = floor(now, DAY)

        def work(connection: Connection) -> None:
            _take_turn(connection)
            _add_fields(connection, {(*key, DAY, today): count for key, count in fields.items()})
            _add_operations(connection, {(*key, today): counts for key, counts in unwritten.items()})

        try:
            await self._database.write(work)
        except StoreBroken:
            self._fields.update(fields)
            for key, counts in unwritten.items():
                kept = key if len(self._unwritten) < MOST_WAITING else _Key(key.app, "", "")
                self._unwritten.setdefault(kept, UsageCounts()).join(counts)
            raise

    async def thin(self, now: datetime) -> None:
        """Keep old days by the month and of each day the dearest; forget what is very old. Hubs may do it at once."""
        by_day, oldest = floor(now - BY_DAY, MONTH), floor(now - REMEMBERED, DAY)

        def work(connection: Connection) -> None:
            _take_turn(connection)
            old = delete(FIELD_USES).where(FIELDS.width == DAY, FIELDS.since < by_day).returning(*FIELDS)
            months = Counter[tuple[str, str, int, int]]()
            for app, coordinate, _, since, count in connection.execute(old).all():
                months[app, coordinate, MONTH, since // MONTH * MONTH] += count
            _add_fields(connection, months)
            connection.execute(delete(FIELD_USES).where(FIELDS.since < oldest))
            connection.execute(delete(OPERATION_USES).where(OPERATIONS.since < floor(now - BY_DAY, DAY)))
            crowded = (
                select(OPERATIONS.since)
                .where(OPERATIONS.document != "")
                .group_by(OPERATIONS.since)
                .having(func.count() > MOST_OF_A_DAY)
            )
            for since in connection.execute(crowded).scalars().all():
                _fold(connection, since)

        await self._database.write(work)

    def _note(self, app: str, operation: UsedOperation, times: int) -> None:
        for coordinate in operation.coordinates:
            self._fields[app, coordinate] += times


def _take_turn(connection: Connection) -> None:
    """Hubs write one after the other, so that none waits for another that waits for it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({COUNTING})")


def floor(moment: datetime, width: int) -> int:
    """When the part of time began that this moment is in, in seconds since 1970."""
    return int(moment.timestamp()) // width * width


def counts_of(row: Any) -> UsageCounts:
    """What a row of the table says, or sums of its columns by the same names."""
    return UsageCounts(
        count=int(row.count_),
        failed=int(row.failed),
        cost=int(row.cost),
        most_cost=int(row.most_cost),
        times=[int(getattr(row, name)) for name in TIMES],
    )


def sums() -> list[Any]:
    """The sums of all that is counted; `count` is a method of a row, so its sum has another name."""
    named = {"count": "count_"}
    summed = [func.sum(OPERATIONS[name]).label(named.get(name, name)) for name in COUNTED_OF_OPERATIONS]
    return [*summed, func.max(OPERATIONS.most_cost).label("most_cost")]


def _fold(connection: Connection, since: int) -> None:
    """Count the cheapest of a crowded day together, by app."""
    place = (OPERATIONS.app, OPERATIONS.document, OPERATIONS.name)
    single = (OPERATIONS.since == since, OPERATIONS.document != "")
    dearest = select(*place).where(*single).order_by(OPERATIONS.cost.desc(), *place)
    kept = dearest.limit(MOST_OF_A_DAY).subquery()
    cheap = (*single, tuple_(*place).not_in(select(kept)))
    summed = connection.execute(select(OPERATIONS.app, *sums()).where(*cheap).group_by(OPERATIONS.app)).all()
    connection.execute(delete(OPERATION_USES).where(*cheap))
    _add_operations(connection, {(row.app, "", "", since): counts_of(row) for row in summed})


def _add_fields(connection: Connection, counts: Mapping[tuple[str, str, int, int], int]) -> None:
    names = ("app", "coordinate", "width", "since")
    rows = [dict(zip(names, key, strict=True)) | {"count": count} for key, count in counts.items()]
    if rows:
        insert = _insert(connection, FIELD_USES)
        added = {"count": FIELDS["count"] + insert.excluded["count"]}
        connection.execute(insert.on_conflict_do_update(index_elements=list(names), set_=added), rows)


def _add_operations(connection: Connection, counts: Mapping[tuple[str, str, str, int], UsageCounts]) -> None:
    names = ("app", "document", "name", "since")
    rows = []
    for key, each in counts.items():
        values = {name: getattr(each, name) for name in ("count", "failed", "cost", "most_cost")}
        rows.append(dict(zip(names, key, strict=True)) | values | dict(zip(TIMES, each.times, strict=True)))
    if rows:
        insert = _insert(connection, OPERATION_USES)
        new = insert.excluded
        added: dict[str, Any] = {name: OPERATIONS[name] + new[name] for name in COUNTED_OF_OPERATIONS}
        added["most_cost"] = case((new.most_cost > OPERATIONS.most_cost, new.most_cost), else_=OPERATIONS.most_cost)
        connection.execute(insert.on_conflict_do_update(index_elements=list(names), set_=added), rows)


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
