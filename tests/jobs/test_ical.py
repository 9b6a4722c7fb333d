"""The calendar of job fairs: the conformance suite, and what is particular to it."""

from datetime import UTC, datetime

import msgspec
import pytest
from aiohttp import web

from connectors.jobs.ical import FairCalendar
from connectors.kit.errors import AgencyChanged
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(FairCalendar)


@pytest.fixture
async def ask():
    async def fetch(options=None, **player_set):
        played = recording(FairCalendar, "fairs")
        played.options.update(options or {})
        async with playing(played) as player:
            for name, value in player_set.items():
                setattr(player, name, value)
            connector = connect(FairCalendar, played, player.url)
            try:
                return await connector.fairs().fetch()
            finally:
                await connector.aclose()

    return fetch


async def test_a_fair_is_what_its_event_says(ask):
    first, second = (await ask()).records
    assert (first.title, first.description, first.place) == (
        "Bursa Kerja Contoh", "Bawa CV, KTP\nGratis", "Aula Contoh Cipondoh",
    )  # fmt: skip
    assert (first.starts_at, first.ends_at) == (
        datetime(2026, 11, 30, 2, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC),
    )  # fmt: skip
    assert (first.latitude, first.longitude, first.url) == (-6.1867, 106.6822, "https://disnaker.example/bursa/1")
    assert (first.cancelled, second.cancelled) == (False, True)


async def test_the_kelurahan_is_what_the_configuration_says_of_the_place(ask):
    assert [each.kelurahan for each in (await ask()).records] == ["36.71.05.1001", None]


async def test_the_newest_change_of_an_event_is_that_of_the_calendar(ask):
    assert (await ask()).changed_at == datetime(2026, 11, 20, 3, tzinfo=UTC)


async def test_the_charset_of_the_answer_is_heeded(ask):
    text = recording(FairCalendar, "fairs")
    body = text.answer(text.exchanges[0]).text.replace("Bursa Kerja Contoh", "Bursa Caf\xe9").encode("latin-1")
    headers = {"Content-Type": "text/calendar; charset=iso-8859-1"}
    reading = await ask(always=lambda: web.Response(body=body, headers=headers))
    assert reading.records[0].title == "Bursa Caf\xe9"


async def test_a_server_that_sends_plain_text_is_read_where_the_configuration_says_so(ask):
    text = recording(FairCalendar, "fairs")
    body = text.answer(text.exchanges[0]).text
    plain = {"always": lambda: web.Response(text=body, content_type="text/plain")}
    with pytest.raises(AgencyChanged, match="text/plain, expected text/calendar"):
        await ask(**plain)
    reading = await ask({"content_type": "text/plain"}, **plain)
    assert len(reading.records) == 2


async def test_a_calendar_without_a_fair_is_no_fault(ask):
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    assert (await ask(always=lambda: web.Response(text=empty, content_type="text/calendar"))).records == ()


async def test_half_a_calendar_is_a_change_and_not_fewer_fairs(ask):
    text = recording(FairCalendar, "fairs")
    body = text.answer(text.exchanges[0]).text
    with pytest.raises(AgencyChanged, match="does not end"):
        await ask(always=lambda: web.Response(text=body[: len(body) // 2], content_type="text/calendar"))


async def test_what_a_shared_cache_keeps_of_it_is_the_same():
    played = recording(FairCalendar, "fairs")
    async with playing(played) as player:
        connector = connect(FairCalendar, played, player.url)
        asked = connector.fairs()
        records = (await asked.fetch()).records
        await connector.aclose()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(records), type=asked.type) == records
