"""The occurrences of one answer: each time that something takes place, within a window.

A calendar may hold several versions of an event. The version with the highest SEQUENCE counts, and of equal ones that
with the newest LAST-MODIFIED. Events with the same UID and the same version are different events. An event that cannot
be read is set aside with a finding.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.checks import at_least, checked, code, in_order, not_ahead, position
from connectors.kit.findings import Findings
from connectors.kit.ical.components import Component, calendars
from connectors.kit.ical.properties import duration
from connectors.kit.ical.recurrence_set import LONGEST, Event, RecurrenceSets, valid_length
from connectors.kit.ical.time_zones import WallTime, Zones
from connectors.kit.late import late
from connectors.kit.markup import plain_text
from connectors.kit.values import BadRow

if TYPE_CHECKING:
    from icalendar import prop
else:
    prop = late("icalendar.prop")

MOST = 10_000
"""How many occurrences are read from one answer."""


@checked(
    code("uid"),
    at_least("sequence", 0),
    *position(),
    in_order("starts_at", "ends_at"),
    not_ahead("changed_at"),
)
class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time that something takes place.

    `recurrence` tells the occurrences of one `uid` apart: it is the time at which this one was to begin. Moments are in
    UTC. An event of whole days is `all_day`; it begins and ends at midnight in the city. `ends_at` is None if the
    calendar does not say it. `changed_at` is when the agency last changed the event.
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
    """What takes place between these moments, in order; raises `BadRow` if nothing can be read."""
    return _CalendarReader(since, until, zone, findings).read(body, charset)


class _CalendarReader:
    """Reads one answer."""

    def __init__(self, since: datetime, until: datetime, zone: ZoneInfo, findings: Findings) -> None:
        self._zone = zone
        self._note = findings.note
        self._sets = RecurrenceSets(since, until, findings.note)

    def read(self, body: bytes, charset: str | None) -> tuple[Occurrence, ...]:
        events, sent = list[Event](), 0
        for calendar in calendars(body, self._note, charset):
            zones = Zones(calendar, self._zone)
            withdrawn = (calendar.text("METHOD") or "").upper() == "CANCEL"
            for component in calendar.children:
                if component.name == "VEVENT":
                    sent += 1
                    try:
                        events.append(self._event(component, zones, withdrawn=withdrawn))
                    except BadRow as bad:
                        self._note(f"event set aside: {bad}")
        if sent and not events:
            raise BadRow(f"not one of {sent} events can be read")
        found = sorted(
            islice(self._occurrences(events), MOST + 1),
            key=lambda each: (each.starts_at, each.uid, each.recurrence or ""),
        )
        if len(found) > MOST:
            self._note("more times than are read")
        return tuple(found[:MOST])

    def _event(self, component: Component, zones: Zones, *, withdrawn: bool) -> Event:
        title, uid = " ".join((component.text("SUMMARY") or "").split()), component.text("UID")
        start, replaces = _point(component, zones, "DTSTART"), _point(component, zones, "RECURRENCE-ID")
        if not title or start is None:
            raise BadRow("SUMMARY or DTSTART: missing")
        if uid is None:
            self._note("UID: missing")
            uid = hashlib.sha256(f"{start.at} {title}".encode()).hexdigest()[:32]
        changed = self._optional_point(component, zones, "LAST-MODIFIED")
        return Event(
            component=component,
            zones=zones,
            uid=uid,
            title=title,
            sequence=component.value("SEQUENCE", _sequence) or 0,
            changed_at=changed.at if changed and not changed.day else None,
            start=start,
            length=self._length(component, zones, start),
            replaces=replaces,
            this_and_future=self._is_this_and_future(component, start, replaces),
            cancelled=withdrawn or (component.text("STATUS") or "").upper() == "CANCELLED",
        )

    def _optional_point(self, component: Component, zones: Zones, name: str) -> WallTime | None:
        """The moment or day in a property; None with a finding if it cannot be read."""
        try:
            return _point(component, zones, name)
        except BadRow as bad:
            self._note(str(bad))
            return None

    def _is_this_and_future(self, component: Component, start: WallTime, replaces: WallTime | None) -> bool:
        """Whether the event replaces all later instances too. A move by years is not followed."""
        which = component.first("RECURRENCE-ID") if replaces else None
        range_of = str(which.parameters.get("RANGE", "")).upper() if which else ""
        if replaces is None or not range_of:
            return False
        if range_of == "THISANDFUTURE" and abs(start.at - replaces.at) <= LONGEST:
            return True
        self._note("RECURRENCE-ID: a range that is not followed")
        return False

    def _length(self, component: Component, zones: Zones, start: WallTime) -> timedelta | None:
        """How long an event takes, by its end or its duration; None if it says neither, or if that is impossible."""
        length = component.value("DURATION", duration)
        if (end := self._optional_point(component, zones, "DTEND")) and end.day == start.day:
            length = end.wall - start.wall if start.day else end.at - start.at
        return valid_length(length, start, self._note)

    def _occurrences(self, events: list[Event]) -> Iterator[Occurrence]:
        """Each instance of each event, with the details of the event that describes it."""
        by_uid = defaultdict[str, list[Event]](list)
        for event in events:
            by_uid[event.uid].append(event)
        for same_uid in by_uid.values():
            details = dict[int, Occurrence]()
            for each in self._sets.instances(same_uid):
                event = each.event
                yield msgspec.structs.replace(
                    details.get(id(event)) or details.setdefault(id(event), self._details(event)),
                    recurrence=each.name,
                    starts_at=each.begins.at,
                    ends_at=each.ends,
                    all_day=each.begins.day,
                    cancelled=each.cancelled,
                )

    def _details(self, event: Event) -> Occurrence:
        """What all instances of an event have in common."""
        component = event.component
        position = component.value("GEO", prop.vGeo.from_ical)
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
        """The web page of an event; None with a finding if it is not an address of the web."""
        url = component.text("URL")
        if url is None or is_web(url):
            return url
        self._note("URL: not an address of the web")
        return None


def is_web(url: str) -> bool:
    """Whether it is an address of http or https with a host and without blanks."""
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
    found = component.first(name)
    return zones.point(name, found) if found else None


def _categories(component: Component) -> tuple[str, ...]:
    texts = (" ".join(text.split()) for each in component.properties("CATEGORIES") for text in each.items)
    return tuple(dict.fromkeys(filter(None, texts)))
