"""Rooms without a date, odd values and odd wrappings: what they cost is one room, or one hospital, and never the city."""

from datetime import timedelta

import pytest
from aiohttp import web

from connectors.beds.aplicares import Aplicares
from connectors.beds.mapped_rest import MappedRest
from connectors.beds.rs_online import RsOnline
from connectors.kit.errors import AgencyChanged
from sandbox.beds import aplicares
from tests.mutation import ODD, shown
from tests.playback import connect, playing, recording

DATE = {Aplicares: "lastupdate", RsOnline: "tglupdate", MappedRest: "waktu"}
NO_DATES = (
    None, "", " ", "0000-00-00 00:00:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31 23:59:59",
    "9999-12-31T23:59:59-05:00", "-0001-11-30 00:00:00", "0000-00-00", "kemarin", 0, [], {}, True,
)  # fmt: skip
PINANG = "rs-contoh-pinang"
OF_P = {PINANG, "rs-contoh-periuk", "rs-contoh-poris"}
ROOMS = """{ hospital(code: "rs-contoh-pinang") { beds { capacity free stale staleRooms observedAt
  rooms(first: 100) { totalCount nodes { code capacity free lastFree stale observedAt } }
  classes(first: 100) { nodes { bedClass { code } rooms free staleRooms observedAt } } } } }"""
FREE = """{ hospitals(name: "Contoh P", minFree: 1, first: 100) { nodes { code beds { free } }
  unavailable { agency problem } } }"""


async def answer_of(kind, played, body, media="application/json", **agency):
    """The rooms, and the findings."""
    async with playing(played) as player:
        player.always = lambda: web.Response(body=body, headers={"Content-Type": media})
        connector = connect(kind, played, player.url, **agency)
        try:
            return (await connector.rooms().fetch()).records, connector.findings.counts
        finally:
            await connector.aclose()


def body_of(played, **first):
    """The recorded answer as it goes over the wire, with these values in its first row."""

    def changed(rows):
        rows[0] = {key: value for key, value in (rows[0] | first).items() if value is not ...}
        return rows

    damaged = played.damaged(changed)
    return damaged.answer(damaged.exchanges[0]).body


@pytest.mark.parametrize("kind", DATE)
@pytest.mark.parametrize("moment_format", [None, "%Y-%m-%d %H:%M:%S"])
async def test_a_room_without_a_date_is_a_room_of_unknown_age(kind, moment_format):
    played = recording(kind, "rooms")
    if kind is MappedRest:
        played.options["moment_format"] = moment_format
        played = played.damaged(lambda rows: [each | {"waktu": "2026-11-23 11:20:00"} for each in rows])
    whole, none = await answer_of(kind, played, body_of(played))
    assert none == {}
    for sent in (*NO_DATES, ...):
        rooms, findings = await answer_of(kind, played, body_of(played, **{DATE[kind]: sent}))
        assert rooms[0].observed_at is None, sent
        assert [(each.code, each.free) for each in rooms] == [(each.code, each.free) for each in whole], sent
        assert rooms[1:] == whole[1:], sent
        assert list(findings.values()) == [1], sent
        assert "unknown" in str(findings), sent


async def test_a_room_of_more_beds_than_there_can_be_is_set_aside():
    played = recording(Aplicares, "rooms")
    rooms, findings = await answer_of(Aplicares, played, body_of(played, kapasitas=2**31 - 1, tersedia=2**31 - 1))
    assert len(rooms) == 2
    assert findings == {
        "row set aside: capacity: not between 0 and 10000": 1,
        "tersedia is not the sum of its parts": 1,
    }


@pytest.mark.parametrize("kind", DATE)
async def test_a_byte_order_mark_before_the_json_is_no_fault(kind):
    played = recording(kind, "rooms")
    rooms, _ = await answer_of(kind, played, b"\xef\xbb\xbf" + body_of(played))
    assert (rooms, {}) == await answer_of(kind, played, body_of(played))


