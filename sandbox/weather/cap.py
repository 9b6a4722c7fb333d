"""BMKG's warnings of the next hours: an index in RSS and messages by the Common Alerting Protocol (CAP 1.2).

Its habits:

- The index has one item for each province and message. The end of its link is the code of a document.
- The document is in Indonesian below `/id` and in English below `/en`. Positions have the latitude first.
- A warning that has expired is still in the index.
- Updates and cancellations name the message before them.
- One message is a test, and nobody should be told of it.

Every three hours of the city's day are alike: a warning for the north of the city, after one hour an update that also
touches the south-east, half an hour before the end a cancellation.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city

AGENCY = "bmkg-peringatan"
BASE = f"/{AGENCY}/alerts/nowcast"
WIB = ZoneInfo("Asia/Jakarta")
SENDER = "peringatan@contoh.example"
HOURS = 3
"""After which all begins anew."""

Ring = tuple[tuple[float, float], ...]
"""Degrees north and east of the middle of the city."""
NORTH: Ring = ((0.08, -0.025), (0.08, 0.06), (0.035, 0.06), (0.035, -0.025), (0.08, -0.025))
CORNER: Ring = ((-0.07, 0.1065), (-0.07, 0.16), (-0.09, 0.16), (-0.07, 0.1065))
"""In the south-east: at most a strip of the city lies in it, and the centre of no kelurahan."""
FAR_WEST: Ring = ((-0.43, -1.04), (-0.43, -0.94), (-0.53, -0.94), (-0.43, -1.04))
"""The other end of the province."""
ALL_OF_IT: Ring = ((0.17, -0.24), (0.17, 0.26), (-0.23, 0.26), (-0.23, -0.24), (0.17, -0.24))


class CapMessage(NamedTuple):
    """One message. It is in the index from `after` on, and `before` is the one that it names."""

    code: str
    after: timedelta
    kind: str
    lasts: timedelta
    severity: str
    polygons: tuple[Ring, ...]
    before: str | None = None
    status: str = "Actual"
    elsewhere: bool = False


MESSAGES = (
    CapMessage("CBT{block}001", timedelta(0), "Alert", timedelta(hours=2), "Moderate", (NORTH, FAR_WEST)),
    CapMessage(
        "CBT{block}002", timedelta(hours=1), "Update", timedelta(hours=2), "Severe", (NORTH, CORNER), "CBT{block}001"
    ),
    CapMessage(
        "CBT{block}003", timedelta(hours=2, minutes=30), "Cancel", timedelta(hours=1), "Minor", (), "CBT{block}002"
    ),
    CapMessage("CBT{block}900", timedelta(0), "Alert", timedelta(hours=3), "Extreme", (ALL_OF_IT,), status="Test"),
    CapMessage("CBT{block}000", timedelta(hours=-2), "Alert", timedelta(hours=2), "Moderate", (ALL_OF_IT,)),
    CapMessage("CJB{block}001", timedelta(0), "Alert", timedelta(hours=3), "Moderate", (ALL_OF_IT,), elsewhere=True),
)
WORDS = {
    "id": ("Hujan Lebat dan Petir", "Hujan Lebat disertai Petir di {province}", "Berlindung dan jauhi pohon tinggi."),
    "en": ("Thunderstorm", "Thunderstorm in {province}", "Take shelter and keep away from tall trees."),
}


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The index and the messages, in both languages."""
    control.register(AGENCY)

    async def index(request: web.Request) -> web.StreamResponse:
        language = request.match_info["language"]

        async def answer(_: web.Request) -> web.Response:
            return _xml(_index(language, now(), f"{request.url.origin()}{BASE}"), "application/rss+xml")

        return await control.answer(AGENCY, "index", request, answer)

    async def message(request: web.Request) -> web.StreamResponse:
        language, code = request.match_info["language"], request.match_info["code"]

        async def answer(_: web.Request) -> web.Response:
            found = next((each for each in _in_the_index(now()) if each[0] == code), None)
            if found is None:
                raise web.HTTPNotFound
            return _xml(_alert(language, *found, now()), "application/xml")

        return await control.answer(AGENCY, f"{language} message", request, answer)

    return [
        web.get(BASE + "/{language:id|en}", index),
        web.get(BASE + "/{language:id|en}/{code}_alert.xml", message),
    ]


