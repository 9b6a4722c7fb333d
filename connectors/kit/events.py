"""What takes place, read from a calendar (iCalendar, RFC 5545): each time that it does, within a window.

What cannot be read is set aside with a finding and costs nothing else. An event says more than once what it is: the
version with the highest SEQUENCE counts, and one with a RECURRENCE-ID stands for one time of those that recur.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from icalendar.prop import vDDDTypes, vGeo

from connectors.kit.components import Component, Point, Zones, calendars, checked, duration, recurs
from connectors.kit.findings import Findings
from connectors.kit.markup import plain_text
from connectors.kit.recurrence import Budget, Rule
from connectors.kit.values import BadRow

MOST = 10_000
"""Times that are read of one answer."""
MOST_DAYS = 1_000_000
"""Days that are looked at for all its rules together."""
LONGEST = timedelta(days=3_660)
A_DAY = timedelta(days=1)


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time that something takes place; `recurrence` names it among those of its `uid`, by when it was to begin.

    Moments are UTC. What takes whole days is `all_day`, from a midnight to the midnight after it, in the city.
    `ends_at` is None where the calendar does not say; `changed_at` is when the agency last changed it.
    """

    uid: str
    recurrence: str | None
    sequence: int
    title: str
    description: str | None
    place: str | None
    latitude: float | None
    longitude: float | None
    url: str | None
    categories: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    cancelled: bool
    changed_at: datetime | None


class _Event(NamedTuple):
    """A VEVENT that can be read. `original` is which time of those that recur it stands for."""

    component: Component
    zones: Zones
    uid: str
    title: str
    sequence: int
    changed_at: datetime | None
    start: Point
    length: timedelta | None
    original: Point | None
    cancelled: bool

    @property
    def version(self) -> tuple[int, float]:
        """The higher, the newer."""
        return self.sequence, self.changed_at.timestamp() if self.changed_at else 0


def occurrences(
    body: bytes, since: datetime, until: datetime, *, zone: ZoneInfo, findings: Findings
) -> tuple[Occurrence, ...]:
    """What takes place between these moments, in order; raises `BadRow` where nothing of it can be read."""
    return _Reader(since, until, zone, findings).read(body)


