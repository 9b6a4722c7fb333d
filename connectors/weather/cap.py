"""Warnings in the Common Alerting Protocol. Source: OASIS CAP 1.2, and public clients of BMKG's warnings.

Seen there: an index in RSS with one item a province, whose link ends in the code of its document; the same code in
Indonesian and English below `/id` and `/en`; positions with the latitude first, many polygons of one area; times in
local zones; a warning that has expired and is still in the index; `Update` and `Cancel` that name earlier messages by
`sender,identifier,sent`, a `Cancel` without an `info` among them; exercises and tests beside what is meant.

A warning that is lost is worse than one too many. So an index in which one item cannot be read is an error, and so is a
message without what it needs; what a message says of where, and cannot be read, is taken to mean everywhere.
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import FEED, Call, Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, one_record
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow, mail_date, number
from connectors.kit.xml import document
from connectors.weather.provinces import PROVINCES, may_be_for
from connectors.weather.records import (
    Alert,
    AlertKind,
    Bulletin,
    Certainty,
    Reference,
    Ring,
    Severity,
    Urgency,
    Warnings,
    WeatherOptions,
)
from connectors.weather.values import address, or_none, position

ACCEPTED = (*FEED, "application/cap+xml", "text/plain")
MOST_BULLETINS = 20
"""So many messages may be for the city; more of them are not opened, and then nothing is known."""
MOST_POSITIONS = 5_000
"""In all polygons of a message; one with more is taken to mean everywhere."""

MANY = frozenset(
    "item info area polygon circle geocode category responseType eventCode parameter resource code".split()
)
NOT_OURS = "source scope restriction addresses code note incidents".split()
NOT_OURS_OF_AN_INFO = "category responseType audience eventCode contact resource parameter".split()

OF_A_CHANNEL = (
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs "
    "cloud ttl image rating textInput skipHours skipDays"
).split()
"""What RSS 2.0 has in a channel besides its items."""

STATUSES = frozenset({"actual", "exercise", "system", "test", "draft"})
KINDS = {
    "alert": AlertKind.ALERT,
    "update": AlertKind.UPDATE,
    "cancel": AlertKind.CANCEL,
    "ack": AlertKind.OTHER,
    "error": AlertKind.OTHER,
}
_DOCUMENT = re.compile(r"(?:.*/)?([A-Za-z0-9_-]{1,100})_alert\.xml", re.ASCII)

E = TypeVar("E", Severity, Urgency, Certainty)


class CapOptions(WeatherOptions, frozen=True, kw_only=True):
    """`province`: the city's; only messages that name it, or none, are opened. `path`: where the index stands."""

    province: str
    path: Annotated[str, msgspec.Meta(pattern=r"^(/[A-Za-z0-9_-]+)*$")] = "/alerts/nowcast"

    def __post_init__(self) -> None:
        if self.province not in PROVINCES:
            raise ValueError("province: not the name of one, such as Banten")


