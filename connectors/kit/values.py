"""Functions that read the values of agencies. For every text they give a value, None, or `BadRow`.

Programs have different ways to write "no date": .NET writes `0001-01-01T00:00:00`, Go the same with a `Z`, MySQL
`0000-00-00`, and PHP turns MySQL's into `-0001-11-30`. A text that was cut inside an emoji ends in half a surrogate
pair. Midnight may be written as 24:00.
"""

import codecs
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

T = TypeVar("T")

INT = 2**31 - 1
"""The largest Int of GraphQL, for a count, a year, or a number of rooms."""
AMOUNT = 2**53 - 1
"""The largest whole number that is exact in JSON everywhere, for an amount of money."""
EARLIEST, LATEST = 1500, 2999
"""The years in which something can have happened or be planned."""

_HALVES = re.compile(r"[\ud800-\udfff]")
_ESCAPED = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}(\.00?)?", re.ASCII)
"""A fraction of three digits is refused:

`14.500` is fourteen thousand five hundred to an Indonesian, and 14.5 to a computer.
"""
_FRACTION = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{1,2})?|[0-9]{4,40}\.[0-9]{1,40})", re.ASCII)
"""The same rule: `14.500` is refused; `14500.375` is clear."""
_YEAR = re.compile(r"\s*([+-]?[0-9]{4})-[0-9]{2}-[0-9]{2}(?![0-9])", re.ASCII)
_YEAR_LAST = re.compile(r"\s*(?:[A-Za-z]+,)?\s*[0-9]{1,2}\s+[A-Za-z]+\.?\s+(-?[0-9]{4})\b", re.ASCII)
_NO_YEARS = frozenset({-1, 0, 1, 9999})
"""Years that mean "no date"."""
_MIDNIGHT = re.compile(r"([T ])24:00(:00(?:\.0+)?)?(?![0-9])")


class BadRow(Exception):  # noqa: N818, RUF100
    """A row that cannot be what it should be. The text names keys and expectations, never values."""


class Drifted(BadRow):
    """The same where a key is missing, or a value has another type than the protocol promises."""


def encodable(text: str) -> str:
    """The text without NUL, and with U+FFFD for each half of a surrogate pair. JSON and databases carry neither."""
    return text.replace("\0", "") if text.isascii() else _HALVES.sub("\ufffd", text.replace("\0", ""))


def json_document(body: bytes | str) -> object:
    """Decode JSON, with or without a byte order mark; raises `ValueError` if it is no JSON.

    The texts of the result are `encodable`. The fast decoder refuses a document with half a surrogate pair, a number of
    hundreds of digits or NaN. Then the standard library reads it again, so that such a value costs only its own row.
    """
    data = body.encode("utf-8", "replace") if isinstance(body, str) else body
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        try:
            document: object = msgspec.json.decode(data)
        except msgspec.DecodeError:
            document = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    return all_encodable(document) if _ESCAPED.search(data) else document


def all_encodable(value: object) -> object:
    """A copy of a decoded document in which all texts and keys are `encodable`."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list):
        return [all_encodable(each) for each in value]
    if isinstance(value, Mapping):
        return {all_encodable(key): all_encodable(each) for key, each in value.items()}
    return value


def whole(value: object, *, most: int = INT) -> int | None:
    """A whole number, sent as a number, as a text of digits, or with the fraction 0; None for null and blank.

    It is at most `most`, so that it fits the type in the schema.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        raise Drifted("a truth value is not a number")
    if isinstance(value, float | Decimal):
        if not math.isfinite(value) or abs(float(value)) > most or value != int(value):
            raise BadRow("not a whole number, or one that is too large")
        return int(value)
    if isinstance(value, str):
        if not _WHOLE.fullmatch(text := value.strip()):
            raise BadRow("not a whole number")
        value = int(text.partition(".")[0])
    if not isinstance(value, int):
        raise Drifted("not a whole number")
    if not -most <= value <= most:
        raise BadRow("a number that is too large")
    return value


