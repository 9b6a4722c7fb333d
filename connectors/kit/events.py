"""What takes place, read from a calendar (iCalendar, RFC 5545): each time that it does, within a window.

What cannot be read is set aside with a finding and costs nothing else. An event says more than once what it is: the
version with the highest SEQUENCE counts, and one with a RECURRENCE-ID stands for one time of those that recur, or, with
RANGE=THISANDFUTURE, for that and all behind it up to the next of its kind. Of several under one UID that no version
tells apart, each is an event of its own.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from icalendar.prop import vGeo

from connectors.kit.components import Component, calendars, duration
from connectors.kit.findings import Findings
from connectors.kit.markup import plain_text
from connectors.kit.times import LONGEST, Event, Times, possible
from connectors.kit.timezones import WallTime, Zones
from connectors.kit.values import BadRow

MOST = 10_000
"""Times that are read of one answer."""


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


def occurrences(
    body: bytes,
    since: datetime,
    until: datetime,
    *,
    zone: ZoneInfo,
    findings: Findings,
    charset: str | None = None,
) -> tuple[Occurrence, ...]:
    """What takes place between these moments, in order; raises `BadRow` where nothing of it can be read."""
    return _CalendarReader(since, until, zone, findings).read(body, charset)


class _CalendarReader:
    """Reads one answer."""

    def __init__(self, since: datetime, until: datetime, zone: ZoneInfo, findings: Findings) -> None:
        self._zone = zone
        self._note = findings.note
        self._times = Times(since, until, findings.note)

    def read(self, body: bytes, charset: str | None) -> tuple[Occurrence, ...]:
        events, sent = list[Event](), 0
        for calendar in calendars(body, self._note, charset):
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
        found = sorted(
            islice(self._all(events), MOST + 1), key=lambda each: (each.starts_at, each.uid, each.recurrence or "")
        )
        if len(found) > MOST:
            self._note("more times than are read")
        return tuple(found[:MOST])

    def _event(self, component: Component, zones: Zones, *, withdrawn: bool) -> Event:
        title, uid = " ".join((component.text("SUMMARY") or "").split()), component.text("UID")
        start, original = _point(component, zones, "DTSTART"), _point(component, zones, "RECURRENCE-ID")
        if not title or start is None:
            raise BadRow("SUMMARY or DTSTART: missing")
        if uid is None:
            self._note("UID: missing")
            uid = hashlib.sha256(f"{start.at} {title}".encode()).hexdigest()[:32]
        changed = self._maybe(component, zones, "LAST-MODIFIED")
        return Event(
            component=component,
            zones=zones,
            uid=uid,
            title=title,
            sequence=component.value("SEQUENCE", _sequence) or 0,
            changed_at=changed.at if changed and not changed.day else None,
            start=start,
            length=self._length(component, zones, start),
            original=original,
            onwards=self._onwards(component, start, original),
            cancelled=withdrawn or (component.text("STATUS") or "").upper() == "CANCELLED",
        )

    def _maybe(self, component: Component, zones: Zones, name: str) -> WallTime | None:
        """The moment or day of this name; one that cannot be is none, with a finding."""
        try:
            return _point(component, zones, name)
        except BadRow as bad:
            self._note(str(bad))
            return None

    def _onwards(self, component: Component, start: WallTime, original: WallTime | None) -> bool:
        """Whether it stands for all later times too."""
        which = component.maybe("RECURRENCE-ID") if original else None
        said = str(which.parameters.get("RANGE", "")).upper() if which else ""
        if original is None or not said:
            return False
        if said == "THISANDFUTURE" and abs(start.at - original.at) <= LONGEST:
            return True
        self._note("RECURRENCE-ID: a range that is not followed")
        return False

    def _length(self, component: Component, zones: Zones, start: WallTime) -> timedelta | None:
        """How long it takes: whole days, a day at least, or a time; None where it does not say, or cannot be."""
        length = component.value("DURATION", duration)
        if (end := self._maybe(component, zones, "DTEND")) and end.day == start.day:
            length = end.wall - start.wall if start.day else end.at - start.at
        return possible(length, start, self._note)

    def _all(self, events: list[Event]) -> Iterator[Occurrence]:
        """Each time of each event; the event's own version of it where there is one."""
        by_uid = defaultdict[str, list[Event]](list)
        for event in events:
            by_uid[event.uid].append(event)
        for of_one in by_uid.values():
            said = dict[int, Occurrence]()
            for each in self._times.of(of_one):
                event = each.event
                yield msgspec.structs.replace(
                    said.get(id(event)) or said.setdefault(id(event), self._said(event)),
                    recurrence=each.name,
                    starts_at=each.begins.at,
                    ends_at=each.ends,
                    all_day=each.begins.day,
                    cancelled=each.cancelled,
                )

    def _said(self, event: Event) -> Occurrence:
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


def _point(component: Component, zones: Zones, name: str) -> WallTime | None:
    found = component.maybe(name)
    return zones.point(name, found) if found else None


def _categories(component: Component) -> tuple[str, ...]:
    texts = (" ".join(text.split()) for each in component.all("CATEGORIES") for text in each.listed)
    return tuple(dict.fromkeys(filter(None, texts)))
