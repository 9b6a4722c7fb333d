"""`/status` for people, `/status.json` for programs, `/status.atom` for readers of feeds: of one board, asking nobody."""

import asyncio
import io
import re
from datetime import timedelta

import feedparser
import pytest

from auth.caller import Audience
from connectors.kit.health import Condition
from store.kit import recent
from store.kit.copies import Copies
from store.kit.database import StoreBroken
from store.quality.scorecards import Scorecards
from tests.clock import NOON
from tests.conftest import AGENCIES
from tests.pages.html import Page
from tests.profiles import CITY_NAME
from tests.schema.documents import DOCUMENTS
from tests.status.health import CAUSE, is_now
from tests.status.test_agencies import watcher

BAPENDA = {
    "id": "Pajak: sistem Bapenda Contoh tidak menjawab sejak 09.10; data pukul 08.55.",
    "en": "Taxes: the system of Bapenda Contoh does not answer since 09:10; data as of 08:55.",
}
WENT = NOON - timedelta(hours=2, minutes=50)


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(recent, "KNOWN_FOR", 0.0)


@pytest.fixture
def later(clock):
    """When a board is no longer kept."""
    return lambda: clock.advance(timedelta(seconds=3))


async def got(hub, path, status=200, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with hub.session.get(f"{hub.url}{path}", headers=sent) as response:
        assert response.status == status, await response.text()
        return response, await response.text()


def ill(hub):
    """One tax office is down since ten past nine."""
    is_now(hub, "bapenda", Condition.DOWN, since=WENT, last=NOON - timedelta(hours=3, minutes=5))
    is_now(hub, "sp2kp", Condition.UP)


async def test_people_read_it_in_both_languages_without_a_script_and_no_agency_is_asked(hub, sandbox):
    ill(hub)
    asked = sandbox.control.all_hits()
    pages = {}
    for path, accepted, language in [("/status", "", "id"), ("/status", "en", "en"), ("/status?lang=en", "id", "en")]:
        response, text = await got(hub, path, accept_language=accepted)
        assert (response.headers["content-language"], response.content_type) == (language, "text/html")
        seen = pages[language] = Page(text)
        assert seen.faults == []
        title, _, sentence = BAPENDA[language].partition(": ")
        assert title in seen.said
        assert sentence[0].upper() + sentence[1:] in seen.said
        assert ("html", {"lang": language}) in seen.elements
        assert all(each.startswith(("/", "#content", "mailto:")) for each in seen.links)
        assert f"style-src {seen.policy}" in response.headers["content-security-policy"]
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert CAUSE not in text
    headings = [tag for tag, _ in pages["id"].elements if tag in {"h1", "h2", "h3"}]
    assert headings[:3] == ["h1", "h2", "h3"]  # the subject that is ill stands first
    for path in ("/status.json", "/status.atom"):
        await got(hub, path)
    assert sandbox.control.all_hits() == asked


async def test_programs_read_all_of_it_and_nothing_internal(hub):
    ill(hub)
    response, _ = await got(hub, "/status.json")
    told = await response.json()
    assert (told["city"], told["at"], told["storeAnswers"]) == (CITY_NAME, "2026-11-23T05:00:00Z", True)
    assert {each["code"] for each in told["agencies"]} == set(AGENCIES)
    (bapenda,) = (each for each in told["agencies"] if each["code"] == "bapenda")
    assert bapenda == {
        "code": "bapenda",
        "name": "Bapenda Contoh",
        "domain": "tax",
        "state": "DOWN",
        "since": "2026-11-23T02:10:00Z",
        "lastSuccess": "2026-11-23T01:55:00Z",
        "lag": 11100,
        "plannedMaintenance": None,
        "expectedRecovery": None,
    }
    sentences = {each["domain"]: each["sentence"] for each in told["domains"]}
    assert sentences["tax"] == BAPENDA
    assert sentences["prices"] == {
        "id": "Harga pasar: semua sistem menjawab.",
        "en": "Market prices: all systems answer.",
    }
    assert sentences["complaints"]["id"] == ("Pengaduan: belum ada sistem yang ditanya sejak simpul ini dijalankan.")
    assert {each["domain"] for each in told["domains"]} == {each["domain"] for each in told["agencies"]}
    assert all(each["title"]["id"] != each["domain"] for each in told["domains"])  # each has its own words


async def test_a_feed_tells_what_went_came_back_and_is_announced_under_ids_that_stay(hub, headers_of, clock, later):
    async def entries():
        later()
        _, text = await got(hub, "/status.atom?lang=en")
        feed = feedparser.parse(io.BytesIO(text.encode()))
        assert (feed.bozo, feed.version, feed.feed.title) == (False, "atom10", f"Status of services, {CITY_NAME}")
        assert len({each.id for each in feed.entries}) == len(feed.entries)
        return {(each.tags[0].term, each.title): (each.id, each.updated) for each in feed.entries}

    assert await entries() == {}
    ill(hub)
    await watcher(hub).round()
    first = await entries()
    gone = ("gone", "Bapenda Contoh does not answer")
    assert list(first) == [gone]
    assert first[gone][1] == "2026-11-23T02:10:00+00:00"
    assert "Bapenda Contoh does not answer since 23 Nov, 09:10." in (await got(hub, "/status.atom?lang=en"))[1]
    is_now(hub, "bapenda", Condition.UP, since=clock.now())
    await watcher(hub).round()
    admin = headers_of(Audience.ADMIN)
    given = {
        "agency": "sp2kp",
        "startsAt": "2026-11-24T00:00:00+07:00",
        "endsAt": "2026-11-24T04:00:00+07:00",
        "indonesian": "Pindah <pusat> data & lain",
        "english": "Move of the <data> centre & more",
    }
    made = (await hub.ask(DOCUMENTS["announce-maintenance"].text, given, **admin))["data"]["announceMaintenance"]
    second = await entries()
    back, planned = ("back", "Bapenda Contoh answers again"), ("maintenance", "Maintenance of SP2KP Contoh")
    assert set(second) == {gone, back, planned}
    assert second[gone] == first[gone]
    await hub.ask(DOCUMENTS["withdraw-announcement"].text, {"code": made["code"]}, **admin)
    third = await entries()
    withdrawn = ("maintenance", "Withdrawn: Maintenance of SP2KP Contoh")
    assert set(third) == {gone, back, withdrawn}
    assert third[withdrawn][0] == second[planned][0]
    assert third[withdrawn][1] > second[planned][1]
    assert third[back] == second[back]


async def test_announcements_stand_on_the_page_and_in_the_sentence(hub, headers_of, later):
    ill(hub)
    given = {
        "agency": "bapenda",
        "at": "2026-11-23T14:00:00+07:00",
        "indonesian": "Listrik <padam>",
        "english": "Power",
    }
    await hub.ask(DOCUMENTS["announce-recovery"].text, given, **headers_of(Audience.ADMIN))
    words = Page((await got(hub, "/status"))[1]).said
    assert "Bapenda Contoh: Listrik <padam>" in words
    assert "Diperkirakan menjawab lagi 14.00" in words
    assert "data pukul 08.55; diperkirakan pulih 14.00." in words
    told = await (await got(hub, "/status.json"))[0].json()
    assert [each["text"] for each in told["announcements"]] == [{"id": "Listrik <padam>", "en": "Power"}]
    is_now(hub, "bapenda", Condition.UP)
    later()
    (bapenda,) = (each for each in (await (await got(hub, "/status.json"))[0].json())["agencies"] if each["code"] == "bapenda")  # fmt: skip
    assert bapenda["expectedRecovery"] is None  # it answers


async def test_the_board_is_read_once_for_many_who_ask_and_the_store_may_be_out_of_order(hub, monkeypatch, later):
    reads = []

    async def broken(self):
        reads.append(1)
        raise StoreBroken("x")

    monkeypatch.setattr(Copies, "recent", broken)
    ill(hub)
    answers = await asyncio.gather(*(got(hub, "/status?lang=id") for _ in range(50)))
    assert len({text for _, text in answers}) == len(reads) == 1
    words = Page(answers[0][1]).said
    assert "Basis data simpul ini sedang tidak menjawab" in words
    assert "Bapenda Contoh tidak menjawab sejak 09.10" in words
    assert (await (await got(hub, "/status.json"))[0].json())["storeAnswers"] is False
    response, text = await got(hub, "/status.atom", 503, accept_language="en")
    assert (response.headers["retry-after"], '"STORE_UNAVAILABLE"' in text) == ("60", True)
    assert len(reads) == 1
    monkeypatch.undo()
    later()
    assert (await (await got(hub, "/status.json"))[0].json())["storeAnswers"] is True


async def test_the_history_is_shown_in_bars_and_in_words(hub, later, monkeypatch):
    scores = hub.state.store.of(Scorecards)
    for days, calls, answered in [(0, 10, 10), (1, 10, 5), (29, 20, 19), (30, 10, 0)]:
        tally = scores.tally("bapenda", NOON - timedelta(days=days, minutes=5))
        tally.calls, tally.answered = calls, answered
    await scores.write()
    page = (await got(hub, "/status?lang=id"))[1]
    words = Page(page).said
    assert "30 hari: 85 % panggilan dijawab; terburuk 22 Nov: 50 %" in words  # 30 days ago is not shown
    assert "30 hari: belum ada panggilan" in words
    (bars,) = (each for each in re.findall(r"<svg.*?</svg>", page) if 'class="x"' in each)
    shown = [(each[1] or "", int(each[2]) // 4) for each in re.finditer(r'<rect(?: class="(.)")? x="(\d+)"', bars)]
    assert len(shown) == 30
    assert [each for each in shown if each[0]] == [("d", 0), ("x", 28), ("u", 29)]


async def test_what_is_not_understood_is_refused(hub):
    for path in ("/status?lang=fr", "/status.json?code=x", "/status.atom?lang="):
        response, _ = await got(hub, path, 400)
        assert (await response.json())["code"] == "BAD_REQUEST"
