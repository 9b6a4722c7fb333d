"""Answers that are texts: HTML, feeds and what else is not JSON."""

import pytest
from aiohttp import web

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import HTML, Call, Http
from connectors.kit.signatures import unsigned
from tests.kit.test_http import Server, serving

PAGE = Call(path="/page", accepts=HTML)


@pytest.fixture
async def server():
    server = Server()
    async with serving(server) as server.url:
        yield server


@pytest.fixture
async def http(server, clock):
    http = Http(Agency(code="agency", domain="jobs", connector="x", name="A", url=server.url), unsigned(), clock)
    yield http
    await http.aclose()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("Café".encode(), {"Content-Type": "text/html"}),
        ("\ufeffCafé".encode(), {"Content-Type": "text/html"}),
        ("Café".encode("latin-1"), {"Content-Type": "text/html; charset=ISO-8859-1"}),
    ],
    ids=["UTF-8 unsaid", "with a mark in front", "another charset that is named"],
)
async def test_a_text_is_read_in_its_charset(server, http, body, headers):
    server.answer = lambda _: web.Response(body=body, headers=headers)
    assert await http.text(PAGE) == "Café"
    assert server.requests[0].headers["Accept"] == "text/html, application/xhtml+xml"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Café".encode("latin-1"), "text/html"),
        (b"x", "text/html; charset=klingon"),
        (b"x", "application/json"),
        (b"x", "image/png"),
    ],
)
async def test_what_is_not_the_text_that_was_promised_is_a_change(server, http, body, content_type):
    server.answer = lambda _: web.Response(body=body, headers={"Content-Type": content_type})
    with pytest.raises(AgencyChanged) as raised:
        await http.text(PAGE)
    assert "klingon" not in raised.value.reason


async def test_a_text_that_is_not_there_is_none(server, http):
    server.answer = lambda _: web.Response(status=404)
    assert await http.text(Call(path="/page", accepts=HTML, absent=frozenset({404}))) is None
