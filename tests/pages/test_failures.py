"""What a browser sees where something is wrong is a page in both languages; programs have what they always had."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from engine.http.middleware import ResponseMiddleware
from engine.pages.site.failures import TEXTS, TITLES, FriendlyFailures, HubFailed, refused
from engine.pages.site.frame import Frame
from store.kit.copies import Copies
from store.kit.database import StoreBroken
from tests.conftest import listening, serving
from tests.pages.html import Page
from tests.pages.test_site import BROWSER, got

WORDS = "Kata <kami> & Anda."


def shown(text, status, spoken):
    """The page of a failure, first in this language, and then in the other."""
    page = Page(text)
    assert page.faults == []
    assert page.elements[0][1]["lang"] == spoken
    parts = [given["lang"] for tag, given in page.elements if tag == "section"]
    assert parts == [spoken, "en" if spoken == "id" else "id"]
    for each in parts:
        assert TITLES[status][each] in page.said
        assert TEXTS[status][each] in page.said
    assert {f"/?lang={each}" for each in parts} <= set(page.links)
    return page


@pytest.mark.parametrize("status", TITLES)
async def test_each_failure_is_a_page_for_a_browser_and_stays_as_it_is_for_a_program(status, configuration):
    def answer(request):
        headers = {"allow": "GET", "retry-after": "7"}
        kind = request.path_params["kind"]
        if kind == "json":
            return JSONResponse({"errors": [{"message": WORDS}]}, status, headers=headers)
        if kind == "problem":
            return JSONResponse({"status": status, "detail": WORDS}, status, headers=headers)
        if kind == "stream":
            return StreamingResponse(iter([b"a" * 10_000] * 30), status, headers=headers)
        if kind == "page":
            return PlainTextResponse("<p>mine", status, headers=headers, media_type="text/html")
        raise RuntimeError

    frame = Frame(configuration.city)
    app = Starlette(
        routes=[Route("/{kind}", answer, methods=["GET", "POST"])],
        middleware=[Middleware(ResponseMiddleware), Middleware(FriendlyFailures, frame=frame)],
        exception_handlers={Exception: HubFailed(frame), 404: refused, 405: refused},
    )
    async with serving(app) as hub:
        for accepted, spoken in (("en;q=0.9, id;q=0.5", "en"), ("", "id")):
            for kind in ("json", "problem", "stream"):
                response, text = await got(hub, f"/{kind}", status, accept=BROWSER, accept_language=accepted)
                assert (WORDS in shown(text, status, spoken).said) is (kind != "stream")
                kept = {name: response.headers.get(name) for name in ("allow", "retry-after", "cache-control")}
                assert kept == {"allow": "GET", "retry-after": "7", "cache-control": "no-store"}
                assert response.headers["x-content-type-options"] == "nosniff"
                assert Page(text).policy in response.headers["content-security-policy"]
            shown((await got(hub, "/broken", 500, accept=BROWSER, accept_language=accepted))[1], 500, spoken)
        assert (await got(hub, "/page", status, accept=BROWSER))[1] == "<p>mine"
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
            response, text = await got(hub, "/json", status, accept=accept)
            assert (await response.json()) == {"errors": [{"message": WORDS}]}
        assert (await got(hub, "/broken", 500, accept="*/*"))[1] == "Internal Server Error"


async def test_an_address_that_is_not_there_is_told_in_the_language_of_who_asks(hub):
    for path in ("/nothing", "/docs/nothing", "/docs/queries/nothing", "/docs/queries/../x", "/logo"):
        shown((await got(hub, path, 404, accept=BROWSER, accept_language="en"))[1], 404, "en")
        shown((await got(hub, f"{path}?lang=en", 404, accept=BROWSER))[1], 404, "en")
        response, _ = await got(hub, path, 404)
        assert await response.json() == {"code": "NOT_FOUND", "message": "Tidak ada apa pun di alamat ini."}
    async with hub.session.post(f"{hub.url}/terms", headers={"accept-language": "en"}) as response:
        assert (response.status, set(response.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
        assert (await response.json())["code"] == "METHOD_NOT_ALLOWED"
    async with hub.session.post(f"{hub.url}/terms", headers={"accept": BROWSER}) as response:
        shown(await response.text(), 405, "id")
    async with hub.session.head(f"{hub.url}/nothing", headers={"accept": BROWSER}) as response:
        assert (response.status, response.content_type, await response.read()) == (404, "text/html", b"")


async def test_what_the_hub_itself_refuses_is_a_page_too(configuration, clock, monkeypatch):
    async def broken(_):
        raise StoreBroken("x")

    monkeypatch.setattr(Copies, "recent", broken)
    async with listening(configuration, clock, quota=1_500, max_request_bytes=1_000) as hub:
        page = shown((await got(hub, "/status.atom", 503, accept=BROWSER))[1], 503, "id")
        assert "/status?lang=id" in page.links
        large = {"query": "{ city { name } }", "variables": {"x": "x" * 2_000}}
        async with hub.session.post(f"{hub.url}/graphql", json=large, headers={"accept": BROWSER}) as response:
            assert "1000" in shown(await response.text(), response.status, "id").said
            assert response.status == 413
        for _ in range(10):
            async with hub.session.get(f"{hub.url}/", headers={"accept": BROWSER}) as response:
                text, status = await response.text(), response.status
        assert (status, response.headers["retry-after"]) == (429, "60")
        shown(text, 429, "id")
