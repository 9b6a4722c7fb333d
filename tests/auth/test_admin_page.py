"""The page of administrators, as a browser without scripts uses it; and that nobody else sees any of it."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from yarl import URL

from auth.caller import Audience
from engine.pages.admin.flow import COOKIE, SESSION
from engine.pages.admin.tables import TABLES
from sandbox.kit.people import ACCOUNTS
from tests.auth.test_what_runs import fail
from tests.conftest import listening
from tests.pages.html import Page


class Browser:
    """Keeps cookies as a browser does for one site, and signs in as an account."""

    def __init__(self, hub):
        self.hub, self.cookies = hub, {}

    async def go(self, method, address, data=None, **headers):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        where = URL(address if "://" in address else f"{self.hub.url}{address}", encoded=True)
        async with self.hub.session.request(method, where, data=data, headers=sent, allow_redirects=False) as answer:
            if where.port == URL(self.hub.url).port:
                self.cookies |= {name: each.value for name, each in answer.cookies.items()}
            return answer.status, answer.headers, await answer.text()

    async def sign_in(self, account="admin"):
        """The answer where the provider has sent the person back to."""
        own = {"Origin": self.hub.url, "Sec-Fetch-Site": "same-origin"}
        status, headers, _ = await self.go("POST", "/admin?lang=en", {"do": "enter"}, **own)
        assert status == 303
        _, headers, _ = await self.go("GET", f"{headers['Location']}&as={account}")
        return await self.go("GET", headers["Location"], Accept="text/html", **{"Accept-Language": "en"})


@pytest.fixture
async def hub(configuration, clock, store_url):
    settings = {"usage": True, "answer_bytes": 1_000_000, "quota": 100_000_000}
    async with listening(configuration, clock, store_url=store_url, **settings) as hub:
        yield hub


@pytest.fixture
def browser(hub):
    return Browser(hub)


def shown(page):
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


async def test_an_administrator_signs_in_sees_all_that_runs_and_signs_out(browser, hub, create_key, clock):
    made = await create_key(app="jadwal", quota=90_000)
    await hub.ask("query Beds { hospitals(first: 2) { nodes { name beds { free } } } }", **{"x-api-key": made["key"]})
    status, headers, page = await browser.go("GET", "/admin?lang=en")
    assert (status, "Sign in as an administrator" in page, "<table" in page) == (200, True, False)
    status, headers, _ = await browser.sign_in()
    assert (status, headers["Location"]) == (303, "/admin?lang=en")
    cookie = headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/admin", "Max-Age=600"))
    status, headers, page = await browser.go("GET", headers["Location"])
    assert [each for each in Page(page).faults if not each.startswith("<form>")] == []
    assert (status, headers["Cache-Control"], headers.get("Content-Encoding")) == (200, "no-store", None)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert ("<script" in page, page.count("<h2>")) == (False, len(TABLES))
    told = shown(page)
    for each in hub.state.agencies:
        assert each.agency.code in told
    for word in (
        "regulations",
        "What agencies said",
        "notaris",
        "90,000",
        "Beds",
        "up",
        "closed",
        "0 findings are open",
    ):
        assert word in told, word
    indonesian = shown((await browser.go("GET", "/admin?lang=id"))[2])
    for word in ("Yang berjalan", "menjawab", "90.000", "Umpan", "Tembolok proses ini", "tertutup"):
        assert word in indonesian, word
    own = {"Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    assert (await browser.go("POST", "/admin?lang=id", {"do": "leave"}, **own))[0] == 303
    assert browser.cookies[COOKIE] == ""
    assert "<table" not in (await browser.go("GET", "/admin"))[2]


async def test_a_request_for_a_key_waits_at_the_top_until_somebody_decides(browser, hub, headers_of):
    asked = 'mutation { requestApiKey(app: "jadwal", purpose: "A & B", contact: "a@b.example", origins: ["https://a.example"]) { code } }'  # fmt: skip
    code = (await hub.ask(asked, **headers_of(Audience.CITIZEN)))["data"]["requestApiKey"]["code"]
    await browser.sign_in()
    _, _, page = await browser.go("GET", "/admin?lang=en")
    (row,) = re.findall(rf"<tr>(?:(?!<tr>).)*<code>{code}</code>.*?</tr>", page)
    assert shown(row) == f"jadwal A & B https://a.example 2026-11-23 12:00 {code} grant · refuse"
    assert re.findall(r'href="(.*?)"', row) == ["/graphql?document=grant-api-key", "/graphql?document=refuse-api-key"]
    assert "a@b.example" not in page
    await hub.ask(
        f'mutation {{ refuseApiKey(code: "{code}", reason: "No") {{ state }} }}', **headers_of(Audience.ADMIN)
    )
    assert "No request waits." in shown((await browser.go("GET", "/admin?lang=en"))[2])


async def test_nobody_else_sees_it(hub):
    for account in {*ACCOUNTS} - {"admin"}:
        browser = Browser(hub)
        status, headers, page = await browser.sign_in(account)
        assert (status, "This page is for administrators." in page) == (403, True), account
        assert ("Set-Cookie" in headers, COOKIE in browser.cookies) == (False, False)
        assert "<table" not in (await browser.go("GET", "/admin"))[2]


async def test_a_session_is_short_sealed_and_says_nothing_of_the_person(browser, hub, clock):
    await browser.sign_in()
    sealed, (person, cover) = browser.cookies[COOKIE], (ACCOUNTS["admin"], hub.state.cover)
    inside = json.loads(cover.lifted(SESSION, sealed))
    assert inside.keys() == {"name", "until"}
    assert inside["until"] == int(clock.now().timestamp()) + 600
    assert not any(each in json.dumps(inside) for each in (person.subject, person.nik, person.label))
    for other in (sealed[:-4] + "AAAA", "", "x", cover.put("form of keys", json.dumps(inside))):
        browser.cookies[COOKIE] = other
        assert "<table" not in (await browser.go("GET", "/admin"))[2]
    browser.cookies[COOKIE] = sealed
    assert "<table" in (await browser.go("GET", "/admin"))[2]
    clock.advance(timedelta(seconds=600))
    assert "<table" not in (await browser.go("GET", "/admin"))[2]


async def test_only_its_own_page_and_the_browser_that_began_sign_in(browser, hub, clock):
    own = {"Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await browser.go("POST", "/admin", {"do": "enter"}, **headers))[0] == 403
    _, headers, _ = await browser.go("POST", "/admin?lang=en", {"do": "enter"}, **own)
    assert "state" in parse_qs(urlsplit(headers["Location"]).query)
    _, headers, _ = await browser.go("GET", f"{headers['Location']}&as=admin")
    stranger = Browser(hub)
    status, _, page = await stranger.go("GET", headers["Location"], **{"Accept-Language": "en"})
    assert (status, "This sign-in has ended" in page, COOKIE in stranger.cookies) == (400, True, False)


async def test_what_is_away_costs_its_part_and_the_provider_the_sign_in(browser, hub, sandbox, store_url):
    sandbox.control.set("identity", "down")
    own = {"Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    status, _, page = await browser.go("POST", "/admin?lang=en", {"do": "enter"}, **own)
    assert (status, "The identity provider does not answer now" in page) == (503, True)
    sandbox.control.set("identity", "ok")
    await browser.sign_in()
    await fail(hub.state.store)
    page = (await browser.go("GET", "/admin?lang=en"))[2]
    assert ("AGENCY_CHANGED" in page, "1 of" in shown(page)) == (True, True)
    await hub.state.store.database.aclose()
    status, _, page = await browser.go("GET", "/admin?lang=en")
    assert (status, "This part cannot be read now." in page, "What agencies said" in page) == (200, True, True)


async def test_a_city_where_nobody_signs_in_has_no_such_page(configuration, clock, store_url):
    async with listening(configuration._replace(identity=None), clock, store_url=store_url) as hub:
        assert (await Browser(hub).go("GET", "/admin"))[0] == 404
