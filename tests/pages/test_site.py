"""`/` and the pages behind it: what this is, what can be asked, under which terms, in both languages."""

import gzip
import json
import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from graphql import get_operation_ast, parse

from auth.caller import Audience
from engine.configuration.city import City
from engine.pages.site.frame import STYLE, Frame
from engine.pages.site.terms import AgencyTerms, terms_page
from engine.pages.site.well_known import security
from engine.pages.status_html import STYLE as STATUS_STYLE
from resolvers.registry import ABOUT, TITLES
from schema.root import build, domains_of_roots
from tests.conftest import AGENCIES, ROOT, configuration_for, listening
from tests.pages.html import Page, colours, contrast
from tests.profiles import CITY_NAME, PROFILES
from tests.schema.documents import DOCUMENTS

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PEOPLES = ("/", "/docs", "/changelog", "/terms", "/status")
LANGUAGES = ("id", "en")
PAGES = r"/(docs|changelog\?|terms|status\?|\?)"
LARGEST = 250_000
"""Bytes of a page."""
CITY = {
    "contact": "kontak@kota.example",
    "security_contact": "https://kota.example/keamanan",
    "texts": {
        "en": {"about": "Ours & <yours>.\n\nSecond.", "notice": "Closed today."},
        "id": {"terms": "Aturan <kami>.", "keys": "Datang ke loket."},
    },
}


async def got(hub, path, status=200, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with hub.session.get(f"{hub.url}{path}", headers=sent, allow_redirects=False) as response:
        body = await response.read()
        assert response.status == status, (path, body[:500])
        return response, body.decode() if not body.startswith(b"\x89PNG") else body


async def crawled(hub):
    """Every page that is reached from the first, by its address; of documents, those in English and one in Indonesian."""
    left, pages = ["/?lang=id", "/?lang=en"], {}
    while left:
        address = left.pop()
        if address in pages:
            continue
        response, text = await got(hub, address, accept=BROWSER)
        page = pages[address] = Page(text)
        assert page.faults == [], address
        assert response.headers["content-language"] == page.elements[0][1]["lang"] == address[-2:]
        assert page.policy in response.headers["content-security-policy"]
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert len(text) < LARGEST, address
        found = [each.partition("#")[0] for each in page.links if re.match(PAGES, each)]
        left += [each for each in found if not re.fullmatch(r"/docs/queries/(?!hospital-beds).*lang=id", each)]
    return pages


async def test_every_page_is_valid_in_both_languages_and_each_link_leads_to_what_it_names(hub, sandbox):
    asked = sandbox.control.all_hits()
    pages = await crawled(hub)
    assert sandbox.control.all_hits() == asked
    paths = {urlsplit(each).path for each in pages}
    shown = {
        domain
        for root, domain in domains_of_roots().items()
        if root in build(Audience.PUBLIC)._schema.query_type.fields
    }
    expected = {*PEOPLES, "/docs/first-app", "/docs/names", "/docs/queries", "/docs/shared"}
    expected |= {f"/docs/{each}" for each in shown} | {f"/docs/queries/{each}" for each in DOCUMENTS}
    assert paths == expected
    assert {urlsplit(each).query for each in pages} == {"lang=id", "lang=en"}
    others = set()
    for page in pages.values():
        for link in page.links:
            at, _, anchor = link.partition("#")
            if at in pages and anchor:
                assert anchor in pages[at].ids, link
            elif at and at not in pages and not at.startswith(("mailto:", "https://", "/docs/queries/")):
                others.add(at)
    for each in sorted(others):
        if not each.startswith("/graphql?query="):
            await got(hub, each, accept=BROWSER)
    assert {"/changelog.atom?lang=en", "/schema.graphql", "/status.json", "/graphql?lang=id"} <= others


async def test_the_first_page_says_what_can_be_asked_and_its_examples_run(hub):
    _, text = await got(hub, "/?lang=en", accept=BROWSER)
    page = Page(text)
    for domain in ("beds", "tax", "jobs", "prices", "jdih", "venues", "weather", "worship", "complaints", "regions"):
        assert TITLES[domain].en in page.said
        assert ABOUT[domain].en in page.said
    assert [each for each in build(Audience.PUBLIC)._schema.query_type.fields if each not in page.said] == []
    assert "BMKG" in page.said
    assert "© OpenStreetMap contributors" in page.said
    assert "All systems that were asked answer." in page.said
    (command,) = re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL)
    assert f"curl -s {hub.url}/graphql" in command
    query = json.loads(re.search(r"-d '(.*)'", unescape(command))[1])["query"]
    answered = await hub.data(query)
    assert answered["city"] == {"name": CITY_NAME}
    assert [each["state"] for each in answered["agencies"]["nodes"]] == ["UNKNOWN"] * 3
    (run,) = [each for each in page.links if parse_qs(urlsplit(each).query).get("query") == [query]]
    _, answer = await got(hub, run, accept=BROWSER)
    assert json.loads(answer)["data"] == answered
    runs = [each for each in page.links if each.startswith("/graphql?query=")]
    assert len(runs) == len(set(runs)) > 25
    begun = set()
    for each in runs:
        (document,) = parse_qs(urlsplit(each).query)["query"]
        root = get_operation_ast(parse(document)).selection_set.selections[0].name.value
        if domains_of_roots()[root] not in begun:
            begun.add(domains_of_roots()[root])
            _, answer = await got(hub, each, accept=BROWSER, accept_language="en")
            answer = json.loads(answer)
            assert "errors" not in answer, answer
            assert any(answer["data"].values())
    assert len(begun) > 10


