"""Three members of the JDIHN network, each with its whole collection at one address, and with the faults of real ones.

The city repeats a document once for each attachment or subject, hides some, and supports ETag. The province begins with
a warning of PHP, says that it is HTML, and supports If-Modified-Since. The state begins with a BOM, wraps the array,
writes `urlAbstrak`, and supports neither. All write missing values in three ways. An empty collection is the text `0
results`.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from aiohttp import web

from sandbox.jdih.regulations import PUBLISHERS, rows
from sandbox.kit.control import Control

CITY, PROVINCE, STATE = (publisher.code for publisher in PUBLISHERS)

WARNING = b"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/var/www/html/api.php</b> on line <b>12</b><br />\n"
LAST_MODIFIED = "Mon, 16 Nov 2026 03:00:00 GMT"

_KNOWN: "WeakKeyDictionary[Control, Collections]" = WeakKeyDictionary()


class Collections:
    """The changes to the collections since the sandbox started."""

    def __init__(self) -> None:
        self._withdrawn: dict[str, set[str]] = {publisher.code: set() for publisher in PUBLISHERS}
        self._published: dict[str, list[dict[str, Any]]] = {publisher.code: [] for publisher in PUBLISHERS}
        self._empty: set[str] = set()

    def withdraw(self, code: str, *ids: str) -> None:
        """Remove documents."""
        self._withdrawn[code].update(ids)

    def publish(self, code: str, row: dict[str, Any]) -> None:
        """Add a row."""
        self._published[code].append(row)

    def empty(self, code: str) -> None:
        """Remove everything."""
        self._empty.add(code)

    def rows(self, code: str, year: int) -> list[dict[str, Any]]:
        """The current rows."""
        if code in self._empty:
            return []
        everything = (*rows(code, year), *self._published[code])
        return [row for row in everything if row["idData"] not in self._withdrawn[code]]


def collections_of(control: Control) -> Collections:
    """The collections of one sandbox."""
    return _KNOWN.setdefault(control, Collections())


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """One address for each member."""
    collections = collections_of(control)
    made = []
    for publisher in PUBLISHERS:
        control.register(publisher.code)
        member = _member(publisher.code, control, collections, now)
        made.append(web.get(f"/{publisher.code}/integrasi/document.json", member))
    return made


def _member(
    code: str, control: Control, collections: Collections, now: Callable[[], datetime]
) -> Callable[[web.Request], Any]:
    async def document(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            return _collection(code, collections.rows(code, now().year), request)

        return await control.answer(code, "document.json", request, answer)

    return document


def _collection(code: str, found: list[dict[str, Any]], request: web.Request) -> web.Response:
    if not found:
        return web.Response(body=b"0 results", content_type="application/json")
    if code == CITY:
        body = msgspec.json.encode(found)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=body, content_type="application/json", headers={"ETag": etag})
    if code == PROVINCE:
        if request.headers.get("If-Modified-Since") == LAST_MODIFIED:
            return web.Response(status=304)
        dated = [row | {"lastUpdated": "2026-11-16 10:00:00"} for row in found]
        body = WARNING + msgspec.json.encode(dated)
        return web.Response(body=body, content_type="text/html", headers={"Last-Modified": LAST_MODIFIED})
    renamed = [{("urlAbstrak" if key == "urlabstrak" else key): value for key, value in row.items()} for row in found]
    body = b"\xef\xbb\xbf" + msgspec.json.encode({"status": True, "data": renamed})
    return web.Response(body=body, content_type="application/json")
