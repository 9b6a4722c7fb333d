"""The page of keys, as a browser without scripts uses it: ask, sign in, be granted, collect; and what others may not."""

import asyncio
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from yarl import URL

from auth.caller import Audience
from tests.conftest import listening

FORM = {
    "do": "request",
    "app": "jadwal",
    "purpose": "Hours & <b>places</b>",
    "contact": "team@office.example",
    "origins": "https://a.example\nhttps://b.example",
}
GRANT = "mutation ($code: String!) { grantApiKey(code: $code) { state } }"
ASKED = "{ apiKeyRequests(state: ASKED) { nodes { code app purpose origins contact } } }"


class Browser:
    """Sends forms as a browser does, and follows them through the sign-in."""

    def __init__(self, hub):
        self.hub, self.cookie = hub, None

    async def open(self, address, **headers):
        async with self.hub.session.get(URL(address, encoded=True), headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers, await answer.text()

    async def send(self, form, account="citizen", **headers):
        """Where the form leads to, or the page where it leads nowhere."""
        sent = {"Origin": self.hub.url, "Sec-Fetch-Site": "same-origin", **headers}
        address = f"{self.hub.url}/keys?lang=en"
        async with self.hub.session.post(address, data=form, headers=sent, allow_redirects=False) as answer:
            if answer.status != 303:
                return answer.status, answer.headers, await answer.text()
            self.cookie = answer.headers["Set-Cookie"]
        _, headers, _ = await self.open(f"{answer.headers['Location']}&as={account}")
        return 303, headers, headers["Location"]

    async def done(self, form, account="citizen"):
        status, _, address = await self.send(form, account)
        assert status == 303
        return await self.open(address, Cookie=self.cookie.partition(";")[0])


@pytest.fixture
def browser(hub):
    return Browser(hub)


def shown(page):
    """The texts of a page, without its tags."""
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


async def test_a_key_is_asked_for_and_collected_without_a_script(browser, hub, headers_of):
    status, headers, page = await browser.open(f"{hub.url}/keys?lang=id")
    assert (status, headers["Content-Language"], "<script" in page) == (200, "id", False)
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Minta kunci" in shown(page)
    status, _, page = await browser.done(FORM)
    assert (status, "The request for jadwal was sent." in shown(page)) == (200, True)
    assert "Hours &amp; &lt;b&gt;places&lt;/b&gt;" in page
    (asked,) = (await hub.ask(ASKED, **headers_of(Audience.ADMIN)))["data"]["apiKeyRequests"]["nodes"]
    code = asked.pop("code")
    assert asked == {
        "app": "jadwal",
        "purpose": FORM["purpose"],
        "origins": ["https://a.example", "https://b.example"],
        "contact": FORM["contact"],
    }
    await hub.ask(GRANT, {"code": code}, **headers_of(Audience.ADMIN))
    _, _, page = await browser.done({"do": "list"})
    assert f'name="code" value="{code}"' in page
    _, headers, page = await browser.done({"do": "collect", "code": code})
    key = re.search(r"simpul_[\w-]{43}", page)[0]
    assert ("It is shown only now" in shown(page), headers.get("Content-Encoding")) == (True, None)
    ends = "valid until 23 November 2027 · pages of https://a.example, https://b.example"
    assert f"Quota: 3,000,000 units a minute · {ends}" in shown(page)
    command = re.search(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)[1]
    process = await asyncio.create_subprocess_shell(unescape(command), stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    answer = json.loads(said)["data"]["app"]
    assert answer == {"code": "jadwal", "quota": 3_000_000, "spentThisMinute": answer["spentThisMinute"]}
    assert f"-H 'x-api-key: {key}'" in unescape(command)
    (own,) = (await hub.ask("{ app { keys { nodes { code } } } }", **{"x-api-key": key}))["data"]["app"]["keys"][
        "nodes"
    ]
    assert f"If it is lost, replace it by its code, {own['code']} ." in " ".join(shown(page).split())
    status, _, page = await browser.done({"do": "collect", "code": code})
    assert (status, "simpul_" in page, "collected already" in page) == (400, False, True)
    status, _, page = await browser.done({"do": "collect", "code": code}, account="neighbour")
    assert (status, "There is no request for a key with this code." in page) == (400, True)


async def test_what_makes_no_sense_is_said_beside_the_form_that_keeps_what_was_filled_in(browser):
    status, _, page = await browser.done(FORM | {"app": "Not A Code"})
    assert (status, "lower-case words joined by dashes" in page) == (400, True)
    assert 'value="Not A Code"' in page
    assert 'value="team@office.example"' in page
    assert "Code of the app: lower-case" in shown(page)
    assert re.findall(r'id="(\w+)"[^>]* aria-invalid="true"', page) == ["app"]
    for name, wrong in {"purpose": " ", "contact": "nobody", "origins": "https://a.example/path"}.items():
        status, _, page = await browser.done(FORM | {name: wrong})
        assert (status, re.findall(r'id="(\w+)"[^>]* aria-invalid="true"', page)) == (400, [name])


async def test_origins_are_taken_as_people_write_them(browser, hub, headers_of):
    await browser.done(FORM | {"origins": "HTTPS://App.example/, http://127.0.0.1:5173/ \n\n https://app.example"})
    (asked,) = (await hub.ask(ASKED, **headers_of(Audience.ADMIN)))["data"]["apiKeyRequests"]["nodes"]
    assert asked["origins"] == ["https://app.example", "http://127.0.0.1:5173"]


async def test_only_its_own_page_sends_the_form_and_only_the_browser_that_began_comes_back(browser, hub, clock):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await browser.send(FORM, **headers))[0] == 403
    assert (await browser.send("x" * 20_000))[0] == 415
    assert (await browser.send(FORM | {"other": "x"}))[0] == 400
    assert (await browser.send({"app": "a" * 20_000}))[0] == 413
    _, _, address = await browser.send(FORM)
    cookie = browser.cookie.partition(";")[0]
    assert "HttpOnly" in browser.cookie
    assert "SameSite=lax" in browser.cookie
    for tried in ({}, {"Cookie": "simpul-keys=other"}):
        status, _, page = await browser.open(address, **{"Accept-Language": "en"}, **tried)
        assert (status, "This sign-in has ended" in page) == (400, True)
    asked = parse_qs(urlsplit(address).query)
    assert "team" not in asked["state"][0]
    changed = address.replace(asked["state"][0], asked["state"][0][:-8] + "AAAAAAAA")
    assert (await browser.open(changed, Cookie=cookie))[0] == 400
    assert (await browser.open(address, Cookie=cookie))[0] == 200
    assert (await browser.open(address, Cookie=cookie))[0] == 400  # the code was used
    _, _, address = await browser.send(FORM)
    clock.advance(timedelta(minutes=10))
    assert (await browser.open(address, Cookie=browser.cookie.partition(";")[0]))[0] == 400


async def test_while_the_provider_is_away_the_page_says_so(browser, sandbox):
    sandbox.control.set("identity", "down")
    status, _, page = await browser.send(FORM)
    assert (status, "The identity provider does not answer now" in page) == (503, True)
    assert 'value="jadwal"' in page


async def test_a_city_where_nobody_signs_in_has_no_such_page(configuration, clock, store_url):
    async with listening(configuration._replace(identity=None), clock, store_url=store_url) as hub:
        assert (await Browser(hub).open(f"{hub.url}/keys"))[0] == 404
