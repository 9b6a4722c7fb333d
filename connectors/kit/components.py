"""iCalendar's text (RFC 5545) as a tree of components, and the values of their properties.

Lines and values are read by the library icalendar. Its components are not used: they keep the time zones of one
calendar for all others, and one broken part costs the whole.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.parser import Contentline, Parameters
from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash
from icalendar.prop import vDDDTypes, vDuration, vRecur, vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from connectors.kit.recurrence import Budget, Rule
from connectors.kit.values import BadRow

S = TypeVar("S")
T = TypeVar("T")

Note = Callable[[str], None]

_NAME = re.compile(r"[A-Za-z0-9-]+")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
A_YEAR = timedelta(days=366)
DEEPEST = 8
"""How deep components stand inside one another; those of the standard do three times."""


class Property(NamedTuple):
    """One property: its parameters, and its value as it was written."""

    parameters: Parameters
    raw: str

    @property
    def value(self) -> str:
        """With what was escaped made whole."""
        return str(unescape_backslash(self.raw))

    @property
    def listed(self) -> list[str]:
        """The same of a list."""
        return [str(each) for each in split_on_unescaped_comma(self.raw)]


class Component:
    """One component: its lines, read when they are asked for, and the components inside it.

    A line or a value that cannot be what it should be is as good as missing; `note` is told.
    """

    def __init__(self, name: str, note: Note) -> None:
        self.name = name
        self.note = note
        self.inside: list[Component] = []
        self._lines: dict[str, list[str]] = {}

    def add(self, line: str) -> None:
        """One more of its lines; what has no name is none."""
        if name := _NAME.match(line):
            self._lines.setdefault(name[0].upper(), []).append(line)

    def all(self, name: str) -> Iterator[Property]:
        """Its properties of this name."""
        for line in self._lines.get(name, ()):
            try:
                _, parameters, raw = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
            except ValueError:
                self.note(f"{name}: not a property")
            else:
                yield Property(parameters, raw)

    def maybe(self, name: str) -> Property | None:
        """The first of this name."""
        return next(self.all(name), None)

    def text(self, name: str) -> str | None:
        """Its text, without characters that are not for reading; None where it is blank."""
        found = self.maybe(name)
        return (_CONTROLS.sub(" ", found.value).strip() or None) if found else None

    def value(self, name: str, read: Callable[[str], T]) -> T | None:
        """What is read of it."""
        found = self.maybe(name)
        try:
            return None if found is None else checked(name, found.value.strip(), read)
        except BadRow as bad:
            self.note(str(bad))
            return None


def checked(name: str, given: S, read: Callable[[S], T]) -> T:
    """What is read of it; raises `BadRow`, with the property's name, where it cannot be."""
    try:
        return read(given)
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        raise BadRow(f"{name}: not a value of its kind") from None


def recurs(text: str) -> dict[str, Any]:
    """The parts of an RRULE."""
    return dict(vRecur.from_ical(text))


def duration(text: str) -> timedelta:
    """A DURATION."""
    length: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    return length