def _province(message: CapMessage) -> str:
    return "Jawa Barat" if message.elsewhere else city().province


def _positions(ring: Ring) -> str:
    """As the protocol writes them, the latitude first."""
    return " ".join("{:.4f},{:.4f}".format(*city().position(*each)) for each in ring)


def _block(now: datetime) -> datetime:
    """When the three hours began that it is now."""
    local = now.astimezone(WIB)
    return local.replace(hour=local.hour // HOURS * HOURS, minute=0, second=0, microsecond=0)


def _named(code: str, now: datetime) -> str:
    return code.format(block=f"{_block(now):%Y%m%d%H}")


def _in_the_index(now: datetime) -> Iterator[tuple[str, CapMessage]]:
    """By the codes of their documents."""
    for each in MESSAGES:
        if _block(now) + each.after <= now:
            yield _named(each.code, now), each


def _index(language: str, now: datetime, base: str) -> str:
    items = "".join(
        f"<item><title>{escape(WORDS[language][1].format(province=_province(each)))}</title>"
        f"<link>{base}/{language}/{code}_alert.xml</link>"
        f"<description>{escape(_province(each))}</description><author>{SENDER} (Contoh)</author>"
        f"<pubDate>{_block(now) + each.after:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"
        for code, each in _in_the_index(now)
    )
    built = f"{now.astimezone(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    return (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Peringatan Dini Cuaca</title>'
        f'<link>{base}</link><atom:link href="{base}/{language}" rel="self"/><lastBuildDate>{built}</lastBuildDate>'
        f"{items}</channel></rss>"
    )


def _alert(language: str, code: str, message: CapMessage, now: datetime) -> str:
    sent = _block(now) + message.after
    before = ""
    if message.before:
        earlier = next(each for each in MESSAGES if each.code == message.before)
        when = (_block(now) + earlier.after).isoformat()
        before = f"<references>{SENDER},{_identifier(_named(earlier.code, now))},{when}</references>"
    return (
        f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{_identifier(code)}</identifier>'
        f"<sender>{SENDER}</sender><sent>{sent.isoformat()}</sent><status>{message.status}</status>"
        f"<msgType>{message.kind}</msgType><scope>Public</scope>{before}"
        f"{'' if message.kind == 'Cancel' else _info(language, message, sent)}</alert>"
    )


def _identifier(code: str) -> str:
    return f"2.49.0.1.360.0.{code}"


def _info(language: str, message: CapMessage, sent: datetime) -> str:
    event, headline, instruction = WORDS[language]
    polygons = "".join(f"<polygon>{_positions(each)}</polygon>" for each in message.polygons)
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        f"<urgency>Immediate</urgency><severity>{message.severity}</severity><certainty>Observed</certainty>"
        f"<eventCode><valueName>OET:v1.2</valueName><value>OET-194</value></eventCode>"
        f"<effective>{sent.isoformat()}</effective><expires>{(sent + message.lasts).isoformat()}</expires>"
        f"<senderName>Badan Contoh</senderName><headline>{headline.format(province=_province(message))}</headline>"
        f"<description>{headline.format(province=_province(message))}.</description>"
        f"<instruction>{instruction}</instruction><web>https://peringatan.example/infografis/{message.code[:3]}.jpg</web>"
        f"<area><areaDesc>{_province(message)}</areaDesc>{polygons}</area></info>"
    )


def _xml(text: str, media: str) -> web.Response:
    return web.Response(text=f'<?xml version="1.0" encoding="UTF-8"?>{text}', content_type=media, charset="utf-8")
