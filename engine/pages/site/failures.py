"""What a browser sees where something is wrong: a page in both languages; programs have the answer as it was made.

A browser that opens an address names HTML in `Accept`. Scripts of pages and other programs do not.
"""

from collections.abc import Awaitable, Mapping
from html import escape
from typing import Any

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.kit.bilingual import Bilingual
from engine.execution.request import BadRequest
from engine.http.middleware import ALWAYS
from engine.http.negotiation import LANGUAGES, language, wants_page
from engine.http.rest import json_response
from engine.pages.site.answers import language_of
from engine.pages.site.frame import Content, Frame, link, policy_of

MOST = 16_384
"""Bytes of an answer that are looked through for the hub's own words."""
TITLES = {
    401: Bilingual(id="Anda perlu masuk", en="You have to sign in"),
    403: Bilingual(id="Ini bukan untuk Anda", en="This is not for you"),
    404: Bilingual(id="Halaman tidak ditemukan", en="There is no such page"),
    405: Bilingual(id="Cara ini tidak berlaku di sini", en="This cannot be done here"),
    413: Bilingual(id="Kiriman terlalu besar", en="What was sent is too large"),
    429: Bilingual(id="Terlalu banyak permintaan", en="Too many requests"),
    500: Bilingual(id="Terjadi kesalahan di pihak kami", en="Something went wrong on our side"),
    503: Bilingual(id="Layanan ini sedang tidak dapat menjawab", en="This cannot be answered now"),
}
"""By the status. Other answers go to browsers as they are."""
TEXTS = {
    401: Bilingual(id="Halaman ini hanya untuk yang sudah masuk.", en="This page is only for who has signed in."),
    403: Bilingual(id="Anda tidak boleh melihat halaman ini.", en="You may not see this page."),
    404: Bilingual(
        id="Tidak ada apa pun di alamat ini. Periksa ejaannya, atau mulai dari halaman utama.",
        en="There is nothing at this address. Check its spelling, or begin at the first page.",
    ),
    405: Bilingual(
        id="Alamat ini tidak menerima permintaan seperti itu.", en="This address does not take such a request."
    ),
    413: Bilingual(id="Kirim lebih sedikit dalam satu permintaan.", en="Send less in one request."),
    429: Bilingual(id="Tunggu sebentar, lalu coba lagi.", en="Wait a moment, and try again."),
    500: Bilingual(
        id="Kesalahan ini sudah dicatat. Coba lagi sebentar lagi.", en="The error is in our log. Try again in a moment."
    ),
    503: Bilingual(
        id="Coba lagi sebentar lagi. Halaman status memberi tahu sistem mana yang terganggu.",
        en="Try again in a moment. The status page says which systems have trouble.",
    ),
}
REFUSED = {
    404: BadRequest(404, "NOT_FOUND", "There is nothing at this address."),
    405: BadRequest(405, "METHOD_NOT_ALLOWED", "This address does not take such a request."),
}
"""What programs are told of an address."""
KNOWN = {bad.said(each) for bad in REFUSED.values() for each in LANGUAGES}
"""What a page says in its own words already."""
FIRST = Bilingual(id="Ke halaman utama", en="To the first page")
STATUS = Bilingual(id="Ke halaman status", en="To the status page")


class FriendlyFailures:
    """Goes around what the hub answers over HTTP; a failure that a browser would see becomes a page."""

    def __init__(self, app: ASGIApp, frame: Frame) -> None:
        self._app = app
        self._frame = frame

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass it on, and look at what is answered to a browser."""
        if scope["type"] != "http" or not _is_browser(scope):
            return self._app(scope, receive, send)
        return self._looked_at(scope, receive, send)

    async def _looked_at(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[Message] = []
        body = bytearray()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_failure(message):
                begun.append(message)
            elif begun and message["type"] == "http.response.body":
                body.extend(message.get("body", b"")[: MOST - len(body)])
                if not message.get("more_body"):
                    await self._told(scope, begun.pop(), bytes(body), send)
            else:
                await send(message)

        await self._app(scope, receive, sending)

    async def _told(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        spoken = language_of(Request(scope))
        page = failure_page(self._frame, start["status"], spoken, _words(body)).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("content-encoding", "etag", "transfer-encoding"):
            del headers[name]
        headers.update(page_headers(spoken))
        headers["content-length"] = str(len(page))
        headers.add_vary_header("accept, accept-language")
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": page})


def failure_page(frame: Frame, status: int, spoken: str, words: str = "") -> str:
    """What went wrong, first in the language that the reader speaks; `words` are the hub's own of this case."""
    parts = []
    for number, each in enumerate(sorted(LANGUAGES, key=lambda each: each != spoken)):
        tag = "h2" if number else "h1"
        text = f"<{tag}>{TITLES[status][each]}</{tag}><p>{TEXTS[status][each]}</p>"
        ways = [link("/", FIRST[each], each, kind="button")]
        if frame.has("/status"):
            ways.append(link("/status", STATUS[each], each, kind="button plain"))
        note = f'<p class="note">{escape(words)}</p>' if words and not number else ""
        parts.append(f'<section lang="{each}">{text}{note}<p>{"".join(ways)}</p></section>')
    return frame.page(Content(f"{status} {TITLES[status][spoken]}", "\n".join(parts)), "/", spoken)


def page_headers(spoken: str) -> dict[str, str]:
    """Of a page that is no answer to keep."""
    return {
        "content-type": "text/html; charset=utf-8",
        "content-language": spoken,
        "content-security-policy": policy_of(),
        "cache-control": "no-store",
    }


def refused(request: Request, error: Exception) -> Response:
    """What a program is told of an address that is not there, or that takes no such request."""
    bad = REFUSED.get(error.status_code) if isinstance(error, HTTPException) else None
    if bad is None or not isinstance(error, HTTPException):
        raise error
    body = {"code": bad.code, "message": bad.said(language(request.headers.get("accept-language")))}
    return json_response(body, bad.status, dict(error.headers or {}))


class HubFailed:
    """What is answered where the hub itself failed; what it was is in the log."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __call__(self, request: Request, _: Exception) -> Response:
        """A page for a browser."""
        if not wants_page(request.headers.get("accept")):
            return PlainTextResponse("Internal Server Error", 500, headers=ALWAYS | {"cache-control": "no-store"})
        spoken = language_of(request)
        return Response(failure_page(self._frame, 500, spoken), 500, headers=ALWAYS | page_headers(spoken))


def _is_browser(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]) and wants_page(
        Headers(scope=scope).get("accept")
    )


def _is_failure(start: Message) -> bool:
    if start["status"] not in TITLES:
        return False
    return not Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _words(body: bytes) -> str:
    """What the hub itself says of the failure, where it says it as JSON: of GraphQL, of its own, or of RFC 9457."""
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    found = told.get("errors", [told]) if isinstance(told, Mapping) else []
    first = found[0] if isinstance(found, list) and found else None
    message = first.get("message", first.get("detail")) if isinstance(first, Mapping) else None
    return message if isinstance(message, str) and message not in KNOWN else ""
