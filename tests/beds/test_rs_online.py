"""RS Online: the conformance suite, and each quirk of the protocol by its name."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.beds.records import Beds, Room
from connectors.beds.rs_online import RsOnline
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyUnavailable
from engine.configuration.agencies_file import connect_agencies
from engine.configuration.city import City
from tests.clock import NOON
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(RsOnline)


@pytest.fixture
async def hospital(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield lambda code: agencies.with_code(Beds, code)
    await agencies.aclose()


@pytest.fixture
async def played():
    """The recording, and a connector to it."""
    async with playing(recording(RsOnline, "rooms")) as player:
        connector = connect(RsOnline, player.played, player.url)
        yield player, connector
        await connector.aclose()


async def rooms(connector):
    return (await connector.rooms().fetch()).records


async def test_a_row_becomes_a_room(played):
    _, connector = played
    reading = await connector.rooms().fetch()
    assert reading.changed_at == datetime(2026, 11, 23, 4, 20, 11, tzinfo=UTC)
    assert reading.records[0] == Room(
        code="880001",
        name="Anggrek/Dahlia",
        class_code="KL3",
        class_name="Kelas III",
        capacity=40,
        free=9,
        free_for_men=None,
        free_for_women=None,
        free_for_either=None,
        observed_at=datetime(2024, 11, 2, 1, 11, 40, tzinfo=UTC),
    )


async def test_who_asks_is_said_in_three_headers_and_none_of_them_is_logged(played):
    player, connector = played
    with capture_logs() as lines:
        await rooms(connector)
    (call,) = player.calls
    assert (call.headers["X-rs-id"], call.headers["X-pass"]) == ("9971099", "sandbox-password")
    assert call.headers["X-Timestamp"] == str(int(NOON.timestamp()))
    assert lines
    assert not [each for each in ("9971099", "sandbox-password", "X-pass") if each in str(lines)]


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        ("401", AgencyRejected),
        ("403", AgencyRejected),
        (400, AgencyRejected),
        ("500", AgencyUnavailable),
        ("503", AgencyUnavailable),
        ("200", AgencyChanged),
        ("777", AgencyChanged),
    ],
)
async def test_what_failed_stands_under_the_key_of_the_rows(played, status, raised):
    player, connector = played
    player.always = lambda: web.json_response({"fasyankes": [{"status": status, "message": "a word of theirs"}]})
    with pytest.raises(raised) as error:
        await rooms(connector)
    assert type(error.value) is raised
    assert "a word of theirs" not in str(error.value)


@pytest.mark.parametrize(
    ("option", "status", "absent"), [({}, "404", True), ({"nothing_entered": "204"}, "204", True), ({}, "204", False)]
)
async def test_no_beds_entered_is_a_status_that_may_be_configured(option, status, absent):
    whole = recording(RsOnline, "rooms")
    whole.options |= option
    async with playing(whole) as player:
        player.always = lambda: web.json_response({"fasyankes": [{"status": status, "message": "tidak ada data"}]})
        connector = connect(RsOnline, whole, player.url)
        if absent:
            assert await rooms(connector) == ()
        else:
            with pytest.raises(AgencyChanged):
                await rooms(connector)
        await connector.aclose()


async def test_a_row_that_has_a_message_too_is_still_a_row(played):
    player, connector = played
    row = player.played.exchanges[0].answer["fasyankes"][0] | {"message": "x", "status": "1"}
    player.always = lambda: web.json_response({"fasyankes": [row]})
    assert [room.code for room in await rooms(connector)] == ["880001"]


async def test_numbers_are_texts_and_slashes_are_escaped(hospital):
    found = await rooms(hospital("rs-contoh-poris"))
    assert {type(room.capacity) for room in found} == {int}
    assert found[0].name == "Anggrek/Bougenville"


async def test_rows_may_be_years_old_and_say_so(hospital):
    ages = [(NOON - room.observed_at).days for room in await rooms(hospital("rs-contoh-poris"))]
    assert ages == [0] * 4 + [750] * 7


async def test_rows_that_cannot_be_are_set_aside(hospital):
    poris = hospital("rs-contoh-poris")
    assert len(await rooms(poris)) == 11
    assert poris.findings.counts == {
        "row set aside: free: more than capacity": 1,
        "row set aside: free: less than 0": 1,
        "id_tt: a type of bed that BPJS has no class for": 1,
    }


async def test_the_ministrys_types_become_classes_of_bpjs_where_there_is_one(hospital):
    named = {room.class_name: room.class_code for room in await rooms(hospital("rs-contoh-poris"))}
    assert named == {
        "VVIP/ Super VIP": "VVP",
        "Kelas I": "KL1",
        "Kelas III": "KL3",
        "ICU Tanpa Ventilator": "ICU",
        "HCU": "HCU",
        "ICCU/ICVCU Tanpa Ventilator": "ICC",
        "NICU Tanpa Ventilator": "NIC",
        "PICU Tanpa Ventilator": "PIC",
        "Isolasi": "ISO",
        "Perinatologi": "TT-14",
        "ICU Dengan Ventilator": "ICU",
    }


async def test_the_reference_has_each_class_once_and_keeps_what_bpjs_has_not(hospital):
    reading = await hospital("rs-contoh-poris").classes().fetch()
    assert [each.code for each in reading.records] == [
        "VVP", "VIP", "KL1", "KL2", "KL3", "ICU", "HCU", "ICC", "NIC", "PIC", "ISO", "TT-14",
    ]  # fmt: skip
    assert {each.code: each.name for each in reading.records}["ICU"] == "ICU Tanpa Ventilator"


async def test_a_room_without_a_name_is_called_by_its_type(hospital):
    third = next(room for room in await rooms(hospital("rs-contoh-poris")) if room.class_code == "KL3")
    assert third.name == "Kelas III"


async def test_more_used_and_free_than_there_are_is_a_finding(played):
    player, connector = played
    row = player.played.exchanges[0].answer["fasyankes"][0] | {"terpakai": "32"}
    player.always = lambda: web.json_response({"fasyankes": [row]})
    assert [(room.capacity, room.free) for room in await rooms(connector)] == [(40, 9)]
    assert connector.findings.counts == {"jumlah is less than kosong and terpakai together": 1}


async def test_the_same_row_twice_is_one_room_and_a_finding(played):
    player, connector = played
    rows = player.played.exchanges[0].answer["fasyankes"]
    player.always = lambda: web.json_response({"fasyankes": [*rows, rows[0]]})
    assert len(await rooms(connector)) == 3
    assert connector.findings.counts == {"row repeated": 1}


async def test_moments_are_jakartas_wherever_the_city_is(configuration, clock):
    elsewhere = configuration._replace(city=City(name="Kota Contoh", code="99.71", timezone="Asia/Jayapura"))
    agencies = connect_agencies(elsewhere, clock)
    newest = (await agencies.with_code(Beds, "rs-contoh-poris").rooms().fetch()).changed_at
    await agencies.aclose()
    assert 0 < (NOON - newest).total_seconds() < 5_400 + 60
