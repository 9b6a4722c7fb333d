"""The publishers' words for kinds of employment and education; and how to read their moments, texts and links."""

import re
from collections.abc import Callable
from datetime import datetime, time, tzinfo
from html import unescape
from typing import TypeVar

from yarl import URL

from connectors.jobs.records import Education, JobType
from connectors.kit import values
from connectors.kit.findings import Findings
from connectors.kit.markup import MOST_ESCAPES, plain_line, plain_text
from connectors.kit.rows import Row
from connectors.kit.values import BadRow

T = TypeVar("T")

THE_END = time(23, 59, 59)
"""The time to which a last day counts."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-?W\d\d-?\d", re.ASCII)
_YEAR_FIRST = re.compile(r"-?\d{4}", re.ASCII)
_SHORT_ZONE = re.compile(r"\s?(WIB|WITA|WIT)$", re.IGNORECASE)
_ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900"}

TYPES = {
    "full time": JobType.FULL_TIME,
    "penuh waktu": JobType.FULL_TIME,
    "part time": JobType.PART_TIME,
    "paruh waktu": JobType.PART_TIME,
    "contract": JobType.CONTRACT,
    "kontrak": JobType.CONTRACT,
    "harian": JobType.DAILY,
    "freelance": JobType.DAILY,
    "temporary": JobType.CONTRACT,
    "contractor": JobType.CONTRACT,
    "per diem": JobType.DAILY,
    "intern": JobType.INTERNSHIP,
    "internship": JobType.INTERNSHIP,
    "magang": JobType.INTERNSHIP,
    "other": JobType.UNKNOWN,
    "lainnya": JobType.UNKNOWN,
}

EDUCATIONS = (
    (r"tidak (ada|di)|semua|tanpa|no requirements", Education.ANY),
    (r"\bs-?3\b|doktor", Education.DOCTORATE),
    (r"\bs-?2\b|magister|\bmaster|postgraduate", Education.MASTER),
    (r"\bs-?1\b|\bd-?(4|iv)\b|sarjana|bachelor", Education.BACHELOR),
    (r"\bd-?([123]|i{1,3})\b|diploma|associate", Education.DIPLOMA),
    (r"\bsm[au]\b|\bsmk\b|\bstm\b|\bma\b|sederajat|high school", Education.SENIOR_SECONDARY),
    (r"\bsmp\b|\bmts\b", Education.JUNIOR_SECONDARY),
    (r"\bsd\b|\bmi\b", Education.PRIMARY),
)


def job_type(name: str | None, key: str, findings: Findings) -> JobType:
    """The kind of employment with this name; UNKNOWN, with a finding for this key, if the name is not known."""
    known = TYPES.get(re.sub(r"[-_\s]+", " ", name or "").strip().casefold())
    if name and known is None:
        findings.note(f"{key}: a type that is not known")
    return known or JobType.UNKNOWN


def education(name: str | None) -> Education:
    """The lowest education that a text names; UNKNOWN if it names none."""
    found = [level for pattern, level in EDUCATIONS if name and re.search(pattern, name.casefold())]
    order = list(Education)
    return min(found, key=order.index, default=Education.UNKNOWN)


def moment(row: Row, key: str, zone: tzinfo, of_a_day: time = time.min) -> datetime | None:
    """A moment in ISO 8601 or RFC 822. `zone` counts if it names no known zone, and `of_a_day` if it has no time.

    None if it is blank or means "no date"; raises `BadRow`.
    """
    text = row.optional_text(key)
    if text is None:
        return None
    try:
        text, is_mail = _SHORT_ZONE.sub(lambda found: _ZONES[found[1].upper()], text), _YEAR_FIRST.match(text) is None
        if is_mail:
            return values.mail_date(text, zone)
        if _DAY.fullmatch(text):
            day = values.day(text)
            return values.in_reach(datetime.combine(day, of_a_day, zone)) if day else None
        return values.moment(text, zone)
    except BadRow as bad:
        raise BadRow(f"{key}: {bad}") from None


def or_none(findings: Findings, read: Callable[[], T | None]) -> T | None:
    """The value; None with a finding if it cannot be read, because the rest is useful without it."""
    try:
        return read()
    except BadRow as bad:
        findings.note(str(bad))
        return None


def prose(markup: str | None) -> str | None:
    """A long text as plain text; None if it is empty. The markup may be escaped as a whole, and twice."""
    for _ in range(MOST_ESCAPES):
        if not markup or "<" in markup:
            break
        markup = unescape(markup)
    return plain_text(markup or "") or None


def name(text: str | None) -> str | None:
    """A name or a title as plain text in one line; None if it is empty."""
    return plain_line(text) or None if text else None


def link(address: str | None, base: str) -> str | None:
    """The address of a link on the page `base`; None if it is no page of the web."""
    try:
        target = URL(base).join(URL((address or "").strip())) if address else None
    except ValueError:
        return None
    return str(target) if target and target.scheme in ("http", "https") and target.host else None
