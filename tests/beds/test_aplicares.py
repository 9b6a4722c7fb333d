"""Aplicares: the conformance suite, and each quirk of the protocol by its name, against the sandbox."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.beds.aplicares import Aplicares
from connectors.beds.records import Beds, Room
from connectors.kit.errors import AgencyRejected
from engine.configuration.agencies_file import connect_agencies
from tests.clock import NOON
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Aplicares)

WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
async def agencies(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies
    await agencies.aclose()


@pytest.fixture
def hospital(agencies):
    return lambda code: agencies.with_code(Beds, code)


async def rooms(connector):
    return (await connector.rooms().fetch()).records


async def test_a_row_becomes_a_room():
    async with playing(recording(Aplicares, "rooms")) as player:
        connector = connect(Aplicares, player.played, player.url)
        reading = await connector.rooms().fetch()
        await connector.aclose()
    assert reading.changed_at == datetime(2026, 11, 23, 11, 20, 11, tzinfo=WIB)
    assert reading.fetched_at == NOON
    assert reading.records[0] == Room(
        code="MLT2",
        name="Ruang Melati 2",
        class_code="KL2",
        class_name="KELAS II",
        capacity=12,
        free=4,
        free_for_men=0,
        free_for_women=0,
        free_for_either=4,
        observed_at=datetime(2026, 11, 23, 11, 20, 11, tzinfo=WIB),
    )


async def test_the_code_may_be_a_number_or_a_text(hospital, sandbox):
    assert len(await rooms(hospital("rsud-contoh-tangerang"))) == 20
    assert len(await rooms(hospital("rs-contoh-cipondoh"))) == 14


async def test_numbers_come_as_text_in_some_rows_and_as_numbers_in_others():
    async with playing(recording(Aplicares, "rooms")) as player:
        connector = connect(Aplicares, player.played, player.url)
        assert [(room.capacity, room.free) for room in await rooms(connector)] == [(12, 4), (8, 0), (20, 7)]
        await connector.aclose()


async def test_rows_that_cannot_be_are_set_aside(hospital):
    karawaci = hospital("rs-contoh-karawaci")
    assert len(await rooms(karawaci)) == 10
    assert karawaci.findings.counts == {
        "row set aside: free: less than 0": 1,
        "row set aside: free: more than capacity": 1,
    }


async def test_a_split_that_contradicts_the_total_is_not_shown(hospital):
    pinang = hospital("rs-contoh-pinang")
    first = (await rooms(pinang))[0]
    assert (first.capacity, first.free) == (12, 4)
    assert (first.free_for_men, first.free_for_women, first.free_for_either) == (None, None, None)
    assert pinang.findings.counts == {"tersedia is not the sum of its parts": 1}


async def test_the_same_room_stands_once_in_each_of_its_classes(hospital):
    found = await rooms(hospital("rsud-contoh-tangerang"))
    assert len({room.code for room in found}) == 10
    assert len({(room.class_code, room.code) for room in found}) == 20


async def test_a_row_that_comes_again_on_the_next_page_counts_once(hospital, sandbox):
    ciledug = hospital("rs-contoh-ciledug")
    assert len(await rooms(ciledug)) == 140
    assert ciledug.findings.counts == {"row repeated": 1}
    assert sandbox.control.calls("rs-contoh-ciledug") == {"bed/read/1/100": 1, "bed/read/101/100": 1}


async def test_without_a_total_a_full_page_is_followed_to_its_end(hospital, sandbox):
    assert len(await rooms(hospital("rs-contoh-neglasari"))) == 100
    assert sandbox.control.calls("rs-contoh-neglasari") == {"bed/read/1/100": 1, "bed/read/101/100": 1}


async def test_a_total_ends_the_reading_without_one_more_call(hospital, sandbox):
    await rooms(hospital("rsud-contoh-tangerang"))
    assert sandbox.control.calls("rsud-contoh-tangerang") == {"bed/read/1/100": 1}


async def test_a_service_that_sends_the_same_page_again_does_not_turn_us_in_circles():
    played = recording(Aplicares, "rooms")
    del played.exchanges[0].answer["metadata"]["totalitems"]
    played.options["page_size"] = 3
    for start in (1, 4):
        played.exchanges.append(
            type(played.exchanges[0])("GET", f"/rest/bed/read/9901R099/{start}/3", played.exchanges[0].answer)
        )
    async with playing(played) as player:
        connector = connect(Aplicares, played, player.url)
        assert len(await rooms(connector)) == 3
        assert player.hits == 2
        await connector.aclose()


async def test_start_may_count_pages():
    played = recording(Aplicares, "rooms")
    rows = played.exchanges[0].answer["response"]["list"]
    played.options |= {"page_size": 2, "start": "page"}
    played.exchanges = [
        type(played.exchanges[0])(
            "GET",
            f"/rest/bed/read/9901R099/{number}/2",
            {"metadata": {"code": 1, "totalitems": 3}, "response": {"list": page}},
        )
        for number, page in ((1, rows[:2]), (2, rows[2:]))
    ]
    async with playing(played) as player:
        connector = connect(Aplicares, played, player.url)
        assert len(await rooms(connector)) == 3
        assert player.hits == 2
        await connector.aclose()


async def test_lastupdate_has_no_zone_and_is_local_time(hospital):
    found = await rooms(hospital("rsud-contoh-tangerang"))
    assert all(room.observed_at.utcoffset() == timedelta(0) for room in found)
    assert all(timedelta(minutes=3) <= NOON - room.observed_at <= timedelta(minutes=91) for room in found)


async def test_rows_may_be_years_old_and_say_so(hospital):
    found = await rooms(hospital("rs-contoh-benda"))
    assert {(NOON - room.observed_at).days for room in found} == {1100}


async def test_keys_are_read_in_any_case(hospital):
    periuk = hospital("rs-contoh-periuk")
    assert len(await rooms(periuk)) == 8
    assert periuk.findings.counts == {}


async def test_no_rooms_is_code_0_and_no_list(hospital):
    assert await rooms(hospital("rs-contoh-jatiuwung")) == ()


async def test_the_classes_come_from_the_reference(hospital):
    reading = await hospital("rs-contoh-pinang").classes().fetch()
    assert [each.code for each in reading.records] == [
        "NON", "VVP", "VIP", "KL1", "KL2", "KL3", "ICU", "ICC", "NIC", "PIC", "HCU", "ISO",
    ]  # fmt: skip


async def test_a_clock_that_is_ten_minutes_off_is_refused(hospital, clock, sandbox):
    pinang = hospital("rs-contoh-pinang")
    pinang._http._signer._clock = type(clock)(NOON - timedelta(minutes=10))
    with pytest.raises(AgencyRejected):
        await rooms(pinang)
    assert sandbox.control.hits("rs-contoh-pinang") == 1