class Cap(Warnings[CapOptions, Credentials]):
    """The warnings of one agency."""

    protocol: ClassVar[str] = "cap"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002
        self._http = Http(self.agency, unsigned(), self.clock)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Bulletin, ...]]:
        return self.bulletins()

    @read(ttl=timedelta(minutes=1), stale=timedelta(hours=6))
    async def bulletins(self) -> tuple[Bulletin, ...]:
        index = await self._document(Call(path=f"{self.options.path}/id", accepts=ACCEPTED), "rss")
        items = one_record(index, _items, agency=self.agency.code, findings=self.findings)
        named = [one_record(each, self._to_bulletin, agency=self.agency.code, findings=self.findings) for each in items]
        found = {each.code: each for each in named if may_be_for(each.title, self.options.province)}
        if len(found) > MOST_BULLETINS:
            raise AgencyChanged(self.agency.code, f"{len(found)} messages that may be for {self.options.province}")
        return tuple(found.values())

    @read(ttl=timedelta(minutes=1), stale=timedelta(hours=6))
    async def alert(self, code: str, language: str, /) -> Alert:
        call = Call(
            path=self.options.path + "/{language}/{code}_alert.xml",
            into={"language": language, "code": code},
            accepts=ACCEPTED,
        )
        message = await self._document(call, "alert")
        return one_record(
            message, lambda row: self._to_alert(row, language), agency=self.agency.code, findings=self.findings
        )

    async def _document(self, call: Call, root: str) -> dict[str, Any]:
        body = (await self._http.sent(call)).body
        try:
            return await asyncio.to_thread(document, body, root, many=MANY)
        except BadRow as bad:
            raise AgencyChanged(self.agency.code, f"{call.path}: {bad}") from None

    def _to_bulletin(self, row: Row) -> Bulletin:
        row.ignore("description", "author", "guid", "category", "comments", "enclosure", "source")
        named = _DOCUMENT.fullmatch(row.text("link"))
        if named is None:
            raise BadRow("link: not that of a document")
        return Bulletin(
            code=named[1],
            title=row.text("title"),
            published_at=or_none(self.findings, lambda: mail_date(row.optional_text("pubDate") or "", self.zone)),
        )

    def _to_alert(self, row: Row, language: str) -> Alert:
        row.ignore(*NOT_OURS)
        status, kind = row.text("status").casefold(), KINDS.get(row.text("msgType").casefold())
        if status not in STATUSES:
            raise BadRow("status: none of CAP")
        if kind is None:
            raise BadRow("msgType: none of CAP")
        sent_at = row.moment("sent", self.zone)
        info = _in_language(row.many("info"), language)
        if info is None:
            if kind in (AlertKind.ALERT, AlertKind.UPDATE):
                raise BadRow("info: missing")
            info = Row({})
        info.ignore(*NOT_OURS_OF_AN_INFO)
        polygons, everywhere = self._where(info)
        onset, effective = info.optional_moment("onset", self.zone), info.optional_moment("effective", self.zone)
        return Alert(
            identifier=row.text("identifier"),
            sender=row.text("sender"),
            sent_at=sent_at,
            actual=status == "actual",
            kind=kind,
            replaces=self._references(row.optional_text("references") or ""),
            language=info.optional_text("language"),
            event=info.optional_text("event"),
            headline=info.optional_text("headline"),
            description=info.optional_text("description"),
            instruction=info.optional_text("instruction"),
            severity=self._known(Severity, info, "severity"),
            urgency=self._known(Urgency, info, "urgency"),
            certainty=self._known(Certainty, info, "certainty"),
            starts_at=onset or effective or sent_at,
            ends_at=info.optional_moment("expires", self.zone),
            issuer=info.optional_text("senderName"),
            web=or_none(self.findings, lambda: address(info, "web")),
            polygons=polygons,
            everywhere=everywhere,
        )

    def _where(self, info: Row) -> tuple[tuple[Ring, ...], bool]:
        """Its polygons, and whether it has to be taken to mean everywhere: an area has none that can be read."""
        polygons, everywhere = list[Ring](), False
        areas = info.many("area")
        for area in areas:
            area.ignore("areaDesc", "geocode", "altitude", "ceiling", "circle")
            texts = _list(area.value("polygon")) if area.has("polygon") else []
            for text in texts:
                ring = or_none(self.findings, partial(_ring, text))
                if ring is None:
                    everywhere = True
                else:
                    polygons.append(ring)
            if not texts or area.has("circle"):
                everywhere = True
        if sum(map(len, polygons)) > MOST_POSITIONS:
            self.findings.note(f"a message of more than {MOST_POSITIONS} positions")
            return (), True
        return tuple(polygons), everywhere or not areas

    def _references(self, text: str) -> tuple[Reference, ...]:
        """The messages that it names; of what cannot be read, a finding."""
        found = list[Reference]()
        for each in text.split():
            parts = each.split(",")
            if len(parts) == 3 and all(parts):
                found.append(Reference(parts[0], parts[1]))
            else:
                self.findings.note("references: not sender,identifier,sent")
        return tuple(found)

    def _known(self, kind: type[E], info: Row, key: str) -> E:
        text = info.optional_text(key) or "unknown"
        try:
            return kind(text.upper())
        except ValueError:
            self.findings.note(f"{key}: none of CAP")
            return kind("UNKNOWN")


def _items(row: Row) -> Iterable[object]:
    """The items of an index. What stands beside them and has elements in it may be a warning by another name."""
    channel, raw = row.nested("channel"), row.value("channel")
    channel.ignore(*OF_A_CHANNEL)
    for key, value in raw.items() if isinstance(raw, dict) else ():
        if key not in ("item", *OF_A_CHANNEL) and not isinstance(value, str):
            raise BadRow("channel: elements that RSS does not have")
    return _list(channel.value("item")) if channel.has("item") else []


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _in_language(infos: list[Row], language: str) -> Row | None:
    """The part in this language, or else the first."""
    of_it = [info for info in infos if (info.optional_text("language") or "").casefold().startswith(language)]
    chosen = next(iter(of_it or infos), None)
    for info in infos:
        if info is not chosen:
            info.ignore_rest()
    return chosen


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
