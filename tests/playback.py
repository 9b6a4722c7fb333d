"""An agency that plays a recorded read over a real socket, whole or damaged, and counts who called."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from connectors.kit.agency import Agency, Limits
from connectors.kit.connector import AnyConnector
from connectors.tax.records import Nop
from tests.clock import FakeClock
from tests.profiles import CITY, regions_in

RECORDED = Path(__file__).parent / "recorded"

Answer = Callable[[Any], web.StreamResponse]


def _as_json(answer: Any) -> str:
    return json.dumps(answer)


def _as_icalendar(answer: Any) -> str:
    """A calendar of these events: the properties of each as they stand in front of their values."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Contoh//ID"]
    for event in answer if isinstance(answer, list) else [answer]:
        properties = event if isinstance(event, dict) else {"SUMMARY": event}
        lines += ["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in properties.items()), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _as_page(answer: Any) -> str:
    """A page of the web with this in it, as JSON-LD."""
    script = json.dumps(answer).replace("</", "<\\/")
    return f'<!doctype html><html><body><script type="application/ld+json">{script}</script></body></html>'


def _as_rss(answer: Any) -> str:
    """A feed of these entries: the elements of each, with what stands in them."""
    entries = "".join(
        "<item>" + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in entry.items()) + "</item>"
        if isinstance(entry, dict)
        else f"<item>{escape(str(entry))}</item>"
        for entry in (answer if isinstance(answer, list) else [answer])
    )
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:job="urn:contoh:job"><channel>{entries}</channel></rss>'


def _as_xml(answer: Any) -> str:
    """Objects as elements, with one element for each item of a list."""
    return f'<?xml version="1.0" encoding="utf-8"?>{_elements(answer)}'


def _elements(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(
            f"<{name}>{_elements(each)}</{name}>"
            for name, inner in value.items()
            for each in (inner if isinstance(inner, list) else [inner])
        )
    if isinstance(value, list):
        return "".join(map(_elements, value))
    return "" if value is None else escape(str(value))


WRITTEN: dict[str, tuple[str, Callable[[Any], str]]] = {
    "json": ("application/json", _as_json),
    "icalendar": ("text/calendar", _as_icalendar),
    "json-ld": ("text/html", _as_page),
    "rss": ("application/rss+xml", _as_rss),
    "xml": ("application/xml", _as_xml),
}
"""How an answer that is recorded as rows goes over the wire: its content type, and its text."""


class Exchange(msgspec.Struct, forbid_unknown_fields=True):
    """One call and its answer; without a `query`, whatever is asked there."""

    method: str
    path: str
    answer: Any
    query: dict[str, str] | None = None
    status: int = 200

    def answers(self, request: web.Request) -> bool:
        asked = (request.method, request.path) == (self.method, self.path)
        return asked and self.query in (None, dict(request.query))


class Recording(msgspec.Struct, forbid_unknown_fields=True):
    """One read: `rows` is where its rows (or its one object) stand; without a `mandatory` key a row is none.

    A key inside another is written `outer.inner`. `carries_more`: its object has far more keys than the hub reads, so one
    more is no finding. `absent`: statuses that mean that there is no such thing. `empty`: bodies that mean no rows.
    `written`: how its rows go over the wire.
    """

    options: dict[str, Any]
    credentials: dict[str, str]
    arguments: list[Any]
    rows: list[str | int]
    mandatory: list[str]
    optional: list[str]
    exchanges: list[Exchange]
    carries_more: bool = False
    absent: list[int] = []
    empty: list[str] = []
    written: str = "json"

    @property
    def media(self) -> str:
        """The content type of its answers."""
        return WRITTEN[self.written][0]

    def answer(self, exchange: Exchange) -> web.Response:
        """An answer of it, as it goes over the wire."""
        media, text = WRITTEN[self.written]
        body = text(exchange.answer).encode("utf-8", "surrogatepass")
        return web.Response(body=body, content_type=media, charset="utf-8", status=exchange.status)

    def damaged(self, damage: Callable[[Any], Any], *, pages: int | None = None) -> "Recording":
        """The same with the rows of all its answers, or of the first ones, put through `damage`."""
        copied = copy.deepcopy(self)
        for exchange in copied.exchanges[:pages]:
            if not self.rows:
                exchange.answer = damage(exchange.answer)
                continue
            at = exchange.answer
            for step in self.rows[:-1]:
                at = at[step]
            at[self.rows[-1]] = damage(at[self.rows[-1]])
        return copied


def recording(connector: type[AnyConnector], read: str) -> Recording:
    path = RECORDED / connector.domain / connector.protocol / f"{read}.json"
    return msgspec.json.decode(path.read_bytes(), type=Recording)


class Player:
    """`first` answers the first calls instead of the recording, one each; `always` all of them."""

    def __init__(self, played: Recording) -> None:
        self.played = played
        self.first: list[web.StreamResponse] = []
        self.always: Callable[[], web.StreamResponse] | None = None
        self.silent = asyncio.Event()
        self.silent.set()
        self.calls: list[web.Request] = []
        self.url = ""

    @property
    def hits(self) -> int:
        return len(self.calls)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.calls.append(request)
        await self.silent.wait()
        if self.first:
            return self.first.pop(0)
        if self.always:
            return self.always()
        for exchange in self.played.exchanges:
            if exchange.answers(request):
                return self.played.answer(exchange)
        return web.Response(status=404)


@asynccontextmanager
async def playing(played: Recording) -> AsyncIterator[Player]:
    player = Player(played)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", player.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        player.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield player
    finally:
        player.silent.set()
        await runner.cleanup()


def connect(
    kind: type[AnyConnector], played: Recording, url: str, *, clock: FakeClock | None = None, **agency: Any
) -> AnyConnector:
    """The connector, as `agencies.toml` would make it for this recording."""
    limits = agency.pop("limits", Limits(timeout=5, retries=1, retry_wait=0.001))
    return kind(
        Agency(
            code="agency", domain=kind.domain, connector=kind.protocol, name="Agency", url=url, limits=limits, **agency
        ),
        msgspec.convert(played.options, kind.options_type),
        msgspec.convert(played.credentials, kind.credentials_type),
        clock=clock or FakeClock(),
        zone=ZoneInfo("Asia/Jakarta"),
        regions=regions_in(CITY),
    )


def arguments(played: Recording) -> list[Any]:
    """As the read takes them: a text of 18 digits is a NOP."""
    return [Nop(each) if isinstance(each, str) and len(each) == 18 else each for each in played.arguments]
