"""Answers that are texts: HTML, feeds and what else is not JSON."""

import pytest
from aiohttp import web

from connectors.kit.agency import Agency
from connectors.kit.call import HTML, Call
from connectors.kit.charsets import decoded
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
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
    ("body", "content_type"),
    [
        ("Café".encode(), "text/html"),
        ("\ufeffCafé".encode(), "text/html; charset=iso-8859-1"),
        ("Café".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("Café".encode(), "text/html; charset=ISO-8859-1"),
        ("Café".encode("utf-16"), "text/html"),
        ("Café".encode("utf-16-be"), "text/html; charset=UTF-16BE"),
        ("Café".encode("cp1250"), 'text/html; charset="windows-1250"'),
        ("Café".encode(), "text/html; charset=klingon"),
        ("Café".encode(), "text/html; charset=unicode_escape"),
        ("Café".encode(), "text/html; charset=idna"),
        ("Café".encode(), "text/html; charset=undefined"),
    ],
)
async def test_a_text_is_read_in_its_charset(server, http, body, content_type):
    server.answer = lambda _: web.Response(body=body, headers={"Content-Type": content_type})
    assert decoded(*await http.sent(PAGE)) == "Café"
    assert server.requests[0].headers["Accept"] == "text/html, application/xhtml+xml"


def test_letters_of_windows_are_meant_by_latin_and_a_wrong_byte_costs_itself():
    assert decoded(b"\x93Caf\xe9\x94", "iso-8859-1") == "\u201cCaf\xe9\u201d"
    assert decoded(b"Caf\xe9 \xe2\x80\x93") == "Caf\ufffd \u2013"
    assert decoded(b"Caf\xe9", None, "cp1252") == "Caf\xe9"


@pytest.mark.parametrize("content_type", ["application/json", "image/png"])
async def test_what_is_not_the_kind_that_was_promised_is_a_change(server, http, content_type):
    server.answer = lambda _: web.Response(body=b"x", headers={"Content-Type": content_type})
    with pytest.raises(AgencyChanged):
        await http.sent(PAGE)


async def test_a_text_that_is_not_there_is_nothing(server, http):
    server.answer = lambda _: web.Response(status=404)
    assert await http.sent(Call(path="/page", accepts=HTML, absent=frozenset({404}))) == (b"", None)
