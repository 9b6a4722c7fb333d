"""What an agency sent that its protocol does not promise: counted, dated, and logged the first time."""

import re
from datetime import datetime

import msgspec
import structlog

from connectors.kit.clock import Clock, SystemClock

log = structlog.get_logger()

MOST = 200
"""How many different texts are kept of one agency."""
OTHERS = "findings of further kinds"
"""Under what the rest is counted."""
LONGEST = 200
_NUMBER = re.compile(r"[0-9](?:[.\- ]?[0-9]){5,}")
"""As a key may be that is somebody's number: an agency may well key an object by it."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of surprise: how often it was met in this process, and when first and last."""

    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class Findings:
    """The findings of one agency since the hub started.

    A finding is a short text of keys, types and our own words, never of a value that the agency sent.
    """

    def __init__(self, agency: str, clock: Clock | None = None) -> None:
        self._agency = agency
        self._clock = clock or SystemClock()
        self._known: dict[str, Finding] = {}

    def note(self, finding: str) -> None:
        """Count one more of it."""
        text, now = _NUMBER.sub("•", finding)[:LONGEST], self._clock.now()
        if text not in self._known and len(self._known) >= MOST:
            text = OTHERS
        known = self._known.get(text)
        if known is None:
            log.warning("agency.finding", agency=self._agency, finding=text)
            known = Finding(text=text, count=0, first_seen_at=now, last_seen_at=now)
        self._known[text] = msgspec.structs.replace(known, count=known.count + 1, last_seen_at=now)

    @property
    def all(self) -> tuple[Finding, ...]:
        """All of them, in the order in which they were first met."""
        return tuple(self._known.values())

    @property
    def counts(self) -> dict[str, int]:
        """How often each finding was made."""
        return {text: known.count for text, known in self._known.items()}