def number(value: object) -> float | None:
    """A number with or without a fraction, sent as a number or as a text with a point; None for null and blank."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Drifted("not a number")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise BadRow("not a number") from None
    if not -AMOUNT <= found <= AMOUNT:  # NaN fails this comparison too
        raise BadRow("not a number, or one that is too large")
    return found


def decimal(value: object, *, most: int = AMOUNT) -> Decimal | None:
    """An exact decimal number, such as a computed amount of money; None for null and blank.

    A text in which the point may separate thousands is refused.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Drifted("not a number")
    if isinstance(value, str) and not _FRACTION.fullmatch(value.strip()):
        raise BadRow("not a number")
    if isinstance(value, int) and abs(value) > most:
        raise BadRow("a number that is too large")
    found = Decimal(repr(value) if isinstance(value, float) else value)
    if not found.is_finite() or abs(found) > most:
        raise BadRow("not a number, or one that is too large")
    return found


def nearest(amount: Decimal) -> int:
    """The nearest whole number; a half is rounded up."""
    return int(amount.to_integral_value(ROUND_HALF_UP))


def in_reach(moment: datetime) -> datetime:
    """The moment in UTC; raises `BadRow` if it does not exist there or is far from any sensible moment."""
    try:
        found = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise BadRow("not a moment") from None
    if not EARLIEST <= found.year <= LATEST:
        raise BadRow("a moment out of reach")
    return found


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment in ISO 8601, or with a blank instead of the T, as UTC. `zone` counts if the text names no zone.

    None for a blank text and for a date that means "no date". 24:00 is the midnight at the end of the day.
    """
    if _is_no_date(text):
        return None
    text, days = _MIDNIGHT.subn(r"\g<1>00:00\2", text.strip(), count=1)
    try:
        found = datetime.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        raise BadRow("not a moment") from None
    return in_reach(found if found.tzinfo else found.replace(tzinfo=zone))


def day(text: str) -> date | None:
    """A day in ISO 8601; None as for `moment`. A time after it is cut off, because Oracle's DATE always has one."""
    if _is_no_date(text):
        return None
    try:
        return day_in_reach(datetime.fromisoformat(_MIDNIGHT.sub(r"\g<1>00:00\2", text.strip())).date())
    except ValueError:
        raise BadRow("not a day") from None


def day_in_reach(found: date) -> date:
    """The day; raises `BadRow` if it is far from any sensible day."""
    if not EARLIEST <= found.year <= LATEST:
        raise BadRow("a day out of reach")
    return found


def time_of_day(text: str) -> time:
    """A time of day in ISO 8601, without a zone; 24:00 is midnight."""
    try:
        return time.fromisoformat(re.sub(r"^24:00(:00)?$", "00:00", text.strip())).replace(tzinfo=None)
    except ValueError:
        raise BadRow("not a time of day") from None


def unix(value: object, *, per_second: int = 1) -> datetime | None:
    """A moment as a number since 1970, as UTC; None for null, blank and 0, because programs write 0 for "no date"."""
    count = whole(value, most=AMOUNT)
    if not count:
        return None
    try:
        return in_reach(datetime.fromtimestamp(count / per_second, UTC))
    except (OverflowError, OSError, ValueError):
        raise BadRow("not a moment") from None


def mail_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """A moment as mail and HTTP write it (RFC 5322, 3.3), as UTC; None if it is blank or means "no date".

    `zone` counts if the text names no known zone. A year below 100 is refused: Python's own parser would make 2001 of
    `0001`.
    """
    year = _YEAR_LAST.match(text)
    if not text.strip() or (year and int(year[1]) in _NO_YEARS):
        return None
    if year and int(year[1]) < EARLIEST:
        raise BadRow("a moment out of reach")
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        raise BadRow("not a moment") from None
    return in_reach(found if found.tzinfo else found.replace(tzinfo=zone))


def _is_no_date(text: str) -> bool:
    year = _YEAR.match(text)
    return not text.strip() or (year is not None and int(year[1]) in _NO_YEARS)