def calendars(body: bytes, note: Note) -> list[Component]:
    """The calendars in it; raises `BadRow` where there is none, or where one does not end.

    Folded lines are joined as bytes, for some fold in the middle of a character.
    """
    joined = re.sub(rb"\n[ \t]", b"", body.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    top = Component("", note)
    open_ones = [top]
    for line in joined.decode("utf-8-sig", "replace").split("\n"):
        word, _, name = line.partition(":")
        if word.upper() == "BEGIN":
            component = Component(name.strip().upper(), note)
            if open_ones[-1].name == component.name:  # the one before it has no end
                open_ones.pop()
            if len(open_ones) > DEEPEST:
                raise BadRow("components inside one another without end")
            open_ones[-1].inside.append(component)
            open_ones.append(component)
        elif word.upper() == "END":
            at = next(
                (at for at in range(len(open_ones) - 1, 0, -1) if open_ones[at].name == name.strip().upper()), None
            )
            del open_ones[at or len(open_ones) :]
        else:
            open_ones[-1].add(line)
    found = [each for each in top.inside if each.name == "VCALENDAR"]
    if not found:
        raise BadRow("no calendar")
    if len(open_ones) > 1:
        raise BadRow("the calendar does not end")
    return found


class Point(NamedTuple):
    """A moment, and what a clock on the wall shows then; `day` where only a day is named, from its midnight."""

    at: datetime
    wall: datetime
    day: bool
    zone: "Zone"

    def on(self, day: date) -> "Point":
        """The same time of another day."""
        wall = datetime.combine(day, self.wall.time())
        return self._replace(at=self.zone(wall), wall=wall)


Zone = Callable[[datetime], datetime]
"""From what a clock on the wall shows to the moment, in UTC."""


class Zones:
    """The time zones of one calendar; `city` is for times without one, and for days."""

    def __init__(self, calendar: Component, city: ZoneInfo) -> None:
        self._city = city
        self._note = calendar.note
        self._own = {name: each for each in calendar.inside if each.name == "VTIMEZONE" and (name := each.text("TZID"))}
        self._known: dict[str, Zone] = {}

    def point(self, name: str, value: str, tzid: str | None) -> Point:
        """A DATE or a DATE-TIME; raises `BadRow`."""
        read = checked(name, value, vDDDTypes.from_ical)
        if isinstance(read, datetime):
            if read.tzinfo is not None:
                wall = read.replace(tzinfo=None)
                return Point(read.astimezone(UTC), wall, False, _of(UTC))
            zone = self.named(tzid) if tzid else _of(self._city)
            return Point(checked(name, read, zone), read, False, zone)
        if isinstance(read, date):
            zone, wall = _of(self._city), datetime(read.year, read.month, read.day)  # noqa: DTZ001  a clock on the wall
            return Point(checked(name, wall, zone), wall, True, zone)
        raise BadRow(f"{name}: neither a day nor a moment")

    def named(self, tzid: str) -> Zone:
        """The zone that the world, Windows or the calendar itself calls so; else the city's, with a finding."""
        if tzid not in self._known:
            self._known[tzid] = self._find(tzid)
        return self._known[tzid]

    def _find(self, tzid: str) -> Zone:
        own, parts = self._own.get(tzid), tzid.strip("/ ").split("/")
        location = own.text("X-LIC-LOCATION") if own else None
        known = _world(tzid.strip("/ "), WINDOWS_TO_OLSON.get(tzid), location) or (own and _of_observances(own))
        if known is None:
            known = _world(*("/".join(parts[at:]) for at in range(1, len(parts))))  # behind the name of its maker
        if known is None:
            self._note("TZID: a time zone that is not known")
        return known or _of(self._city)


def _world(*names: str | None) -> Zone | None:
    """The first of these that the world knows."""
    for name in filter(None, names):
        try:
            return _of(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _of(zone: Any) -> Zone:
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
        began = [(at, offset) for begun, rule, offset in found for at in _begun(begun, rule, wall)]
        _, offset = max(began, key=lambda each: each[0], default=min(found, key=lambda each: each[0])[::2])
        return wall.replace(tzinfo=offset).astimezone(UTC)

    return moment


def _observance(part: Component) -> tuple[datetime, Rule | None, timezone]:
    begins, offset = part.value("DTSTART", vDDDTypes.from_ical), part.value("TZOFFSETTO", vUTCOffset.from_ical)
    if not isinstance(begins, datetime) or not isinstance(offset, timedelta):
        raise BadRow("VTIMEZONE: without a beginning or an offset")
    rule, begun = part.value("RRULE", recurs), begins.replace(tzinfo=None)
    return begun, Rule.of(rule, begun.date()) if rule else None, checked("TZOFFSETTO", offset, timezone)


def _begun(begun: datetime, rule: Rule | None, wall: datetime) -> Iterator[datetime]:
    """When it began, up to then; of what recurs, the last year."""
    if begun <= wall:
        yield begun
    if rule and begun <= wall:
        since = wall - A_YEAR if wall.year > 1 else wall
        for day in rule.days(begun.date(), since.date(), wall.date(), Budget(2_000)):
            if (at := datetime.combine(day, begun.time())) <= wall:
                yield at
