"""What every answer has: headers that keep browsers and caches from harm, and gzip where it saves something.

Compressed is what was asked for without credentials. What is personal or a secret comes only to who sends some, and
beside words of the request's own (an alias is answered as it was sent) its length would tell of it, a guess at a time
(BREACH). Whole answers that are kept come ready, as brotli too (`engine/answers/kept.py`).
"""

import asyncio
import gzip

from cachetools import LRUCache
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.http.authentication import CREDENTIALS
from engine.http.kept_response import READY
from engine.http.negotiation import accepts_gzip

ALWAYS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
SURE = tuple((name.encode(), value.encode()) for name, value in ALWAYS.items())
NOT_KEPT = (b"cache-control", b"no-store")
KINDS = frozenset(
    {
        "application/json",
        "application/graphql-response+json",
        "application/graphql",
        "application/atom+xml",
        "image/svg+xml",
        *(f"text/{kind}" for kind in ("calendar", "css", "csv", "html", "javascript", "plain")),
    }
)
"""What becomes smaller; `charset` and the like left out."""
LEAST = 1_000
"""Bytes below which a packet is a packet."""
LARGE = 10_000
"""Bytes from which it is done in a thread, so that nobody else waits for it: so many take a third of a millisecond."""
KEPT = 8_000_000
"""Bytes of compressed answers that are kept, of those that have an ETag: they are compressed once."""


class ResponseMiddleware:
    """Goes around everything that the hub answers over HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: LRUCache[tuple[str, str], bytes] = LRUCache(KEPT, getsizeof=len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; a WebSocket as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        may = accepts_gzip(asked.get("accept-encoding")) and not any(asked.get(name) for name in CREDENTIALS)
        begun: list[Message] = []

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                small = _always(headers) if scope.get(READY) else _begin(headers)
                if may and not small and message["status"] == 200:
                    begun.append(message)
                    return
            elif begun:
                start = begun.pop()
                if not message.get("more_body"):
                    message = {
                        **message,
                        "body": await self._compressed(start, scope["path"], message.get("body", b"")),
                    }
                await send(start)
            await send(message)

        await self._app(scope, receive, sending)

    async def _compressed(self, start: Message, path: str, body: bytes) -> bytes:
        """The body as it goes, and its headers with it; a stream is none of this."""
        headers = MutableHeaders(raw=start["headers"])
        if len(body) < LEAST:
            return body
        tag = headers.get("etag")
        made = self._kept.get((path, tag)) if tag else None
        if made is None:
            made = await asyncio.to_thread(_gzip, body) if len(body) >= LARGE else _gzip(body)
            if tag and len(made) <= KEPT:
                self._kept[path, tag] = made
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(made))
        return made


def _always(headers: MutableHeaders) -> bool:
    """Give it what every answer has. One whose encoding and tag are right is nothing to compress."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    return True


def _begin(headers: MutableHeaders) -> bool:
    """Give it what it lacks; whether it is nothing to compress, whoever asks."""
    held = dict(headers.raw)
    headers.raw.extend(each for each in SURE if each[0] not in held)
    tag = held.get(b"etag")
    if tag and not tag.startswith(b"W/"):
        headers["etag"] = f"W/{tag.decode('latin-1')}"  # one answer, whether its bytes are compressed or not
    if not tag and b"last-modified" not in held and b"cache-control" not in held:
        headers.raw.append(NOT_KEPT)
    kind = held.get(b"content-type", b"").partition(b";")[0].strip().decode("latin-1")
    if kind not in KINDS or b"content-encoding" in held:
        return True
    headers.add_vary_header("accept-encoding")
    length = held.get(b"content-length", b"")
    return length.isdigit() and int(length) < LEAST


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=5, mtime=0)