class _Reader:
    """Reads one answer."""

    def __init__(self, since: datetime, until: datetime, zone: ZoneInfo, findings: Findings) -> None:
        self._since = since
        self._until = until
        self._zone = zone
        self._note = findings.note
        self._budget = Budget(MOST_DAYS)

    def read(self, body: bytes) -> tuple[Occurrence, ...]:
        events, sent = list[_Event](), 0
        for calendar in calendars(body, self._note):
            zones = Zones(calendar, self._zone)
            withdrawn = (calendar.text("METHOD") or "").upper() == "CANCEL"
            for component in calendar.inside:
                if component.name == "VEVENT":
                    sent += 1
                    try:
                        events.append(self._event(component, zones, withdrawn=withdrawn))
                    except BadRow as bad:
                        self._note(f"event set aside: {bad}")
        if sent and not events:
            raise BadRow(f"not one of {sent} events can be read")
        found = sorted(islice(self._all(events), MOST + 1), key=lambda each: (each.starts_at, each.uid))
        if len(found) > MOST:
            self._note("more times than are read")
        return tuple(found[:MOST])

    def _event(self, component: Component, zones: Zones, *, withdrawn: bool) -> _Event:
        title, uid = " ".join((component.text("SUMMARY") or "").split()), component.text("UID")
        start, original = _point(component, zones, "DTSTART"), _point(component, zones, "RECURRENCE-ID")
        if not title or start is None:
            raise BadRow("SUMMARY or DTSTART: missing")
        if uid is None:
            self._note("UID: missing")
            uid = hashlib.sha256(f"{start.at} {title}".encode()).hexdigest()[:32]
        changed = component.value("LAST-MODIFIED", vDDDTypes.from_ical)
        return _Event(
            component=component,
            zones=zones,
            uid=uid,
            title=title,
            sequence=component.value("SEQUENCE", _sequence) or 0,
            changed_at=changed.astimezone(UTC) if isinstance(changed, datetime) and changed.tzinfo else None,
            start=start,
            length=self._length(component, zones, start),
            original=original,
            cancelled=withdrawn or (component.text("STATUS") or "").upper() == "CANCELLED",
        )

    def _length(self, component: Component, zones: Zones, start: Point) -> timedelta | None:
        """How long it takes: whole days, a day at least, or a time; None where it does not say, or cannot be."""
        length = component.value("DURATION", duration)
        try:
            if (end := _point(component, zones, "DTEND")) and end.day == start.day:
                length = end.wall - start.wall if start.day else end.at - start.at
        except BadRow as bad:
            self._note(str(bad))
        if length is not None and not timedelta(0) <= length <= LONGEST:
            self._note("DTEND: before DTSTART, or years after it")
            length = None
        return timedelta(days=max(length.days if length else 1, 1)) if start.day else length or None

    def _all(self, events: list[_Event]) -> Iterator[Occurrence]:
        """Each time of each event; the event's own version of it where there is one."""
        newest: dict[tuple[str, str | None], _Event] = {}
        for event in events:
            key = event.uid, _name(event.original) if event.original else None
            if key not in newest or event.version >= newest[key].version:
                newest[key] = event
        replaced, cancelled = defaultdict[str, set[str]](set), set[str]()
        for event in newest.values():
            if event.original:
                replaced[event.uid] |= _meant(event.original)
            elif event.cancelled:
                cancelled.add(event.uid)
        for event in newest.values():
            times = [
                (point, name, ends)
                for point, name in self._points(event, replaced[event.uid])
                if point.at < self._until
                for ends in (self._ends(event, point),)
                if (ends or point.at) >= self._since
            ]
            if not times:
                continue
            said = self._said(event)
            for point, name, ends in times:
                yield msgspec.structs.replace(
                    said,
                    recurrence=name,
                    starts_at=point.at,
                    ends_at=ends,
                    cancelled=event.cancelled or event.uid in cancelled,
                )

    def _points(self, event: _Event, without: set[str]) -> list[tuple[Point, str | None]]:
        """When it begins, each time, and how that time is called; those `without` are left out."""
        if event.original:
            return [(event.start, _name(event.original))]
        component, found, without = event.component, [event.start], set(without)
        if not (component.maybe("RRULE") or component.maybe("RDATE")):
            return [(event.start, None)]
        try:
            for excluded in self._listed(event, "EXDATE"):
                without |= _meant(excluded)
            found += self._listed(event, "RDATE")
            for rule in component.all("RRULE"):
                found += self._by_rule(event, checked("RRULE", rule.value, recurs))
        except BadRow as bad:
            self._note(str(bad))
        named = {_name(point): point for point in found if without.isdisjoint((_name(point), f"{point.wall:%Y%m%d}"))}
        return [(point, name) for name, point in named.items()]

    def _listed(self, event: _Event, name: str) -> Iterator[Point]:
        """The moments of an EXDATE or RDATE; of a period, its beginning."""
        for each in event.component.all(name):
            for value in filter(None, each.value.split(",")):
                yield event.zones.point(name, value.partition("/")[0].strip(), each.parameters.get("TZID"))

    def _by_rule(self, event: _Event, parts: dict[str, Any]) -> Iterator[Point]:
        start, length = event.start, event.length or timedelta(0)
        rule, ends = Rule.of(parts, start.wall.date()), parts.get("UNTIL", [None])[0]
        since, until = (self._since - length - A_DAY).date(), (self._until + A_DAY).date()
        if isinstance(ends, datetime):
            ends = ends.astimezone(UTC) if ends.tzinfo else checked("UNTIL", ends, start.zone)
        for day in rule.days(start.wall.date(), since, until, self._budget):
            point = start.on(day)
            if ends is not None and (point.at if isinstance(ends, datetime) else day) > ends:
                return
            yield point

    def _ends(self, event: _Event, point: Point) -> datetime | None:
        if event.length is None:
            return None
        return point.zone(point.wall + event.length) if point.day else point.at + event.length

    def _said(self, event: _Event) -> Occurrence:
        """What is said of all its times."""
        component = event.component
        position = component.value("GEO", vGeo.from_ical)
        if position and not (abs(position[0]) <= 90 and abs(position[1]) <= 180):
            self._note("GEO: not a position")
            position = None
        description, place = component.text("DESCRIPTION"), component.text("LOCATION")
        return Occurrence(
            uid=event.uid,
            recurrence=None,
            sequence=event.sequence,
            title=event.title,
            description=plain_text(description.replace("\n", "<br>")) or None if description else None,
            place=" ".join(place.split()) if place else None,
            latitude=position[0] if position else None,
            longitude=position[1] if position else None,
            url=self._url(component),
            categories=_categories(component),
            starts_at=event.start.at,
            ends_at=None,
            all_day=event.start.day,
            cancelled=event.cancelled,
            changed_at=event.changed_at,
        )

    def _url(self, component: Component) -> str | None:
        """Its page; what is no address of the web is none."""
        url = component.text("URL")
        if url is None or is_web(url):
            return url
        self._note("URL: not an address of the web")
        return None


def is_web(url: str) -> bool:
    """Whether it is http or https, names a host, and has no blank in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def _sequence(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("not a number of versions")
    return int(text)


def _point(component: Component, zones: Zones, name: str) -> Point | None:
    found = component.maybe(name)
    return zones.point(name, found.value.strip(), found.parameters.get("TZID")) if found else None


def _name(point: Point) -> str:
    """How one of those that recur is called, by when it was to begin."""
    return f"{point.wall:%Y%m%d}" if point.day else f"{point.at:%Y%m%dT%H%M%SZ}"


def _meant(point: Point) -> set[str]:
    """Which times are meant by it; by a day, or by a midnight, all of that day."""
    return {_name(point)} | ({f"{point.wall:%Y%m%d}"} if point.day or point.wall.time() == time() else set())


def _categories(component: Component) -> tuple[str, ...]:
    texts = (" ".join(text.split()) for each in component.all("CATEGORIES") for text in each.listed)
    return tuple(dict.fromkeys(filter(None, texts)))
