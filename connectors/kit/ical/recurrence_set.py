"""The instances of an event: each time that it takes place.

All events with one UID belong together. A *master* is an event without RECURRENCE-ID. Its own time, its rules (RRULE)
and its dates (RDATE) make instances; EXDATE and EXRULE take some away. An *override* is an event with RECURRENCE-ID. It
replaces one instance. With RANGE=THISANDFUTURE it also replaces all later ones, up to the next such override. For
example, a weekly market has one master; if it moves to the town hall on 3 May, an override says so.

A rule or a date that cannot be read is left out, with a finding.
"""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from connectors.kit.ical.components import Component, Note
from connectors.kit.ical.properties import checked, duration, rule_parts
from connectors.kit.ical.recurrence import Budget, RecurrenceRule, without_times
from connectors.kit.ical.time_zones import WallTime, Zones
from connectors.kit.values import BadRow

MOST_DAYS = 1_000_000
"""How many days are looked at for all rules of one answer together."""
LONGEST = timedelta(days=3_660)
A_DAY = timedelta(days=1)


class Event(NamedTuple):
    """A VEVENT that can be read.

    `replaces`, if it is an override, is when the instance that it replaces was to begin (RECURRENCE-ID).
    `this_and_future` is whether it replaces all later instances too.
    """

    component: Component
    zones: Zones
    uid: str
    title: str
    sequence: int
    changed_at: datetime | None
    start: WallTime
    length: timedelta | None
    replaces: WallTime | None
    this_and_future: bool
    cancelled: bool

    @property
    def version(self) -> tuple[int, float]:
        """A newer version is greater."""
        return self.sequence, self.changed_at.timestamp() if self.changed_at else 0

    def shifted(self, point: WallTime) -> WallTime:
        """A later instance, moved by as much as this override has moved the instance that it replaces."""
        if self.replaces is None:
            return point
        if self.start.day:
            days = self.start.wall.date() - self.replaces.wall.date()
            return self.start.on(point.wall.date() + days)
        wall = point.wall + (self.start.at - self.replaces.at)
        return WallTime(point.zone(wall), wall, False, point.zone)


class Instance(NamedTuple):
    """One time of an event: when it begins, its name, how long it takes, and the event that describes it."""

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


def valid_length(length: timedelta | None, start: WallTime, note: Note) -> timedelta | None:
    """The length of an event with this start, or None. An event of days takes whole days, and at least one."""
    if length is not None and not timedelta(0) <= length <= LONGEST:
        note("DTEND: before DTSTART, or years after it")
        length = None
    return timedelta(days=max(length.days if length else 1, 1)) if start.day else length or None


