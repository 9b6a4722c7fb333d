"""A message of the Common Alerting Protocol (OASIS CAP 1.2), as one alert.

A message may have several parts (`info`): the same in other languages, or one for each of several dangers. Those in the
language that is asked for are taken together: the worst of them gives the words, and all say where and until when.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from connectors.kit.findings import Findings
from connectors.kit.rows import Row
from connectors.kit.values import BadRow, number
from connectors.weather.records import (
    BY_SEVERITY,
    Alert,
    AlertKind,
    Certainty,
    Reference,
    Ring,
    Severity,
    WarningUrgency,
)
from connectors.weather.values import address, or_none, position

MOST_POSITIONS = 5_000
"""In all polygons of a message; one with more is taken to mean everywhere."""

MANY = frozenset("info area polygon circle geocode category responseType eventCode parameter resource code".split())
"""Elements of which there may be several."""
NOT_OURS = "source restriction addresses code note incidents".split()
NOT_OURS_OF_A_PART = "category responseType audience eventCode contact resource parameter".split()

STATUSES = frozenset({"actual", "exercise", "system", "test", "draft"})
KINDS = {
    "alert": AlertKind.ALERT,
    "update": AlertKind.UPDATE,
    "cancel": AlertKind.CANCEL,
    "ack": AlertKind.OTHER,
    "error": AlertKind.OTHER,
}

E = TypeVar("E", Severity, WarningUrgency, Certainty)


class _Part(NamedTuple):
    """One danger of a message, in one language."""

    language: str | None = None
    event: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    severity: Severity = Severity.UNKNOWN
    urgency: WarningUrgency = WarningUrgency.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    issuer: str | None = None
    web: str | None = None
    polygons: tuple[Ring, ...] = ()
    everywhere: bool = True


def alert_of(row: Row, language: str, zone: ZoneInfo, findings: Findings) -> Alert:
    """The alert that a message is; raises `BadRow` for one of which nobody knows what it does."""
    row.ignore(*NOT_OURS)
    status, kind = row.text("status").casefold(), KINDS.get(row.text("msgType").casefold())
    if status not in STATUSES:
        raise BadRow("status: none of CAP")
    if kind is None:
        raise BadRow("msgType: none of CAP")
    public = (row.optional_text("scope") or "public").casefold() == "public"
    sent_at = row.moment("sent", zone)
    chosen = _in_language(row.many("info"), language)
    if not chosen and kind in (AlertKind.ALERT, AlertKind.UPDATE):
        raise BadRow("info: missing")
    parts = [_part(info, zone, findings) for info in chosen] or [_Part()]
    worst = min(parts, key=lambda part: BY_SEVERITY.index(part.severity))
    ends = [part.ends_at for part in parts if part.ends_at]
    polygons = tuple(ring for part in parts for ring in part.polygons)
    too_many = sum(map(len, polygons)) > MOST_POSITIONS
    if too_many:
        findings.note(f"a message of more than {MOST_POSITIONS} positions")
    return Alert(
        identifier=row.text("identifier"),
        sender=row.text("sender"),
        sent_at=sent_at,
        actual=status == "actual" and public,
        kind=kind,
        replaces=_references(row.optional_text("references") or "", findings),
        language=worst.language,
        event=worst.event,
        headline=worst.headline,
        description=worst.description,
        instruction=worst.instruction,
        severity=worst.severity,
        urgency=worst.urgency,
        certainty=worst.certainty,
        starts_at=min(part.starts_at or sent_at for part in parts),
        ends_at=max(ends) if len(ends) == len(parts) else None,
        issuer=worst.issuer,
        web=worst.web,
        polygons=() if too_many else polygons,
        everywhere=too_many or any(part.everywhere for part in parts),
    )


def _in_language(infos: Sequence[Row], language: str) -> list[Row]:
    """The parts in this language, or else those in the language of the first."""

    def of(info: Row) -> str:
        return (info.optional_text("language") or "").casefold()[:2]

    wanted = language if any(of(info) == language for info in infos) else next(map(of, infos), "")
    for info in infos:
        if of(info) != wanted:
            info.ignore_rest()
    return [info for info in infos if of(info) == wanted]


def _part(info: Row, zone: ZoneInfo, findings: Findings) -> _Part:
    info.ignore(*NOT_OURS_OF_A_PART)
    polygons, everywhere = _where(info, findings)
    onset, effective = info.optional_moment("onset", zone), info.optional_moment("effective", zone)
    return _Part(
        language=info.optional_text("language"),
        event=info.optional_text("event"),
        headline=info.optional_text("headline"),
        description=info.optional_text("description"),
        instruction=info.optional_text("instruction"),
        severity=_known(Severity, info, "severity", findings),
        urgency=_known(WarningUrgency, info, "urgency", findings),
        certainty=_known(Certainty, info, "certainty", findings),
        starts_at=onset or effective,
        ends_at=info.optional_moment("expires", zone),
        issuer=info.optional_text("senderName"),
        web=or_none(findings, lambda: address(info, "web")),
        polygons=polygons,
        everywhere=everywhere,
    )


def _where(info: Row, findings: Findings) -> tuple[tuple[Ring, ...], bool]:
    """Its polygons, and whether it has to be taken to mean everywhere: an area has none that can be read."""
    polygons, everywhere = list[Ring](), False
    areas = info.many("area")
    for area in areas:
        area.ignore("areaDesc", "geocode", "altitude", "ceiling", "circle")
        texts = area.value("polygon") if area.has("polygon") else None
        rings = [or_none(findings, partial(_ring, text)) for text in texts] if isinstance(texts, list) else []
        polygons += filter(None, rings)
        everywhere = everywhere or not rings or None in rings or area.has("circle")
    return tuple(polygons), everywhere or not areas


def _references(text: str, findings: Findings) -> tuple[Reference, ...]:
    """The messages that it names; of what cannot be read, a finding."""
    found = list[Reference]()
    for each in text.split():
        parts = each.split(",")
        if len(parts) == 3 and all(parts):
            found.append(Reference(parts[0], parts[1]))
        else:
            findings.note("references: not sender,identifier,sent")
    return tuple(found)


def _known(kind: type[E], info: Row, key: str, findings: Findings) -> E:
    text = info.optional_text(key) or "unknown"
    try:
        return kind(text.upper())
    except ValueError:
        findings.note(f"{key}: none of CAP")
        return kind("UNKNOWN")


def _ring(text: object) -> Ring:
    """A polygon as CAP writes it; one that is not closed is closed."""
    if not isinstance(text, str):
        raise BadRow("polygon: not a text")
    found = [_position(each) for each in text.split()]
    if found and found[0] != found[-1]:
        found.append(found[0])
    if len({*found}) < 3:
        raise BadRow("polygon: fewer than three positions")
    return tuple(found)


def _position(text: str) -> tuple[float, float]:
    latitude, comma, longitude = text.partition(",")
    if not comma:
        raise BadRow("polygon: not latitude,longitude")
    try:
        return position(number(latitude), number(longitude))
    except BadRow:
        raise BadRow("polygon: not latitude,longitude") from None
