"""One question to an agency, and what its answer was worth: for a person who wants to know how the agencies are."""

import time
from collections.abc import Sized
from datetime import datetime
from typing import Any

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyThrottled
from connectors.kit.feed import Feed
from connectors.kit.read import Read


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    `question` is the name of the read or feed that was asked. `reachable`: it answered, whatever it said. `refused`:
    it did not accept our credentials or our request. `changed`: its answer was not what its protocol promises;
    `findings` are the smaller surprises, and how often each was met. `rows` is None where there was no list, `floor`
    where none is set. `changed_at` is when the agency last changed them, where it says so. `took` is in seconds, all
    calls of the question together. `problem` is what went wrong, in words that hold no value of the agency's.
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


async def check(connector: AnyConnector) -> Outcome:
    """Ask the connector's probe; never raises an `AgencyError`."""
    question = connector.probe()
    rows, changed_at, error = None, None, None
    started = time.perf_counter()
    try:
        rows, changed_at = await (_of_feed(question) if isinstance(question, Feed) else _of_read(question))
    except AgencyError as raised:
        error = raised
    return Outcome(
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


async def _of_feed(question: Feed[Any]) -> tuple[int, datetime | None]:
    """Its keys alone are held, so that a feed of any size may be asked."""
    keys: set[str] = set()
    changed_at = None
    async for batch in question.follow(None):
        keys.update(key for key, _ in batch.records)
        keys.difference_update(batch.deleted)
        changed_at = batch.changed_at or changed_at
    question.refuse_fewer(len(keys))
    return len(keys), changed_at
