"""The time zones of a calendar (iCalendar, RFC 5545), and its moments in them.

A zone is known by the world's name for it, by Windows' name, by what the calendar itself says of it, by the last part
of a longer name, by the offset that stands in its name, or by Indonesia's short names.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from icalendar.prop import vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from connectors.kit.components import Component, ICalProperty, checked, recurs, when
from connectors.kit.recurrence import Budget, RecurrenceRule, without_times
from connectors.kit.values import BadRow, in_reach

A_DAY, A_YEAR = timedelta(days=1), timedelta(days=366)
INDONESIAN = {
    "wib": "Asia/Jakarta",
    "wita": "Asia/Makassar",
    "wit": "Asia/Jayapura",
    "waktu indonesia barat": "Asia/Jakarta",
    "waktu indonesia tengah": "Asia/Makassar",
    "waktu indonesia timur": "Asia/Jayapura",
    "western indonesia time": "Asia/Jakarta",
    "central indonesia time": "Asia/Makassar",
    "eastern indonesia time": "Asia/Jayapura",
}
WINDOWS = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}

_OFFSET = re.compile(
    r"(?:\((?:UTC|GMT)|(?:UTC|GMT)?)\s*([+\u2212-])\s*(\d{1,2})(?:[:.]?(\d\d))?(?:[)\s].*)?", re.IGNORECASE | re.ASCII
)
"""An offset alone, or before a name as Outlook shows it: "UTC+8", "+0700", "(GMT+07.00) Bangkok, Hanoi, Jakarta"."""


class WallTime(NamedTuple):
    """A moment, and what a clock on the wall shows then; `day` where only a day is named, from its midnight."""

    at: datetime
    wall: datetime
    day: bool
    zone: "Zone"

    def on(self, day: date) -> "WallTime":
        """The same time of another day."""
        wall = datetime.combine(day, self.wall.time())
        return self._replace(at=self.zone(wall), wall=wall)


Zone = Callable[[datetime], datetime]
"""From what a clock on the wall shows to the moment, in UTC."""


class Zones:
    """The time zones of one calendar; `city` is for times without one, and for days."""

    def __init__(self, calendar: Component, city: ZoneInfo) -> None:
        self._here = _of(city)
        self._note = calendar.note
        self._own = {name: each for each in calendar.inside if each.name == "VTIMEZONE" and (name := each.text("TZID"))}
        self._known: dict[str, Zone] = {}

    def point(self, name: str, given: ICalProperty) -> WallTime:
        """The DATE or DATE-TIME in it; raises `BadRow`."""
        values, tzid = given.zoned
        point = self.of(name, values[0], tzid)
        if str(given.parameters.get("VALUE", "")).upper() == "DATE" and point.wall.time() == time():
            return self._day(name, point.wall)
        return point

    def of(self, name: str, value: str, tzid: str | None) -> WallTime:
        """A moment of this zone, a day, or a moment that says its own offset; raises `BadRow`."""
        read = checked(name, value, when)
        if not isinstance(read, datetime):
            return self._day(name, datetime(read.year, read.month, read.day))  # noqa: DTZ001  a clock on the wall
        wall = read.replace(tzinfo=None)
        zone = _of(read.tzinfo) if read.tzinfo else self.named(tzid) if tzid else self._here
        return WallTime(self._moment(name, wall, zone), wall, False, zone)

    def _day(self, name: str, midnight: datetime) -> WallTime:
        return WallTime(self._moment(name, midnight, self._here), midnight, True, self._here)

    def _moment(self, name: str, wall: datetime, zone: Zone) -> datetime:
        """In UTC."""
        at = checked(name, wall, zone)
        try:
            return in_reach(at)
        except BadRow as bad:
            raise BadRow(f"{name}: {bad}") from None

    def named(self, tzid: str) -> Zone:
        """The zone that is meant by this name; the city's, with a finding, where nobody knows."""
        if tzid not in self._known:
            self._known[tzid] = self._find(tzid)
        return self._known[tzid]

    def _find(self, tzid: str) -> Zone:
        own, name = self._own.get(tzid), tzid.strip("/ '\"").replace("\\", "")
        parts = name.split("/")
        location = own.text("X-LIC-LOCATION") if own else None
        known = (
            _world(name, WINDOWS.get(name.casefold()), location)
            or (own and _of_observances(own))
            or _world(*("/".join(parts[at:]) for at in range(1, len(parts))))  # behind the name of its maker
            or _world(name.partition(" (")[0])
            or _of_offset(name)
            or _world(INDONESIAN.get(name.casefold()))
        )
        if known is None:
            self._note("TZID: a time zone that is not known")
        return known or self._here


@cache
def _names() -> dict[str, str]:
    """How the world calls its zones, by how it may be written."""
    return {name.casefold(): name for name in available_timezones()}


def _world(*names: str | None) -> Zone | None:
    """The first of these that the world knows."""
    known = (_names().get(name.strip().replace(" ", "_").casefold()) for name in names if name)
    found = next(filter(None, known), None)
    return _of(ZoneInfo(found)) if found else None


def _of_offset(name: str) -> Zone | None:
    """By the offset that is its name, or stands before it."""
    found = _OFFSET.fullmatch(name)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return _of(timezone(offset if found[1] == "+" else -offset))


def _of(zone: tzinfo) -> Zone:
    return lambda wall: wall.replace(tzinfo=zone).astimezone(UTC)


def _of_observances(own: Component) -> Zone | None:
    """By the offset that began last, as the calendar describes it; None where it does not."""
    try:
        found = [_observance(each) for each in own.inside]
    except BadRow:
        return None
    if not found:
        return None

    def moment(wall: datetime) -> datetime:
        began = [(at, each.offset) for each in found for at in each.begins(wall)]
        first = min(found, key=lambda each: each.begun)
        _, offset = max(began, key=lambda each: each[0], default=(None, first.offset))
        return wall.replace(tzinfo=offset).astimezone(UTC)

    return moment


class _Observance(NamedTuple):
    """From when on an offset holds: from a moment, and each time that it recurs, up to one."""

    begun: datetime
    rule: RecurrenceRule | None
    until: datetime
    offset: timezone

    def begins(self, wall: datetime) -> Iterator[datetime]:
        """When it began, up to then; of what recurs, the last year."""
        if self.begun > wall:
            return
        yield self.begun
        if self.rule:
            since = wall - A_YEAR if wall.year > 1 else wall
            for day in self.rule.days(self.begun.date(), since.date(), wall.date(), Budget(2_000)):
                if (at := datetime.combine(day, self.begun.time())) <= min(wall, self.until):
                    yield at


def _observance(part: Component) -> _Observance:
    begins, offset = part.value("DTSTART", when), part.value("TZOFFSETTO", vUTCOffset.from_ical)
    if not isinstance(begins, datetime) or not isinstance(offset, timedelta):
        raise BadRow("VTIMEZONE: without a beginning or an offset")
    begun, parts = begins.replace(tzinfo=None), part.value("RRULE", recurs)
    until = parts.get("UNTIL", [None])[0] if parts else None
    return _Observance(
        begun=begun,
        rule=RecurrenceRule.of(without_times(parts, begun), begun.date()) if parts else None,
        until=datetime(until.year, until.month, until.day) + A_DAY if until else datetime.max,  # noqa: DTZ001, DTZ901
        offset=checked("TZOFFSETTO", offset, timezone),
    )
