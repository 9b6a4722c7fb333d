"""One question to an agency and what the answer was worth, for administrators."""

import time
from collections.abc import Sized
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyThrottled
from connectors.kit.feed import Feed
from connectors.kit.read import Read


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a check.

    `question` is the name of the read or feed. `reachable`: the agency answered, whatever it said. `refused`: it did
    not accept the hub's credentials or request. `changed`: the answer was not what the protocol promises. `findings`
    counts smaller surprises. `rows` is None if the answer was no list, and `floor` is None if none is set. `changed_at`
    is when the agency last changed its data, if it says so. `took` is in seconds, for all calls together. `problem`
    says what went wrong, without a value of the agency.
    """

    agency: Agency
    question: str
    reachable: bool
    refused: bool
    changed: bool
    findings: dict[str, int]
    rows: int | None
    floor: int | None
    changed_at: datetime | None
    took: float
    problem: str | None


async def check(connector: AnyConnector, *, whole: bool = True) -> CheckResult:
    """Ask the probe of the connector; never raises an `AgencyError`.

    A feed is followed to its end, unless its `whole` is not asked for: then its first batch is enough.
    """
    question = connector.probe()
    rows, changed_at, error = None, None, None
    started = time.perf_counter()
    try:
        rows, changed_at = await (_of_feed(question, whole=whole) if isinstance(question, Feed) else _of_read(question))
    except AgencyError as raised:
        error = raised
    return CheckResult(
        agency=connector.agency,
        question=question.name,
        reachable=error is None or isinstance(error, AgencyThrottled | AgencyRejected | AgencyChanged),
        refused=isinstance(error, AgencyRejected),
        changed=isinstance(error, AgencyChanged),
        findings=connector.findings.counts,
        rows=rows,
        floor=question.floor,
        changed_at=changed_at,
        took=time.perf_counter() - started,
        problem=f"{error.code}: {error.reason}" if error else None,
    )


async def _of_read(question: Read[Any]) -> tuple[int | None, datetime | None]:
    reading = await question.fetch()
    return len(reading.records) if isinstance(reading.records, Sized) else None, reading.changed_at


async def _of_feed(question: Feed[Any], *, whole: bool) -> tuple[int | None, datetime | None]:
    """Follow a feed once, or ask for its first batch. Only keys are held in memory, so it may be of any size."""
    if not whole:
        async with aclosing(question.follow(None)) as batches:
            first = await anext(batches, None)
        return None, first.changed_at if first else None
    keys: set[str] = set()
    changed_at = None
    async for batch in question.follow(None):
        keys.update(key for key, _ in batch.records)
        keys.difference_update(batch.deleted)
        changed_at = batch.changed_at or changed_at
    question.judge(len(keys))
    return len(keys), changed_at