class RecurrenceSets:
    """The instances of all events of one answer, within a window and a budget."""

    def __init__(self, since: datetime, until: datetime, note: Note) -> None:
        self._since = since
        self._until = until
        self._note = note
        self._budget = Budget(MOST_DAYS)

    def instances(self, events: list[Event]) -> Iterator[Instance]:
        """The instances of all events with one UID that touch the window."""
        overrides = _newest_overrides([event for event in events if event.replaces])
        masters = self._newest_masters([event for event in events if not event.replaces])
        called_off = bool(masters) and all(event.cancelled for event in masters)
        for each in self._all(masters, overrides):
            if each.begins.at < self._until and (each.ends or each.begins.at) >= self._since:
                yield each._replace(cancelled=each.event.cancelled or (called_off and each.event.replaces is not None))

    def _newest_masters(self, events: list[Event]) -> list[Event]:
        """The newest version of the master. If several are equally new, each with another start or title counts.

        Then a calendar uses one UID for different events, which is a finding.
        """
        newest = max((event.version for event in events), default=None)
        found = {(_name(event.start), event.title): event for event in events if event.version == newest}
        starts, titles = {start for start, _ in found}, {title for _, title in found}
        if len(found) > 1 or any(_name(each.start) not in starts and each.title not in titles for each in events):
            self._note("UID: of different events")
        return [*found.values()]

    def _all(self, masters: list[Event], overrides: list[Event]) -> Iterator[Instance]:
        """Each instance of the masters, with the overrides in place of those that they replace."""
        for event in overrides:
            yield Instance(event.start, _name(event.replaces or event.start), event.length, event)
        replaced = {name for event in overrides if event.replaces for name in _names(event.replaces)}
        later = sorted((event for event in overrides if event.this_and_future), key=_original_start)
        found = [each for event in masters for each in self._of_master(event, replaced, later, alone=len(masters) == 1)]
        often = Counter(each.name for each in found) if len(masters) > 1 else {}
        for each in found:
            yield each._replace(name=_name_with_title(each)) if often.get(each.name, 1) > 1 else each

    def _of_master(self, event: Event, replaced: set[str], later: list[Event], *, alone: bool) -> Iterator[Instance]:
        """The instances of one master that are not `replaced`.

        `later` are the overrides with THISANDFUTURE, in order. The last of them before an instance describes it.
        """
        component = event.component
        if not (component.first("RRULE") or component.first("RDATE")):
            yield Instance(event.start, None if alone else _name(event.start), event.length, event)
            return
        found = {_name(event.start): (event.start, event.length)}
        for point in self._by_rules(event, later):
            found.setdefault(_name(point), (point, event.length))
        found |= {_name(point): (point, length) for point, length in self._by_dates(event, "RDATE")}
        left_out = replaced.union(*(_names(point) for point, _ in self._by_dates(event, "EXDATE")))
        left_out.update(_name(point) for point in self._by_rules(event, later, "EXRULE"))
        begin = [_original_start(each) for each in later]
        for name, (point, length) in found.items():
            if not left_out.isdisjoint((name, f"{point.wall:%Y%m%d}")):
                continue
            if at := bisect_right(begin, point.at):
                override = later[at - 1]
                try:
                    shifted = checked("RECURRENCE-ID", point, override.shifted)
                except BadRow as bad:
                    self._note(str(bad))
                else:
                    yield Instance(shifted, name, override.length, override)
            else:
                yield Instance(point, name, length, event)

    def _by_dates(self, event: Event, name: str) -> Iterator[tuple[WallTime, timedelta | None]]:
        """The moments of an EXDATE or RDATE, and how long each takes. A period (`start/end`) says its own length."""
        for each in event.component.properties(name):
            values, tzid = each.moments
            for value in filter(None, values):
                try:
                    begins, _, ends = value.partition("/")
                    point, length = event.zones.of(name, begins, tzid), event.length
                    if ends.upper().startswith("P"):
                        length = valid_length(checked(name, ends, duration), point, self._note)
                    elif ends:
                        length = valid_length(event.zones.of(name, ends, tzid).at - point.at, point, self._note)
                    if name == "RDATE" and point.day != event.start.day:
                        point = event.start.on(point.wall.date())
                except BadRow as bad:
                    self._note(str(bad))
                else:
                    yield point, length

    def _by_rules(self, event: Event, later: list[Event], name: str = "RRULE") -> Iterator[WallTime]:
        """When an event begins by its rules.

        The window is made wider by the longest instance and by the farthest move: such an instance may still touch it.
        """
        length = max(each.length or timedelta(0) for each in (event, *later))
        move = max((abs(each.start.at - _original_start(each)) for each in later), default=timedelta(0)) + A_DAY
        since, until = (self._since - length - move).date(), (self._until + move).date()
        for rule in event.component.properties(name):
            try:
                yield from self._by_rule(event.start, checked(name, rule.value, rule_parts), since, until)
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


def _newest_overrides(overrides: list[Event]) -> list[Event]:
    """The newest override of each instance; of equally new ones the last."""
    newest: dict[str, Event] = {}
    for event in overrides:
        name = _name(event.replaces or event.start)
        if name not in newest or event.version >= newest[name].version:
            newest[name] = event
    return [*newest.values()]


def _original_start(event: Event) -> datetime:
    return (event.replaces or event.start).at


def _name_with_title(each: Instance) -> str:
    """The name of one of several instances that begin at the same time under one UID."""
    return f"{each.name}-{hashlib.sha256(each.event.title.encode()).hexdigest()[:8]}"


def _name(point: WallTime) -> str:
    """The name of an instance: when it was to begin."""
    return f"{point.wall:%Y%m%d}" if point.day else f"{point.at:%Y%m%dT%H%M%SZ}"


def _names(point: WallTime) -> set[str]:
    """The names that a RECURRENCE-ID or EXDATE means. A day, or a midnight, means all instances of that day."""
    return {_name(point)} | ({f"{point.wall:%Y%m%d}"} if point.day or point.wall.time() == time() else set())
