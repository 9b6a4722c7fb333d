"""Warnings in the Common Alerting Protocol. Source: OASIS CAP 1.2, and public clients of BMKG's warnings.

Seen there:

- The index is RSS with one item for each province. Its link ends in the code of a document.
- The document is there in Indonesian below `/id` and in English below `/en`, under the same code.
- Positions have the latitude first, and one area has many polygons. Times are in local zones.
- A warning that has expired is still in the index.
- `Update` and `Cancel` name earlier messages by `sender,identifier,sent`. A `Cancel` may have no `info`.
- Exercises and tests stand beside the messages that are meant.

A warning that is lost is worse than one too many. So an index in which one item cannot be read is an error, and so is a
message without what it needs. A place that a message names, and that cannot be read, is taken to mean everywhere.
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any, ClassVar

import msgspec

from connectors.kit.call import FEED, Call
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, one_record
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow, mail_date
from connectors.kit.xml import document
from connectors.weather.cap_message import MANY, alert_of
from connectors.weather.provinces import PROVINCES, may_be_for
from connectors.weather.records import Alert, Bulletin, Warnings, WeatherOptions
from connectors.weather.values import or_none

ACCEPTED = (*FEED, "application/cap+xml", "text/plain")
MOST_BULLETINS = 20
"""So many messages may be for the city; more of them are not opened, and then nothing is known."""
OF_A_CHANNEL = (
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs "
    "cloud ttl image rating textInput skipHours skipDays"
).split()
"""What RSS 2.0 has in a channel besides its items."""

_DOCUMENT = re.compile(r"(?:.*/)?([A-Za-z0-9_-]{1,100})_alert\.xml", re.ASCII)


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

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Bulletin, ...]]:
        return self.bulletins()

    # A warning that is known is better than none, for as long as a nowcast may last. It never stands for "no warning".
    @read(ttl=timedelta(minutes=1), stale=timedelta(hours=6))
    async def bulletins(self) -> tuple[Bulletin, ...]:
        index = await self._document(Call(path=f"{self.options.path}/id", accepts=ACCEPTED), "rss")
        items = one_record(index, _items, agency=self.agency.code, findings=self.findings)
        named = [one_record(each, self._to_bulletin, agency=self.agency.code, findings=self.findings) for each in items]
        found = {each.code: each for each in named if may_be_for(each.title, self.options.province)}
        if len(found) > MOST_BULLETINS:
            raise AgencyChanged(self.agency.code, f"{len(found)} messages that may be for {self.options.province}")
        return tuple(found.values())

    # A message says itself until when it warns, and a later one may have called it off.
    @read(ttl=timedelta(minutes=1), stale=timedelta(hours=6))
    async def alert(self, code: str, language: str, /) -> Alert:
        call = Call(
            path=self.options.path + "/{language}/{code}_alert.xml",
            into={"language": language, "code": code},
            accepts=ACCEPTED,
        )
        message = await self._document(call, "alert")
        return one_record(
            message,
            lambda row: alert_of(row, language, self.zone, self.findings),
            agency=self.agency.code,
            findings=self.findings,
        )

    async def _document(self, call: Call, root: str) -> dict[str, Any]:
        body = (await self._http.sent(call)).body
        try:
            return await asyncio.to_thread(document, body, root, many={*MANY, "item"})
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
