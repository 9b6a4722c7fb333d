"""The values of a row of the feed. A value that cannot be read costs only itself, never the row.

Each of them is a finding with its key. A text may hold markup, be a number or a list, or say "nothing" in many ways.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from connectors.kit.findings import Findings
from connectors.kit.markup import plain_line, plain_text
from connectors.kit.rows import Row

MISSING = frozenset({"", "-", "--", "---", "0000-00-00", "00-00-0000", "null", "none", "nil", "n/a", "undefined"})
LONGEST = 100_000
"""The longest value that is read, in characters."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb pebruari february", "maret mar march", "april apr", "mei may",
            "juni jun june", "juli jul july", "agustus agu agt ags aug august", "september sep sept",
            "oktober okt oct october", "november nov nopember nop", "desember des dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip

_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[a-z]+)[\s./,-]+(\d{4})(?![\d])", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[./-]?(\d{2})[./-]?(\d{2})(?!\d)")
_ZONED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE
)
_SECONDS = re.compile(r"(?:/Date\()?(-?\d{9,10}|-?\d{12,13})(?:[+-]\d{4})?(?:\)/)?")
_FILE = re.compile(r"\S.{0,250}\.(?:pdf|docx?|rtf|odt|zip|rar|jpe?g|png|html?)", re.IGNORECASE)
_HOST = re.compile(
    r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}(?::\d+)?/\S", re.IGNORECASE
)
_NEXT_SPRING = timedelta(days=90)
"""How far into the next year a regulation of this year may be promulgated."""


class Values:
    """The values of one row, cleaned."""

    def __init__(self, row: Row, findings: Findings, zone: ZoneInfo, today: date) -> None:
        self.row = row
        self._findings = findings
        self._zone = zone
        self._today = today

    def texts(self, key: str) -> list[str]:
        """All texts under a key that may hold one text or a list."""
        value = self.row.value(key) if self.row.has(key) else None
        return [text for each in (value if isinstance(value, list) else [value]) if (text := self._one(key, each))]

    def text(self, key: str) -> str | None:
        """One line of text; None if it is missing or no text."""
        value = self.row.value(key) if self.row.has(key) else None
        return self._one(key, value)

    def lines(self, key: str) -> str | None:
        """The same for a text in several lines, which are separated by semicolons."""
        value = self.row.value(key) if self.row.has(key) else None
        if isinstance(value, str) and ("<" in value or "\n" in value):
            parts = re.split(r"<br\s*/?>|</(?:p|li|div|tr)>|\r?\n", value[:LONGEST], flags=re.IGNORECASE)
            return "; ".join(part for each in parts if (part := self._one(key, each))) or None
        return self._one(key, value)

    def prose(self, key: str) -> str | None:
        """A text of several lines; None if it is the name of a file."""
        said = self.text(key)
        if said is None or _FILE.fullmatch(said):
            return None
        return plain_text(str(self.row.value(key))[:LONGEST]) or None

    def day(self, *keys: str) -> date | None:
        """The first of these keys that holds a day, in the city's time zone, from 1801 until tomorrow."""
        for key in keys:
            if (said := self.text(key)) is None or said.startswith(("0000", "0001", "-0001", "30-11--0001")):
                continue
            day = self._day(said)
            if day is not None and day.year > 1800 and day <= self._today + timedelta(days=1):
                return day
            self._findings.note(f"{key}: not a day that can be")
        return None

    def year(self, key: str) -> int | None:
        """A year until next year."""
        said = self.text(key)
        if said is None or said in {"0000", "0"}:
            return None
        if re.fullmatch(r"(18|19|20)\d{2}", said) and int(said) <= self._today.year + 1:
            return int(said)
        self._findings.note(f"{key}: not a year that can be")
        return None

    def day_of(self, year: int | None, day: date | None) -> date | None:
        """The day, unless it contradicts the year. A regulation may be promulgated early in the next year."""
        if year is None or day is None or day.year == year:
            return day
        if date(year + 1, 1, 1) <= day < date(year + 1, 1, 1) + _NEXT_SPRING:
            return day
        self._findings.note("tanggal_pengundangan: contradicts the year")
        return None

    def address(self, key: str, said: str | None) -> str | None:
        """An address with a scheme and quoted blanks. What looks like a broken address is a finding."""
        if said is None:
            return None
        text = "".join(said.split("\0")).strip()
        if text.startswith("//") or _HOST.match(text):
            text = f"https://{text.removeprefix('//')}"
        try:
            parts = urlsplit(text)
            known = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            known = False
        if known:
            return quote(text, safe=":/?#[]@!$&'()*+,;=%~")
        if "/" in text or "." in text:
            self._findings.note(f"{key}: no address")
        return None

    def _one(self, key: str, value: object) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            if value not in (False, [], {}):
                self._findings.note(f"{key}: {type(value).__name__} is not a text")
            return None
        text = plain_line(str(value)[:LONGEST].replace("\0", ""))
        return None if text.casefold() in MISSING else text

    def _day(self, said: str) -> date | None:
        try:
            if zoned := _ZONED.fullmatch(said):
                moment = datetime.fromisoformat(f"{zoned[1]}T{zoned[2]}{zoned[3].upper().replace('Z', '+00:00')}")
                return moment.astimezone(self._zone).date()
            if first := _YEAR_FIRST.match(said):
                return date(int(first[1]), int(first[2]), int(first[3]))
            if first := _DAY_FIRST.search(said):
                day, month = int(first[1]), MONTHS.get(first[2].casefold()) or int(first[2])
                return date(int(first[3]), month, day)
            if seconds := _SECONDS.fullmatch(said):
                at = int(seconds[1]) / (1000 if len(seconds[1].lstrip("-")) > 10 else 1)
                return datetime.fromtimestamp(at, UTC).astimezone(self._zone).date()
        except (ValueError, OverflowError, OSError):
            return None
        return None


def first_of(texts: Sequence[str]) -> str | None:
    """The first text, if there is one."""
    return texts[0] if texts else None