async def test_the_first_app_is_the_one_of_the_documents_with_the_address_of_this_hub(hub):
    for folder, lang in (("docs", "en"), ("docs/id", "id")):
        documented = (ROOT / folder / "clients.md").read_text(encoding="utf-8")
        _, text = await got(hub, f"/docs/first-app?lang={lang}", accept=BROWSER)
        app, command = map(unescape, re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL))
        (shown,) = re.findall(r"^```html\n(.*?)^```", documented, re.DOTALL | re.MULTILINE)
        assert app == shown.replace("http://127.0.0.1:8000", hub.url).strip()
        assert f"```sh\n{command}\n```" in documented
        assert f"/keys?lang={lang}" in Page(text).links


async def test_pages_follow_the_reader_and_are_told_by_their_tags_and_compressed(hub):
    for path in PEOPLES:
        for accepted, lang, spoken in [("", "", "id"), ("en-GB", "", "en"), ("en", "?lang=id", "id"), ("id", "?lang=en", "en"), ("en", "?lang=xx&utm_source=a", "en")]:  # fmt: skip
            if path == "/status" and "xx" in lang:
                continue
            response, _ = await got(hub, path + lang, accept_language=accepted)
            assert response.headers["content-language"] == spoken
            assert "accept-language" in response.headers["vary"].lower()
    for path in ("/", "/docs/beds", "/docs/queries/hospital-beds", "/changelog", "/changelog.atom", "/terms", "/robots.txt", "/favicon.svg"):  # fmt: skip
        response, text = await got(hub, path, accept_language="en")
        tag = response.headers["etag"]
        assert re.fullmatch(r"public, max-age=\d+", response.headers["cache-control"])
        again, nothing = await got(hub, path, 304, accept_language="en", if_none_match=tag)
        assert (again.headers["etag"], nothing) == (tag, "")
        await got(hub, path, accept_language="en", if_none_match='"another"')
        if len(text) > 1_000:
            async with hub.session.get(f"{hub.url}{path}?lang=en", auto_decompress=False, headers={"accept-encoding": "gzip"}) as packed:  # fmt: skip
                assert packed.headers["content-encoding"] == "gzip"
                assert gzip.decompress(await packed.read()).decode() == text
        async with hub.session.head(f"{hub.url}{path}") as head:
            assert (head.status, await head.read()) == (200, b"")


async def test_another_city_says_what_it_is_in_its_own_words_and_they_are_escaped(sandbox, clock, tmp_path):
    configuration = configuration_for(sandbox, tmp_path, city=PROFILES[1])
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    city = msgspec.structs.replace(configuration.city, name="Kabupaten <Contoh>", logo=str(logo), **CITY)
    async with listening(configuration._replace(city=city), clock, public_url="https://api.kota.example") as hub:
        home = {each: Page((await got(hub, f"/?lang={each}"))[1]) for each in LANGUAGES}
        assert "Ours & <yours>. Second." in home["en"].said
        assert "Closed today." in home["en"].said
        assert "Datang ke loket." in home["id"].said
        assert "Ours" not in home["id"].said  # what this is, each page says in its own language
        for language, page in home.items():
            assert page.faults == []
            assert ("div", {"lang": "en"}) in page.elements  # the notice is in English only
            assert ("div", {"lang": "id"}) in page.elements
            assert page.elements[0][1]["lang"] == language
            assert "mailto:kontak@kota.example" in page.links
            assert ("img", {"src": "/logo", "alt": ""}) in page.elements
            assert "Kabupaten <Contoh>" in page.said
            assert "curl -s https://api.kota.example/graphql" in page.said
            (bill,) = (each for each in page.links if "BillStatus" in each)
            assert parse_qs(urlsplit(bill).query)["variables"] == ['{"nop":"99.07-010.999-002.0001-0"}']
            assert CITY_NAME.split()[-1] not in page.text
        assert "Aturan <kami>." in Page((await got(hub, "/terms?lang=id"))[1]).said
        response, drawn = await got(hub, "/logo")
        assert (response.content_type, drawn) == ("image/svg+xml", logo.read_text())
        assert "sandbox" in response.headers["content-security-policy"]
        _, told = await got(hub, "/.well-known/security.txt")
        assert told.splitlines() == [
            "Contact: https://kota.example/keamanan",
            "Expires: 2027-05-01T00:00:00Z",
            "Preferred-Languages: id, en",
            "Canonical: https://api.kota.example/.well-known/security.txt",
        ]


