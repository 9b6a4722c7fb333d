"""Findings: what an agency sent against its protocol. They are counted and dated, and logged when they open.

A finding is open from the first time that it is met. It closes when a later whole answer to the same question no longer
shows it, or when nobody has met it for `OLD`.
"""

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

import msgspec
import structlog

from connectors.kit.clock import Clock, SystemClock
from connectors.kit.values import BadRow, Drifted

log = structlog.get_logger()

MOST = 200
"""How many different texts are kept for one agency."""
OTHERS = "findings of further kinds"
"""The name under which all further texts are counted."""
LONGEST = 200
OLD = timedelta(days=7)
"""After so long without being met, a finding is closed."""
_NUMBER = re.compile(r"[0-9](?:[.\- ]?[0-9]){5,}")
"""A number in a key that may be a person's: some agencies use such numbers as keys."""
_COUNTED = re.compile(r"\b[0-9]+(?= (?:rows|documents|items|bytes|messages|kelurahan|requests)\b)")
"""A number that differs from answer to answer: with it, each answer would be a finding of its own."""


class FindingKind(Enum):
    """What was found."""

    BAD_ROW = "BAD_ROW"
    """A row that cannot be: it was set aside."""
    DRIFT = "DRIFT"
    """The answer is not what the protocol promises: a new or missing field, another type, too few rows."""
    UNREADABLE = "UNREADABLE"
    """The hub could not read the answer."""
    ODD = "ODD"
    """Anything else, such as a code that is not known or a repeated row."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of surprise: how often this process met it, and when first and last.

    `question` is the name of the read, feed or command; it is empty outside of one.
    """

    question: str
    kind: FindingKind
    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime
    open: bool = True


EXPLAINS = (FindingKind.DRIFT, FindingKind.UNREADABLE)


class Interpretation:
    """What one answer holds, while it is read: its rows, those that were kept, and the findings that it shows.

    `about` are the arguments of the question; None if an answer to it says nothing of the next one. `explained`: a
    finding says why the answer may be refused. A pass over a feed that brings only what has changed is not `whole`.
    """

    __slots__ = ("about", "explained", "kept", "question", "rows", "shown", "whole")

    def __init__(self, question: str, about: tuple[object, ...] | None = None) -> None:
        self.question = question
        self.about = about
        self.rows = self.kept = 0
        self.explained = False
        self.whole = True
        self.shown: set[str] = set()

    def keep(self, records: int) -> None:
        """Count records that leave the connector."""
        self.rows += records
        self.kept += records


HEARD: ContextVar[Interpretation | None] = ContextVar("heard", default=None)
"""The answer that is read now."""


class FindingsObserver(Protocol):
    """What is told of the findings of one agency."""

    def found(self, finding: Finding) -> None: ...

    def opened(self, finding: Finding) -> None: ...

    def closed(self, finding: Finding) -> None: ...

    def answered(self, question: str, rows: int, kept: int) -> None: ...


_Key = tuple[str, str]


