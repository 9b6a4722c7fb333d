"""The GraphiQL page and its assets, under a policy that forbids every other host."""

import asyncio
import html
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from auth.configuration import IdentityConfiguration

ASSETS = Path(__file__).parent / "assets"
VERSION = (ASSETS / "VERSION").read_text(encoding="ascii").strip()
"""In every asset's address: it changes when one of them does (source/build.mjs)."""
BASE = f"/graphql/assets/{VERSION}"

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'{provider}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The editor writes styles of its own into the page, so these are allowed; scripts come from files alone."""

PAGE = """<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simpul · {city}</title>
<link rel="icon" href="{base}/favicon.svg">
<link rel="stylesheet" href="{base}/graphiql.css">
</head>
<body>
<div id="root"></div>
<noscript>GraphiQL memerlukan JavaScript. / GraphiQL needs JavaScript. <a href="/">Simpul</a></noscript>
<script id="hub" type="application/json">{hub}</script>
<script src="{base}/graphiql.js"></script>
</body>
</html>
"""


class Example(msgspec.Struct, frozen=True):
    """A ready document, and for whom it is: `everybody`, or whoever has signed in as a `citizen` and the like.

    `title` is what it answers, in a sentence. `variables` is a JSON text with values of this city, or empty.
    """

    name: str
    title: str
    query: str
    whom: str
    variables: str = ""


class GraphiQLPage:
    """The page of one city: documents to choose from, the first in a tab, and a way to sign in if there is one."""

    def __init__(self, city: str, examples: Sequence[Example], identity: IdentityConfiguration | None) -> None:
        provider = {"issuer": identity.issuer, "client": identity.client} if identity else None
        hub = {"base": BASE, "city": city, "documents": list(examples), "identity": provider}
        self._page = PAGE.format(city=html.escape(city), base=BASE, hub=_inside(hub))
        origin = urlsplit(identity.issuer)._replace(path="", query="", fragment="").geturl() if identity else ""
        self._policy = POLICY.format(provider=f" {origin}" if origin else "")

    def __call__(self, _: Request) -> Response:
        return HTMLResponse(self._page, headers={"content-security-policy": self._policy, "vary": "accept"})


def _inside(value: object) -> str:
    """As JSON that can stand in a script element."""
    return msgspec.json.encode(value).decode().replace("<", "\\u003c")


_CONTENTS: dict[Path, bytes] = {}


async def _read(path: Path) -> bytes:
    """What stands in one of the files, which do not change while a process runs."""
    if path not in _CONTENTS:
        _CONTENTS[path] = await asyncio.to_thread(path.read_bytes)
    return _CONTENTS[path]


async def asset(request: Request) -> Response:
    """One of the page's own files, kept by browsers for as long as its address stands."""
    path = ASSETS / request.path_params["name"]
    if path.parent != ASSETS or path.suffix not in TYPES or not path.is_file():
        return PlainTextResponse("not found\n", 404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{VERSION}"'}
    return Response(await _read(path), headers=headers, media_type=TYPES[path.suffix])
