"""The findings of all hubs. What a process meets waits in memory until it is written, also while the store is away."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, case, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.kit.findings import MOST, OLD, Finding, FindingKind
from store.kit.database import Database, StoreBroken
from store.quality.tables import FINDINGS

AT = FINDINGS.c

REMEMBERED = timedelta(days=90)
"""How long a closed finding is kept."""

Key = tuple[str, str, str]
"""An agency, a question and a text."""


class _Pending:
    """What waits to be written of one finding: how often it was met, and whether it was closed since."""

    __slots__ = ("closed", "count", "first", "kind", "last")

    def __init__(self, finding: Finding) -> None:
        self.kind = finding.kind
        self.count = 0
        self.first = self.last = finding.last_seen_at
        self.closed = False


class KeptFindings:
    """The findings of all agencies; raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[Key, _Pending] = {}

    def note(self, agency: str, finding: Finding) -> None:
        """One more was met."""
        waiting = self._waiting(agency, finding)
        waiting.count += 1
        waiting.last = finding.last_seen_at
        waiting.closed = False

    def close(self, agency: str, finding: Finding) -> None:
        """It was closed."""
        self._waiting(agency, finding).closed = True

    async def write(self) -> None:
        """Write what waits. If that fails, it waits on."""
        pending, self._pending = self._pending, {}
        if not pending:
            return
        try:
            await self._database.write(lambda connection: _write(connection, pending))
        except StoreBroken:
            self._take_back(pending)
            raise

    async def of(self, agencies: Collection[str]) -> dict[str, list[Finding]]:
        """The findings of these agencies, open and closed."""
        statement = select(FINDINGS).where(AT.agency.in_(agencies)).order_by(AT.agency, AT.text, AT.question)
        found = defaultdict[str, list[Finding]](list)
        for row in await self._database.read(lambda connection: connection.execute(statement).mappings().all()):
            found[row["agency"]].append(_finding(row))
        return found

    async def tidy(self, now: datetime) -> None:
        """Close what nobody has met for long, and forget what is closed for long, or too much of one agency."""
        ranked = select(
            AT.agency,
            AT.question,
            AT.text,
            func.row_number()
            .over(partition_by=AT.agency, order_by=(AT.open.desc(), AT.last_seen_at.desc(), AT.text, AT.question))
            .label("place"),
        ).subquery()
        too_many = select(ranked.c.agency, ranked.c.question, ranked.c.text).where(ranked.c.place > MOST + 1)

        def work(connection: Connection) -> None:
            connection.execute(update(FINDINGS).where(AT.open, AT.last_seen_at < now - OLD).values(open=False))
            connection.execute(delete(FINDINGS).where(~AT.open, AT.last_seen_at < now - REMEMBERED))
            connection.execute(delete(FINDINGS).where(tuple_(AT.agency, AT.question, AT.text).in_(too_many)))

        await self._database.write(work)

    def _waiting(self, agency: str, finding: Finding) -> _Pending:
        key = (agency, finding.question, finding.text)
        if key not in self._pending:
            self._pending[key] = _Pending(finding)
        return self._pending[key]

    def _take_back(self, pending: dict[Key, _Pending]) -> None:
        """Add what could not be written to what was met since."""
        for key, before in pending.items():
            since = self._pending.get(key)
            if since is not None:
                before.count += since.count
                before.last = since.last
                before.closed = since.closed
        self._pending |= pending


def _write(connection: Connection, pending: dict[Key, _Pending]) -> None:
    """Add the counts, then close what is closed, unless another hub has met it later. All hubs take the same order."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(FINDINGS)
    new = insert.excluded
    adding = insert.on_conflict_do_update(
        index_elements=[AT.agency, AT.question, AT.text],
        set_={
            "kind": new.kind,
            "count": AT.count + new.count,
            "last_seen_at": case((new.last_seen_at > AT.last_seen_at, new.last_seen_at), else_=AT.last_seen_at),
            "open": True,
        },
    )
    ordered = sorted(pending.items(), key=lambda each: each[0])
    if met := [_row(key, each) for key, each in ordered if each.count]:
        connection.execute(adding, met)
    for (agency, question, text), each in ordered:
        if each.closed:
            this = and_(AT.agency == agency, AT.question == question, AT.text == text, AT.last_seen_at <= each.last)
            connection.execute(update(FINDINGS).where(this).values(open=False))


def _row(key: Key, pending: _Pending) -> dict[str, Any]:
    agency, question, text = key
    return {
        "agency": agency,
        "question": question,
        "text": text,
        "kind": pending.kind.value,
        "count": pending.count,
        "first_seen_at": pending.first,
        "last_seen_at": pending.last,
        "open": True,
    }


def _finding(row: Any) -> Finding:
    values = {name: row[name] for name in Finding.__struct_fields__}
    return msgspec.convert({**values, "kind": FindingKind(row["kind"])}, Finding)
