"""When an event takes place: its own time, those by which it recurs, and those that are moved (iCalendar, RFC 5545).

What cannot be read of a rule, a date that is left out or one that is added costs itself, with a finding.
"""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from connectors.kit.components import Component, Note, checked, duration, recurs
from connectors.kit.recurrence import Budget, RecurrenceRule, without_times
from connectors.kit.timezones import WallTime, Zones
from connectors.kit.values import BadRow

MOST_DAYS = 1_000_000
"""Days that are looked at for all rules of a calendar together."""
LONGEST = timedelta(days=3_660)
A_DAY = timedelta(days=1)


class Event(NamedTuple):
    """A VEVENT that can be read. `original`: which time of those that recur it stands for; `onwards`: all later too."""

    component: Component
    zones: Zones
    uid: str
    title: str
    sequence: int
    changed_at: datetime | None
    start: WallTime
    length: timedelta | None
    original: WallTime | None
    onwards: bool
    cancelled: bool

    @property
    def version(self) -> tuple[int, float]:
        """The higher, the newer."""
        return self.sequence, self.changed_at.timestamp() if self.changed_at else 0

    def moved(self, point: WallTime) -> WallTime:
        """Where a later time of those that recur stands, by how far this one has been moved."""
        if self.original is None:
            return point
        if self.start.day:
            days = self.start.wall.date() - self.original.wall.date()
            return self.start.on(point.wall.date() + days)
        wall = point.wall + (self.start.at - self.original.at)
        return WallTime(point.zone(wall), wall, False, point.zone)


class Time(NamedTuple):
    """One time of an event: when it begins, how it is called, how long it takes, and which event speaks for it."""

    begins: WallTime
    name: str | None
    length: timedelta | None
    event: Event
    cancelled: bool = False

    @property
    def ends(self) -> datetime | None:
        if self.length is None:
            return None
        begins = self.begins
        return begins.zone(begins.wall + self.length) if begins.day else begins.at + self.length


def possible(length: timedelta | None, start: WallTime, note: Note) -> timedelta | None:
    """How long something takes that begins then: whole days, a day at least, or a time; None where that cannot be."""
    if length is not None and not timedelta(0) <= length <= LONGEST:
        note("DTEND: before DTSTART, or years after it")
        length = None
    return timedelta(days=max(length.days if length else 1, 1)) if start.day else length or None