@pytest.mark.parametrize("media", ["text/html; charset=UTF-8", "text/plain"])
async def test_json_may_be_called_otherwise_where_the_agencys_entry_says_so(media):
    played = recording(Aplicares, "rooms")
    with pytest.raises(AgencyChanged):
        await answer_of(Aplicares, played, body_of(played), media)
    rooms, _ = await answer_of(Aplicares, played, body_of(played), media, accepts=("text/html", "text/plain"))
    assert len(rooms) == 3


@pytest.mark.parametrize("media", ["text/html; charset=UTF-8", "text/plain", "application/json"])
async def test_a_hospitals_own_json_is_json_whatever_php_calls_it_and_a_page_is_none(media):
    played = recording(MappedRest, "rooms")
    rooms, _ = await answer_of(MappedRest, played, body_of(played), media)
    assert len(rooms) == 2
    with pytest.raises(AgencyChanged, match="not JSON"):
        await answer_of(MappedRest, played, b"<html><h1>Sedang pemeliharaan</h1></html>", media)


@pytest.fixture
def say(monkeypatch):
    """Let the hospital in Pinang say this of its second room."""
    made = aplicares.rows

    def rows(hospital, now, **said):
        found = made(hospital, now)
        if hospital.code == PINANG:
            found[1] |= said
        return found

    return lambda **said: monkeypatch.setattr(aplicares, "rows", lambda hospital, now: rows(hospital, now, **said))


async def test_it_counts_as_a_bed_and_not_as_a_free_one(hub, say, clock):
    before = (await hub.data(ROOMS))["hospital"]["beds"]
    say(lastupdate="0000-00-00 00:00:00", koderuang="TANPA", kodekelas="KL1")
    clock.advance(timedelta(hours=13))
    after = (await hub.data(ROOMS))["hospital"]["beds"]
    (room,) = [each for each in after["rooms"]["nodes"] if each["code"] == "TANPA"]
    (count,) = [each for each in after["classes"]["nodes"] if each["staleRooms"]]
    assert room == {
        "code": "TANPA",
        "capacity": room["capacity"],
        "free": None,
        "lastFree": room["lastFree"],
        "stale": True,
        "observedAt": None,
    }
    assert room["lastFree"] > 0
    assert (count["bedClass"], count["staleRooms"]) == ({"code": "KL1"}, 1)
    assert (after["capacity"], after["rooms"]["totalCount"]) == (before["capacity"], before["rooms"]["totalCount"])
    assert (after["free"], after["stale"], after["staleRooms"]) == (before["free"] - room["lastFree"], False, 1)
    assert after["observedAt"] is not None


async def test_a_hospital_that_dates_nothing_has_beds_and_nobody_knows_which_are_free(hub, monkeypatch):
    made = aplicares.rows
    undated = {"lastupdate": None, "kodekelas": "KL1"}
    monkeypatch.setattr(aplicares, "rows", lambda *asked: [each | undated for each in made(*asked)])
    beds = (await hub.data(ROOMS))["hospital"]["beds"]
    assert beds["capacity"] > 0
    assert (beds["free"], beds["stale"], beds["observedAt"]) == (None, True, None)
    (only,) = beds["classes"]["nodes"]
    assert (only["free"], only["observedAt"], only["rooms"]) == (None, None, only["staleRooms"])


@pytest.mark.parametrize("key", ["lastupdate", "tersedia", "kapasitas", "tersediapria", "namaruang", "kodekelas"])
async def test_one_hospitals_odd_answer_is_its_own(hub, say, clock, key):
    for odd in ODD:
        say(**{key: odd})
        clock.advance(timedelta(hours=13))
        answer = await hub.ask(FREE)
        assert "errors" not in answer, f"{key} {shown(odd)}: {answer['errors']}"
        found = answer["data"]["hospitals"]
        silent = {each["agency"]: each["problem"] for each in found["unavailable"]}
        assert {each["code"] for each in found["nodes"]} | silent.keys() == OF_P, shown(odd)
        assert silent in ({}, {PINANG: "AGENCY_CHANGED"}), shown(odd)
        assert all(each["beds"]["free"] > 0 for each in found["nodes"]), shown(odd)
