"""The lines of a calendar, and the values of their properties.

The library icalendar reads lines and values. Its components are not used: they keep the time zones of one calendar for
all others, and one broken part costs the whole calendar.
"""

import quopri
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from connectors.kit.charsets import decoded
from connectors.kit.late import late
from connectors.kit.values import BadRow

if TYPE_CHECKING:
    from icalendar import parser, prop
    from icalendar.parser import property as written
else:
    parser, prop, written = late("icalendar.parser"), late("icalendar.prop"), late("icalendar.parser.property")

S = TypeVar("S")
T = TypeVar("T")

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_QUOTED_PRINTABLE = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE(?=[;:])", re.IGNORECASE)
_DATE_OR_DATETIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?(?:Z|([+-]\d\d):?(\d\d)|())",
    re.ASCII | re.IGNORECASE,
)


class ICalProperty(NamedTuple):
    """One property: its parameters, and its value as it is written (`raw`)."""

    parameters: "parser.Parameters"
    raw: str

    @classmethod
    def of(cls, line: str) -> "ICalProperty":
        """Read a line; raises `ValueError`. A quoted-printable value (vCalendar 1.0) is decoded."""
        line = _QUOTED_PRINTABLE.sub(";ENCODING=QUOTED-PRINTABLE", line, count=1)
        _, parameters, raw = parser.Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
        if str(parameters.get("ENCODING", "")).upper() == "QUOTED-PRINTABLE":
            raw = decoded(quopri.decodestring(raw.encode()), str(parameters.get("CHARSET", "")))
        return cls(parameters, raw)

    @property
    def value(self) -> str:
        """The value as text, without escapes."""
        return str(written.unescape_backslash(self.raw))

    @property
    def items(self) -> list[str]:
        """The values of a list, such as CATEGORIES, as readable text."""
        return [readable(str(each)) for each in written.split_on_unescaped_comma(self.raw)]

    @property
    def moments(self) -> tuple[list[str], str | None]:
        """The moments in the value, as they are written, and the name of their time zone.

        Some calendars write a name with a colon or a comma without quotes, as in `TZID=UTC+08:00`.
        """
        zone, moments = self.parameters.get("TZID"), self.value.strip()
        if isinstance(zone, list):
            zone = ",".join(zone)
        if zone and not moments[:4].isdecimal() and ":" in moments:
            rest, _, moments = moments.rpartition(":")
            zone = f"{zone}:{rest}"
        return [each.strip() for each in moments.split(",")], zone or None


def checked(name: str, given: S, read: Callable[[S], T]) -> T:
    """`read(given)`; if that fails, `BadRow` with the name of the property."""
    try:
        return read(given)
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        raise BadRow(f"{name}: not a value of its kind") from None


def date_or_datetime(text: str) -> date | datetime:
    """A DATE or a DATE-TIME; raises `ValueError`. A moment with an offset keeps it.

    Calendars also write what the standard does not allow, and it is accepted: dashes and colons, a blank instead of the
    T, no seconds, a `Z` after a day.
    """
    found = _DATE_OR_DATETIME.fullmatch(text.strip())
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


def rule_parts(text: str) -> dict[str, Any]:
    """The parts of an RRULE, by name."""
    return dict(prop.vRecur.from_ical(text))


def duration(text: str) -> timedelta:
    """A DURATION."""
    length: timedelta = prop.vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    return length


def lines(body: bytes, charset: str | None = None) -> Iterator[str]:
    """The lines of a calendar, unfolded. A quoted-printable line goes on after a `=` at its end.

    Lines are unfolded before they are decoded, because some programs fold in the middle of a character.
    """
    if b"\0" in body:  # UTF-16 or UTF-32
        body, charset = decoded(body, charset).encode("utf-8", "replace"), None
    joined = re.sub(rb"\n[ \t]", b"", body.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    open_one: list[str] = []
    for line in decoded(joined, charset).split("\n"):
        if line.endswith("=") and (open_one or _QUOTED_PRINTABLE.search(line)):
            open_one.append(line[:-1])
        else:
            yield "".join([*open_one, line])
            open_one.clear()
    yield "".join(open_one)


def readable(text: str) -> str:
    """The text with a blank in place of characters that nobody can read. Line breaks stay."""
    return _CONTROLS.sub(" ", text)
