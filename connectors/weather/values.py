"""What can be, of what an agency measures or forecasts. A value that cannot costs itself, with a finding."""

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote, urlsplit

from connectors.kit.findings import Findings
from connectors.kit.rows import Row
from connectors.kit.values import BadRow

T = TypeVar("T")

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,6}(?:\.[0-9]{1,6})?)\s*([A-Za-z°]*)\s*")


def or_none(findings: Findings, of: Callable[[], T | None]) -> T | None:
    """The value; None, with a finding, where it cannot be read."""
    try:
        return of()
    except BadRow as bad:
        findings.note(f"value set aside: {bad}")
        return None


def between(row: Row, key: str, low: float, high: float) -> float | None:
    """A number within these bounds; raises `BadRow`."""
    found = row.optional_number(key)
    if found is not None and not low <= found <= high:
        raise BadRow(f"{key}: not between {low:g} and {high:g}")
    return found


def whole_between(row: Row, key: str, low: int, high: int) -> int | None:
    """A number within these bounds, without its fraction; raises `BadRow`."""
    found = between(row, key, low, high)
    return None if found is None else round(found)


def measured(key: str, text: str, unit: str, low: float, high: float) -> float:
    """A number that stands before its unit, as in `10 km`, or without one; raises `BadRow`."""
    found = _NUMBER.fullmatch(text)
    if found is None or found[2].casefold() not in ("", unit):
        raise BadRow(f"{key}: not a number of {unit}")
    if not low <= (number := float(found[1])) <= high:
        raise BadRow(f"{key}: not between {low:g} and {high:g}")
    return number


def position(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    """A place on the earth; raises `BadRow` for half of one, or none."""
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadRow("a position that is none")
    return latitude, longitude


def address(row: Row, key: str) -> str | None:
    """An address on the web, its blanks quoted; raises `BadRow` for one of another kind."""
    text = row.optional_text(key)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        raise BadRow(f"{key}: no address") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BadRow(f"{key}: no address on the web")
    return quote(text, safe=":/?#[]@!$&'()*+,;=%-._~")
