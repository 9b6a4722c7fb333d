"""What every answer has, and which are compressed."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from auth.caller import Audience
from engine.http import middleware
from engine.http.middleware import ResponseMiddleware
from engine.http.negotiation import accepts_gzip
from engine.pages.graphiql.page import BASE
from engine.pages.site.failures import HubFailed
from engine.pages.site.frame import Frame
from tests.conftest import serving

LONG = "{ city { kecamatan(first: 13) { nodes { code name area bpsCode aliases kelurahan(first: 9) { nodes { name } } } } } }"
BROWSER = "text/html,application/xhtml+xml"


@pytest.fixture
def get(hub):
    """Status, headers and the bytes as they came, of a GET or a POST."""

    async def ask(path, query=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("Accept-Encoding", "gzip")
        method, body = ("POST", {"query": query}) if query else ("GET", None)
        async with hub.session.request(
            method, f"{hub.url}{path}", json=body, headers=sent, auto_decompress=False, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()

    return ask


def names(header):
    return {each.strip().lower() for each in header.split(",")}


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/graphql", {"query": "{ city { name } }"}, 200),
        ("/graphql", {"query": "{ city {"}, 200),
        ("/graphql", {"query": "{ city { name } }", "Authorization": "Bearer x"}, 401),
        ("/graphql?query={city{name}}", {}, 200),
        ("/graphql", {"Accept": BROWSER}, 200),
        ("/graphql", {"Accept": "image/png"}, 406),
        ("/schema.graphql", {}, 200),
        (f"{BASE}/graphql.worker.js", {}, 200),
        (f"{BASE}/none.js", {}, 404),
        ("/calendar/job-fairs.ics", {}, 200),
        ("/data-tracker/findUsage", {}, 401),
        ("/healthz", {}, 200),
        ("/readyz", {}, 200),
        ("/", {}, 200),
        ("/nothing", {}, 404),
    ],
)
async def test_every_answer_forbids_guessing_its_type_tells_no_referrer_and_says_how_long_it_keeps(
    get, path, given, status
):
    found, headers, _ = await get(path, **given)
    assert found == status
    assert headers.getall("X-Content-Type-Options") == ["nosniff"]
    assert headers.getall("Referrer-Policy") == ["no-referrer"]
    assert headers.get("Cache-Control") or headers.get("ETag")


async def test_a_hash_that_is_not_known_and_an_answer_by_get_are_not_kept(get):
    unknown = '/graphql?extensions={"persistedQuery":{"version":1,"sha256Hash":"' + "0" * 64 + '"}}'
    for path in (unknown, "/graphql?query={city{name}}"):
        _, headers, _ = await get(path)
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/graphql", "/schema.graphql", f"{BASE}/graphiql.css", "/calendar/job-fairs.ics"])
async def test_what_is_long_comes_as_gzip_to_who_takes_it_and_whole_to_who_does_not(get, path):
    query = LONG if path == "/graphql" else None
    _, plain, whole = await get(path, query, Accept_Encoding="identity")
    _, packed, body = await get(path, query)
    assert "Content-Encoding" not in plain
    assert (packed["Content-Encoding"], packed["Content-Length"]) == ("gzip", str(len(body)))
    if query is None:
        assert gzip.decompress(body) == whole
    assert len(body) < 0.7 * len(gzip.decompress(body))
    assert "accept-encoding" in names(plain["Vary"]) & names(packed["Vary"])
    if "ETag" in plain:
        assert packed["ETag"] == plain["ETag"]
        assert plain["ETag"].startswith('W/"')


async def test_the_page_is_compressed_and_what_is_short_is_not(get):
    _, headers, _ = await get("/graphql", Accept=BROWSER)
    assert headers["Content-Encoding"] == "gzip"
    for path, query in (("/graphql", "{ city { name } }"), ("/healthz", None), (f"{BASE}/page.css", None)):
        _, headers, _ = await get(path, query)
        assert "Content-Encoding" not in headers


async def test_who_sends_credentials_is_answered_as_it_is(get, headers_of):
    """A personal value beside words of the request's own would be told by the length."""
    for audience in Audience:
        _, headers, body = await get("/graphql", LONG, **headers_of(audience))
        assert ("Content-Encoding" in headers) is (audience is Audience.PUBLIC)
        assert body[:2] == (b"\x1f\x8b" if audience is Audience.PUBLIC else b'{"')
        assert {"authorization", "x-api-key"} <= names(headers["Vary"])
        _, headers, _ = await get("/schema.graphql", **headers_of(audience))
        assert ("Content-Encoding" in headers) is (audience is Audience.PUBLIC)


async def test_what_has_a_tag_is_compressed_once(get, monkeypatch):
    compressed = []
    pack = middleware._gzip
    monkeypatch.setattr(middleware, "_gzip", lambda body: compressed.append(len(body)) or pack(body))
    for _ in range(3):
        await get(f"{BASE}/json.worker.js")
        await get(f"{BASE}/graphql.worker.js")
    assert len(compressed) == 2


async def test_a_stream_goes_on_as_it_comes_and_what_breaks_has_the_headers_too(configuration):
    async def stream(_):
        async def parts():
            for _ in range(3):
                yield "x" * 2_000

        return StreamingResponse(parts(), media_type="text/csv")

    async def failing(_):
        raise RuntimeError

    routes = [Route("/stream", stream), Route("/failing", failing), Route("/empty", lambda _: PlainTextResponse(""))]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(ResponseMiddleware)],
        exception_handlers={Exception: HubFailed(Frame(configuration.city))},
    )
    async with serving(app) as hub:
        for path, status, size in (("/stream", 200, 6_000), ("/failing", 500, 21), ("/empty", 200, 0)):
            async with hub.session.get(f"{hub.url}{path}", headers={"Accept-Encoding": "gzip"}) as response:
                assert (response.status, len(await response.read())) == (status, size)
                assert "Content-Encoding" not in response.headers
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        (None, False), ("", False), ("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("x-gzip", True),
        ("GZIP", True), ("identity", False), ("gzip;q=0", False), ("*;q=0", False), ("gzip;q=0, *", False),
        ("br", False), ("gzip;q=x", False),
    ],
)  # fmt: skip
def test_who_takes_gzip(header, takes):
    assert accepts_gzip(header) is takes