class Times:
    """The times of all events of one answer, within a window and a budget."""

    def __init__(self, since: datetime, until: datetime, note: Note) -> None:
        self._since = since
        self._until = until
        self._note = note
        self._budget = Budget(MOST_DAYS)

    def of(self, events: list[Event]) -> Iterator[Time]:
        """The times of all events of one UID that touch the window."""
        moved = _newest_of_each([event for event in events if event.original])
        whole = self._told_apart([event for event in events if not event.original])
        called_off = bool(whole) and all(event.cancelled for event in whole)
        for each in self._all(whole, moved):
            if each.begins.at < self._until and (each.ends or each.begins.at) >= self._since:
                yield each._replace(cancelled=each.event.cancelled or (called_off and each.event.original is not None))

    def _told_apart(self, events: list[Event]) -> list[Event]:
        """The newest version; or all that are newest, where they begin otherwise or are called otherwise."""
        newest = max((event.version for event in events), default=None)
        found = {(_name(event.start), event.title): event for event in events if event.version == newest}
        starts, titles = {start for start, _ in found}, {title for _, title in found}
        if len(found) > 1 or any(_name(each.start) not in starts and each.title not in titles for each in events):
            self._note("UID: of different events")
        return [*found.values()]

    def _all(self, whole: list[Event], moved: list[Event]) -> Iterator[Time]:
        """Each time that they take place; what is moved stands for itself, or for all behind it too."""
        for event in moved:
            yield Time(event.start, _name(event.original or event.start), event.length, event)
        without = {name for event in moved if event.original for name in _meant(event.original)}
        onwards = sorted((event for event in moved if event.onwards), key=_originally)
        found = [each for event in whole for each in self._recurring(event, without, onwards, alone=len(whole) == 1)]
        often = Counter(each.name for each in found) if len(whole) > 1 else {}
        for each in found:
            yield each._replace(name=_by_title(each)) if often.get(each.name, 1) > 1 else each

    def _recurring(self, event: Event, without: set[str], onwards: list[Event], *, alone: bool) -> Iterator[Time]:
        """Each time of one event, but for those that are left out; each as the last before it says that goes on."""
        component = event.component
        if not (component.maybe("RRULE") or component.maybe("RDATE")):
            yield Time(event.start, None if alone else _name(event.start), event.length, event)
            return
        found = {_name(event.start): (event.start, event.length)}
        for point in self._by_rules(event, onwards):
            found.setdefault(_name(point), (point, event.length))
        found |= {_name(point): (point, length) for point, length in self._listed(event, "RDATE")}
        left_out = without.union(*(_meant(point) for point, _ in self._listed(event, "EXDATE")))
        left_out.update(_name(point) for point in self._by_rules(event, onwards, "EXRULE"))
        begin = [_originally(each) for each in onwards]
        for name, (point, length) in found.items():
            if not left_out.isdisjoint((name, f"{point.wall:%Y%m%d}")):
                continue
            if at := bisect_right(begin, point.at):
                speaks = onwards[at - 1]
                try:
                    yield Time(checked("RECURRENCE-ID", point, speaks.moved), name, speaks.length, speaks)
                except BadRow as bad:
                    self._note(str(bad))
            else:
                yield Time(point, name, length, event)

    def _listed(self, event: Event, name: str) -> Iterator[tuple[WallTime, timedelta | None]]:
        """The moments of an EXDATE or RDATE, and how long each takes: a period says so itself."""
        for each in event.component.all(name):
            values, tzid = each.zoned
            for value in filter(None, values):
                try:
                    begins, _, ends = value.partition("/")
                    point, length = event.zones.of(name, begins, tzid), event.length
                    if ends.upper().startswith("P"):
                        length = possible(checked(name, ends, duration), point, self._note)
                    elif ends:
                        length = possible(event.zones.of(name, ends, tzid).at - point.at, point, self._note)
                    if name == "RDATE" and point.day != event.start.day:
                        point = event.start.on(point.wall.date())
                except BadRow as bad:
                    self._note(str(bad))
                else:
                    yield point, length

    def _by_rules(self, event: Event, onwards: list[Event], name: str = "RRULE") -> Iterator[WallTime]:
        """When it begins by its rules, within the window and as far as times are moved into it."""
        length = max(each.length or timedelta(0) for each in (event, *onwards))
        by = max((abs(each.start.at - _originally(each)) for each in onwards), default=timedelta(0)) + A_DAY
        since, until = (self._since - length - by).date(), (self._until + by).date()
        for rule in event.component.all(name):
            try:
                yield from self._by_rule(event.start, checked(name, rule.value, recurs), since, until)
            except BadRow as bad:
                self._note(str(bad))

    def _by_rule(self, start: WallTime, parts: dict[str, Any], since: date, until: date) -> Iterator[WallTime]:
        ends = parts.get("UNTIL", [None])[0]
        rule = RecurrenceRule.of(without_times(parts, start.wall, day=start.day), start.wall.date())
        if isinstance(ends, datetime):
            ends = ends.astimezone(UTC) if ends.tzinfo else checked("UNTIL", ends, start.zone)
        for day in rule.days(start.wall.date(), since, until, self._budget):
            point = start.on(day)
            if ends is not None and (point.at if isinstance(ends, datetime) else day) > ends:
                return
            yield point


def _newest_of_each(moved: list[Event]) -> list[Event]:
    """Of each time that is moved the newest version; the last of equals."""
    newest: dict[str, Event] = {}
    for event in moved:
        name = _name(event.original or event.start)
        if name not in newest or event.version >= newest[name].version:
            newest[name] = event
    return [*newest.values()]


def _originally(event: Event) -> datetime:
    return (event.original or event.start).at


def _by_title(each: Time) -> str:
    """How one of several is called that begin at once under one UID."""
    return f"{each.name}-{hashlib.sha256(each.event.title.encode()).hexdigest()[:8]}"


def _name(point: WallTime) -> str:
    """How one of those that recur is called, by when it was to begin."""
    return f"{point.wall:%Y%m%d}" if point.day else f"{point.at:%Y%m%dT%H%M%SZ}"


def _meant(point: WallTime) -> set[str]:
    """Which times are meant by it; by a day, or by a midnight, all of that day."""
    return {_name(point)} | ({f"{point.wall:%Y%m%d}"} if point.day or point.wall.time() == time() else set())
