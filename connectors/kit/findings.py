"""Findings: what an agency sent against its protocol. They are counted and dated, and logged the first time."""

import re
from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog

from connectors.kit.clock import Clock, SystemClock

log = structlog.get_logger()

MOST = 200
"""How many different texts are kept for one agency."""
OTHERS = "findings of further kinds"
"""The name under which all further texts are counted."""
LONGEST = 200
_NUMBER = re.compile(r"[0-9](?:[.\- ]?[0-9]){5,}")
"""A number in a key that may be a person's: some agencies use such numbers as keys."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of surprise: how often this process met it, and when first and last."""

    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class Findings:
    """The findings of one agency since the hub started.

    A finding is a short text of keys, types and the hub's own words. It never holds a value that the agency sent.
    `told` is called with each finding, also when it is met again.
    """

    def __init__(self, agency: str, clock: Clock | None = None, told: Callable[[str], None] | None = None) -> None:
        self._agency = agency
        self._told = told
        self._clock = clock or SystemClock()
        self._known: dict[str, Finding] = {}

    def note(self, finding: str) -> None:
        """Count a finding once more."""
        text, now = _NUMBER.sub("•", finding)[:LONGEST], self._clock.now()
        if text not in self._known and len(self._known) >= MOST:
            text = OTHERS
        known = self._known.get(text)
        if known is None:
            log.warning("agency.finding", agency=self._agency, finding=text)
            known = Finding(text=text, count=0, first_seen_at=now, last_seen_at=now)
        self._known[text] = msgspec.structs.replace(known, count=known.count + 1, last_seen_at=now)
        if self._told:
            self._told(text)

    @property
    def all(self) -> tuple[Finding, ...]:
        """All findings, in the order in which they were first met."""
        return tuple(self._known.values())

    @property
    def counts(self) -> dict[str, int]:
        """How often each finding was met."""
        return {text: known.count for text, known in self._known.items()}