async def test_programs_find_what_they_look_for(hub):
    _, robots = await got(hub, "/robots.txt")
    assert robots.splitlines()[:2] == ["User-agent: *", "Disallow: /graphql"]
    assert not re.search(r"Disallow: /(docs|terms|changelog|status)?$", robots, re.MULTILINE)
    _, told = await got(hub, "/.well-known/security.txt")
    assert told.splitlines()[0] == "Contact: mailto:keamanan@kota.example"
    assert told.splitlines()[3] == f"Canonical: {hub.url}/.well-known/security.txt"
    await got(hub, "/logo", 404)
    response, _ = await got(hub, "/favicon.ico", 308)
    assert response.headers["location"] == "/favicon.svg"
    assert (await got(hub, "/favicon.svg"))[0].content_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("given", "today", "told"),
    [
        ({"contact": "a@kota.example"}, date(2026, 11, 30), ("mailto:a@kota.example", "2027-05-01")),
        ({"security_contact": "https://kota.example/x"}, date(2026, 6, 1), ("https://kota.example/x", "2026-12-01")),
        ({"contact": "a@kota.example", "security_contact": "b@kota.example"}, date(2026, 7, 31), ("mailto:b@kota.example", "2027-01-01")),
        ({}, date(2026, 7, 31), None),
    ],
)  # fmt: skip
def test_a_security_file_ends_in_half_a_year_and_a_city_without_contact_has_none(given, today, told):
    city = City(name="Kota Contoh", code="99.71", timezone="Asia/Jakarta", **given)
    found = security(city, "https://api.kota.example", today)
    if told is None:
        assert found is None
    else:
        contact, expires = told
        assert found.splitlines()[:2] == [f"Contact: {contact}", f"Expires: {expires}T00:00:00Z"]


async def test_the_terms_name_every_system_and_its_attribution(hub):
    for language in LANGUAGES:
        page = Page((await got(hub, f"/terms?lang={language}"))[1])
        rows = [given for tag, given in page.elements if tag == "tr"]
        assert len(rows) == len(AGENCIES) + 1
        assert "ODbL 1.0" in page.said
        assert ("180 hari" if language == "id" else "180 days") in page.said


def test_what_is_written_can_be_read_by_day_and_by_night():
    for style in (STYLE, STYLE + STATUS_STYLE):
        for light in colours(style):
            for ground in ("ground", "card", "code"):
                for text in ("text", "quiet", "link", "warning", *(each for each in ("up", "degraded", "down", "unknown") if each in light)):  # fmt: skip
                    assert contrast(light[text], light[ground]) >= 4.5, (text, ground)
            assert contrast(light["on-button"], light["button"]) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_each_domain_with_a_title_says_what_can_be_asked_of_it():
    assert ABOUT.keys() == TITLES.keys()


def test_a_city_with_terms_elsewhere_has_a_link_instead_of_these_and_still_names_its_sources():
    city = City(name="Kabupaten <Contoh>", code="99.01", timezone="Asia/Jakarta", terms_url="https://kota.example/s&k")
    systems = [AgencyTerms("Sistem <A>", "tax", None, "© Contoh & <lain>")]
    for language, own in (
        ("id", "Ketentuan Kabupaten <Contoh> ada di"),
        ("en", "The terms of Kabupaten <Contoh> are at"),
    ):
        frame = Frame(city)
        page = Page(frame.page(terms_page(frame, systems, TITLES, language), "/terms", language))
        assert page.faults == []
        assert own in page.said
        assert "https://kota.example/s&k" in page.links
        assert "Sistem <A>" in page.said
        assert "© Contoh & <lain>" in page.said
        assert "simpul-cost" not in page.said
        ours = Frame(msgspec.structs.replace(city, terms_url=None))
        page = Page(ours.page(terms_page(ours, systems, TITLES, language), "/terms", language))
        assert "simpul-cost" in page.said
        assert "Kabupaten <Contoh> atau instansinya" in page.said or "Kabupaten <Contoh> or an agency" in page.said