class Findings:
    """The findings of one agency.

    A finding is a short text of keys, types and the hub's own words. It never holds a value that the agency sent.
    """

    def __init__(self, agency: str, clock: Clock | None = None, told: FindingsObserver | None = None) -> None:
        self._agency = agency
        self._told = told
        self.clock = clock or SystemClock()
        self._known: dict[_Key, Finding] = {}
        self._where: dict[_Key, set[int] | None] = {}
        """For which arguments an open finding was met; None if another process knows it."""

    def note(self, finding: str, kind: FindingKind = FindingKind.ODD) -> None:
        """Count a finding once more."""
        heard, now = HEARD.get(), self.clock.now()
        question, text = heard.question if heard else "", _NUMBER.sub("•", finding)[:LONGEST]
        if heard:
            heard.shown.add(text)
            heard.explained = heard.explained or kind in EXPLAINS
        if (question, text) not in self._known and len(self._known) >= MOST:
            question, text, kind = "", OTHERS, FindingKind.ODD
        key = (question, text)
        known = self._known.get(key)
        opened = known is None or not known.open
        if known is None:
            known = Finding(question=question, kind=kind, text=text, count=0, first_seen_at=now, last_seen_at=now)
        found = msgspec.structs.replace(known, kind=kind, count=known.count + 1, last_seen_at=now, open=True)
        self._known[key] = found
        self._remember_where(key, heard, opened=opened)
        if opened:
            self._raise_alarm(found)
        if self._told:
            if opened:
                self._told.opened(found)
            self._told.found(found)

    def set_aside(self, bad: BadRow) -> None:
        """Count a row that was set aside."""
        if heard := HEARD.get():
            heard.rows += 1
        self.note(f"row set aside: {bad}", _kind_of(bad))

    def unexpected(self, keys: Iterable[str]) -> None:
        """Count keys that the protocol does not have."""
        for key in keys:
            self.note(f"{key}: unexpected key", FindingKind.DRIFT)

    def refused(self, reason: str) -> None:
        """Count an answer that was refused as a change, unless a finding of this answer says why."""
        heard = HEARD.get()
        if heard is None or not heard.explained:
            self.note(_COUNTED.sub("n", reason), FindingKind.DRIFT)

    def answered(self, heard: Interpretation) -> None:
        """An answer was read to its end. If it is whole, what it no longer shows is closed."""
        if self._told:
            self._told.answered(heard.question, heard.rows, heard.kept)
        if not heard.whole:
            return
        for key, known in list(self._known.items()):
            if known.open and key[0] == heard.question and key[1] not in heard.shown and self._is_gone(key, heard):
                self._close(key)

    def learn(self, elsewhere: Mapping[_Key, Finding]) -> None:
        """Take over what other processes know: what is open, and what they have closed."""
        for key, theirs in elsewhere.items():
            mine = self._known.get(key)
            if theirs.open and (mine is None or mine.last_seen_at < theirs.last_seen_at) and len(self._known) < MOST:
                self._known[key] = msgspec.structs.replace(theirs, count=mine.count if mine else 0)
                self._where[key] = None
            elif mine is not None and mine.open and not theirs.open and mine.last_seen_at <= theirs.last_seen_at:
                self._known[key] = msgspec.structs.replace(mine, open=False)

    def close_old(self) -> None:
        """Close what nobody has met for long."""
        before = self.clock.now() - OLD
        for key, known in list(self._known.items()):
            if known.open and known.last_seen_at < before:
                self._close(key)

    @property
    def all(self) -> tuple[Finding, ...]:
        """All findings, in the order in which they were first met."""
        return tuple(self._known.values())

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(known.open for known in self._known.values())

    @property
    def counts(self) -> dict[str, int]:
        """How often this process met each text."""
        counts: dict[str, int] = {}
        for (_, text), known in self._known.items():
            if known.count:
                counts[text] = counts.get(text, 0) + known.count
        return counts

    def _remember_where(self, key: _Key, heard: Interpretation | None, *, opened: bool) -> None:
        if opened:
            self._where[key] = set()
        where = self._where.get(key)
        if where is not None and heard is not None and heard.about is not None and len(where) < MOST:
            where.add(_mark(heard.about))

    def _is_gone(self, key: _Key, heard: Interpretation) -> bool:
        """Whether a whole answer that does not show a finding ends it. Of other arguments it says nothing."""
        where = self._where.get(key)
        if not heard.about:
            return heard.about is not None
        if where is None or _mark(heard.about) not in where or len(where) >= MOST:
            return False
        where.discard(_mark(heard.about))
        return not where

    def _close(self, key: _Key) -> None:
        closed = self._known[key] = msgspec.structs.replace(self._known[key], open=False)
        if self._told:
            self._told.closed(closed)

    def _raise_alarm(self, found: Finding) -> None:
        about = {"agency": self._agency, "question": found.question, "finding": found.text}
        if found.kind is FindingKind.DRIFT:
            log.error("agency.drift", **about)
        else:
            log.warning("agency.finding", **about)


def _mark(arguments: tuple[object, ...]) -> int:
    """A number by which the same arguments are known again, in this process only."""
    return hash(msgspec.json.encode(arguments))


def _kind_of(bad: BadRow) -> FindingKind:
    return FindingKind.DRIFT if isinstance(bad, Drifted) else FindingKind.BAD_ROW
