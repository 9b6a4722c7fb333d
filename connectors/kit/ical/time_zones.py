"""The time zones of a calendar, and the moments in them.

The name of a time zone (TZID) is looked up in this order:
- the IANA names, such as `Asia/Jakarta`, and the names of Windows
- the description of the zone in the calendar itself (VTIMEZONE)
- the last parts of a longer name, and an offset in the name, such as `UTC+7`
- the short names of Indonesia, such as `WIB`

An unknown name means the time zone of the city, with a finding.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from connectors.kit.ical.components import Component
from connectors.kit.ical.properties import ICalProperty, checked, date_or_datetime, rule_parts
from connectors.kit.ical.recurrence import Budget, RecurrenceRule, without_times
from connectors.kit.late import late
from connectors.kit.values import BadRow, in_reach

if TYPE_CHECKING:
    from icalendar import prop
    from icalendar.timezone import windows_to_olson
else:
    prop, windows_to_olson = late("icalendar.prop"), late("icalendar.timezone.windows_to_olson")

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

_OFFSET = re.compile(
    r"(?:\((?:UTC|GMT)|(?:UTC|GMT)?)\s*([+\u2212-])\s*(\d{1,2})(?:[:.]?(\d\d))?(?:[)\s].*)?", re.IGNORECASE | re.ASCII
)
"""An offset alone, or before a name as in Outlook: "UTC+8", "+0700", "(GMT+07.00) Bangkok, Hanoi, Jakarta"."""


class WallTime(NamedTuple):
    """A moment (`at`, in UTC) and the local time then (`wall`).

    `day` is true if the calendar names a day and no time. Then the moment is the midnight at which the day begins.
    """

    at: datetime
    wall: datetime
    day: bool
    zone: "Zone"

    def on(self, day: date) -> "WallTime":
        """The same local time on another day."""
        wall = datetime.combine(day, self.wall.time())
        return self._replace(at=self.zone(wall), wall=wall)


Zone = Callable[[datetime], datetime]
"""Makes the moment in UTC from a local time."""


class Zones:
    """The time zones of one calendar. `city` is the zone for days, and for times without a zone."""

    def __init__(self, calendar: Component, city: ZoneInfo) -> None:
        self._here = _of(city)
        self._note = calendar.note
        self._own = {
            name: each for each in calendar.children if each.name == "VTIMEZONE" and (name := each.text("TZID"))
        }
        self._known: dict[str, Zone] = {}

    def point(self, name: str, given: ICalProperty) -> WallTime:
        """The DATE or DATE-TIME in a property; raises `BadRow`."""
        values, tzid = given.moments
        point = self.of(name, values[0], tzid)
        if str(given.parameters.get("VALUE", "")).upper() == "DATE" and point.wall.time() == time():
            return self._day(name, point.wall)
        return point

    def of(self, name: str, value: str, tzid: str | None) -> WallTime:
        """A day, or a moment in its own offset or in this time zone; raises `BadRow`."""
        read = checked(name, value, date_or_datetime)
        if not isinstance(read, datetime):
            return self._day(name, datetime(read.year, read.month, read.day))  # noqa: DTZ001  local time
        wall = read.replace(tzinfo=None)
        zone = _of(read.tzinfo) if read.tzinfo else self.named(tzid) if tzid else self._here
        return WallTime(self._moment(name, wall, zone), wall, False, zone)

    def _day(self, name: str, midnight: datetime) -> WallTime:
        return WallTime(self._moment(name, midnight, self._here), midnight, True, self._here)

    def _moment(self, name: str, wall: datetime, zone: Zone) -> datetime:
        at = checked(name, wall, zone)
        try:
            return in_reach(at)
        except BadRow as bad:
            raise BadRow(f"{name}: {bad}") from None

    def named(self, tzid: str) -> Zone:
        """The zone with this name, or the zone of the city with a finding."""
        if tzid not in self._known:
            self._known[tzid] = self._find(tzid)
        return self._known[tzid]

    def _find(self, tzid: str) -> Zone:
        own, name = self._own.get(tzid), tzid.strip("/ '\"").replace("\\", "")
        parts = name.split("/")
        location = own.text("X-LIC-LOCATION") if own else None
        known = (
            _iana(name, _windows().get(name.casefold()), location)
            or (own and _of_observances(own))
            or _iana(
                *("/".join(parts[at:]) for at in range(1, len(parts)))
            )  # such as /freeassociation.sourceforge.net/Asia/Jakarta
            or _iana(name.partition(" (")[0])
            or _of_offset(name)
            or _iana(INDONESIAN.get(name.casefold()))
        )
        if known is None:
            self._note("TZID: a time zone that is not known")
        return known or self._here


@cache
def _windows() -> dict[str, str]:
    """The IANA names of the zones of Windows."""
    return {name.casefold(): zone for name, zone in windows_to_olson.WINDOWS_TO_OLSON.items()}


@cache
def _names() -> dict[str, str]:
    """The IANA names, by their lower-case form."""
    return {name.casefold(): name for name in available_timezones()}


def _iana(*names: str | None) -> Zone | None:
    """The first of these names that is an IANA name."""
    known = (_names().get(name.strip().replace(" ", "_").casefold()) for name in names if name)
    found = next(filter(None, known), None)
    return _of(ZoneInfo(found)) if found else None


def _of_offset(name: str) -> Zone | None:
    """The zone of a fixed offset, if the name is or begins with one."""
    found = _OFFSET.fullmatch(name)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return _of(timezone(offset if found[1] == "+" else -offset))


def _of(zone: tzinfo) -> Zone:
    return lambda wall: wall.replace(tzinfo=zone).astimezone(UTC)


def _of_observances(own: Component) -> Zone | None:
    """The zone that a VTIMEZONE describes, if it does: the observance that began last gives the offset."""
    try:
        found = [_observance(each) for each in own.children]
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
    """An observance (STANDARD or DAYLIGHT): its offset begins at a moment, and again each time that the rule recurs."""

    begun: datetime
    rule: RecurrenceRule | None
    until: datetime
    offset: timezone

    def begins(self, wall: datetime) -> Iterator[datetime]:
        """The times, up to `wall`, at which the offset began; for a rule, only those of the last year."""
        if self.begun > wall:
            return
        yield self.begun
        if self.rule:
            since = wall - A_YEAR if wall.year > 1 else wall
            for day in self.rule.days(self.begun.date(), since.date(), wall.date(), Budget(2_000)):
                if (at := datetime.combine(day, self.begun.time())) <= min(wall, self.until):
                    yield at


def _observance(part: Component) -> _Observance:
    begins, offset = part.value("DTSTART", date_or_datetime), part.value("TZOFFSETTO", prop.vUTCOffset.from_ical)
    if not isinstance(begins, datetime) or not isinstance(offset, timedelta):
        raise BadRow("VTIMEZONE: without a beginning or an offset")
    begun, parts = begins.replace(tzinfo=None), part.value("RRULE", rule_parts)
    until = parts.get("UNTIL", [None])[0] if parts else None
    return _Observance(
        begun=begun,
        rule=RecurrenceRule.of(without_times(parts, begun), begun.date()) if parts else None,
        until=datetime(until.year, until.month, until.day) + A_DAY if until else datetime.max,  # noqa: DTZ001, DTZ901
        offset=checked("TZOFFSETTO", offset, timezone),
    )
