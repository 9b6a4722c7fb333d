"""iCalendar's text (RFC 5545) as a tree of components, and the values of their properties.

Lines and values are read by the library icalendar. Its components are not used: they keep the time zones of one
calendar for all others, and one broken part costs the whole.
"""

import quopri
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, NamedTuple, TypeVar

from icalendar.parser import Contentline, Parameters
from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash
from icalendar.prop import vDuration, vRecur

from connectors.kit.charsets import decoded
from connectors.kit.values import BadRow

S = TypeVar("S")
T = TypeVar("T")

Note = Callable[[str], None]

_NAME = re.compile(r"[A-Za-z0-9-]+")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_PRINTABLE = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE(?=[;:])", re.IGNORECASE)
_WHEN = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?(?:Z|([+-]\d\d):?(\d\d)|())",
    re.ASCII | re.IGNORECASE,
)
DEEPEST = 8
"""How deep components stand inside one another; those of the standard do three times."""


class ICalProperty(NamedTuple):
    """One property: its parameters, and its value as it was written."""

    parameters: Parameters
    raw: str

    @classmethod
    def of(cls, line: str) -> "ICalProperty":
        """The one of this line; raises `ValueError`. What is quoted-printable (vCalendar 1.0) is made whole."""
        line = _PRINTABLE.sub(";ENCODING=QUOTED-PRINTABLE", line, count=1)
        _, parameters, raw = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
        if str(parameters.get("ENCODING", "")).upper() == "QUOTED-PRINTABLE":
            raw = decoded(quopri.decodestring(raw.encode()), str(parameters.get("CHARSET", "")))
        return cls(parameters, raw)

    @property
    def value(self) -> str:
        """With what was escaped made whole."""
        return str(unescape_backslash(self.raw))

    @property
    def listed(self) -> list[str]:
        """The same of a list."""
        return [_CONTROLS.sub(" ", str(each)) for each in split_on_unescaped_comma(self.raw)]

    @property
    def zoned(self) -> tuple[list[str], str | None]:
        """The moments in it, and the name of their zone.

        A name with a colon or a comma may stand there without quotes, as in `TZID=UTC+08:00`.
        """
        zone, moments = self.parameters.get("TZID"), self.value.strip()
        if isinstance(zone, list):
            zone = ",".join(zone)
        if zone and not moments[:4].isdecimal() and ":" in moments:
            rest, _, moments = moments.rpartition(":")
            zone = f"{zone}:{rest}"
        return [each.strip() for each in moments.split(",")], zone or None


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

    def all(self, name: str) -> Iterator[ICalProperty]:
        """Its properties of this name."""
        for line in self._lines.get(name, ()):
            try:
                found = ICalProperty.of(line)
            except ValueError:
                self.note(f"{name}: not a property")
            else:
                yield found

    def maybe(self, name: str) -> ICalProperty | None:
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


def when(text: str) -> date | datetime:
    """A DATE or a DATE-TIME, in UTC or with its offset where it says one; raises `ValueError`.

    Seen besides what the standard allows: dashes and colons, a blank for the T, no seconds, a day with a Z behind it.
    """
    found = _WHEN.fullmatch(text.strip())
    if found is None:
        raise ValueError("neither a day nor a moment")
    year, month, day, hour, minute, second, hours, minutes, floating = found.groups()
    if hour is None:
        return date(int(year), int(month), int(day))
    midnight = hour == "24" and {minute, second or "00"} == {"00"}
    clock = time(0 if midnight else int(hour), int(minute), min(int(second or 0), 59))
    moment = datetime.combine(date(int(year), int(month), int(day)) + timedelta(days=midnight), clock)
    if floating is not None:
        return moment
    offset = timedelta(hours=int(hours or 0), minutes=int(f"{(hours or '+')[0]}{minutes or 0}"))
    return moment.replace(tzinfo=timezone(offset))


def recurs(text: str) -> dict[str, Any]:
    """The parts of an RRULE."""
    return dict(vRecur.from_ical(text))


def duration(text: str) -> timedelta:
    """A DURATION."""
    length: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    return length


def lines(body: bytes, charset: str | None = None) -> Iterator[str]:
    """Its lines, unfolded as bytes: some fold in the middle of a character. Quoted-printable ones go on after a `=`."""
    if b"\0" in body:  # two bytes a letter, or four: UTF-16, UTF-32
        body, charset = decoded(body, charset).encode("utf-8", "replace"), None
    joined = re.sub(rb"\n[ \t]", b"", body.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    open_one: list[str] = []
    for line in decoded(joined, charset).split("\n"):
        if line.endswith("=") and (open_one or _PRINTABLE.search(line)):
            open_one.append(line[:-1])
        else:
            yield "".join([*open_one, line])
            open_one.clear()
    yield "".join(open_one)


def calendars(body: bytes, note: Note, charset: str | None = None) -> list[Component]:
    """The calendars in it; raises `BadRow` where there is none, or where one does not end."""
    top = Component("", note)
    open_ones = [top]
    for line in lines(body, charset):
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
