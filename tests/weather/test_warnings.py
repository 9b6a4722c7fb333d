"""Warnings in the graph: which are in force, where, and above all whether they could be checked."""

import asyncio
from datetime import timedelta

import pytest

from tests.conftest import configuration_for, listening

AGENCY = "bmkg-peringatan"
QUERY = """query($kecamatan: RegionCode) { weatherWarnings(kecamatan: $kecamatan) {
  code status statement checked checkedAt
  warnings { totalCount nodes {
    id code language event headline severity urgency certainty startsAt endsAt started everywhere
    kecamatan { nodes { name } } kelurahan { totalCount } attribution source { agency state } } }
  sources { nodes { agency state problem } }
} }"""
UNCHECKED = "Peringatan untuk Kota Tangerang tidak dapat diperiksa saat ini."


async def ask(hub, kecamatan=None, **headers):
    """What is known, and the codes of errors by their paths."""
    answer = await hub.ask(QUERY, {"kecamatan": kecamatan}, **headers)
    errors = {".".join(map(str, each["path"])): each["extensions"]["code"] for each in answer.get("errors", ())}
    return answer["data"]["weatherWarnings"], errors


def numbers(check):
    """The ends of the messages' codes."""
    return [each["code"][-3:] for each in check["warnings"]["nodes"]]


async def test_a_warning_in_force_is_told_with_the_kecamatan_that_it_touches(hub, sandbox):
    check, errors = await ask(hub)
    (warning,) = check["warnings"]["nodes"]
    assert errors == {}
    assert warning.pop("id")
    assert warning == {
        "code": "bmkg-peringatan/2.49.0.1.360.0.CBT2026112312001",
        "language": "id",
        "event": "Hujan Lebat dan Petir",
        "headline": "Hujan Lebat disertai Petir di Banten",
        "severity": "MODERATE",
        "urgency": "IMMEDIATE",
        "certainty": "OBSERVED",
        "startsAt": "2026-11-23T05:00:00+00:00",
        "endsAt": "2026-11-23T07:00:00+00:00",
        "started": True,
        "everywhere": False,
        "kecamatan": {"nodes": [{"name": "Benda"}, {"name": "Neglasari"}]},
        "kelurahan": warning["kelurahan"],
        "attribution": "BMKG",
        "source": {"agency": AGENCY, "state": "LIVE"},
    }
    assert {name: check[name] for name in ("code", "status", "statement", "checked", "checkedAt")} == {
        "code": "36.71",
        "status": "WARNING",
        "statement": "Ada 1 peringatan yang berlaku untuk Kota Tangerang.",
        "checked": True,
        "checkedAt": "2026-11-23T05:00:00+00:00",
    }
    assert sandbox.control.calls(AGENCY) == {"index": 1, "id message": 3}


async def test_for_one_minute_nobody_is_asked_again(hub, sandbox, clock):
    await ask(hub)
    clock.advance(timedelta(seconds=30))
    check, _ = await ask(hub, "36.71.04")
    assert (check["checked"], check["sources"]["nodes"][0]["state"]) == (True, "CACHED")
    assert sandbox.control.hits(AGENCY) == 4
    clock.advance(timedelta(seconds=31))
    await ask(hub)
    assert sandbox.control.hits(AGENCY) == 8


@pytest.mark.parametrize(
    ("minutes", "codes", "statement"),
    [
        (0, ["001"], "Ada 1 peringatan yang berlaku untuk Kota Tangerang."),
        (70, ["002"], "Ada 1 peringatan yang berlaku untuk Kota Tangerang."),
        (160, [], "Tidak ada peringatan yang berlaku untuk Kota Tangerang."),
    ],
)
async def test_an_update_takes_the_place_of_a_warning_and_a_cancellation_ends_it(hub, clock, minutes, codes, statement):
    clock.advance(timedelta(minutes=minutes))
    check, errors = await ask(hub)
    assert (numbers(check), check["checked"], errors, check["statement"]) == (codes, True, {}, statement)
    assert check["status"] == ("WARNING" if codes else "CLEAR")


async def test_a_test_and_one_that_is_over_reach_nobody(hub, clock):
    """Both are meant for the whole city, and the second is still in the index."""
    for minutes in (0, 70, 90):
        clock.advance(timedelta(minutes=minutes))
        check, _ = await ask(hub)
        assert not {"900", "000"} & {*numbers(check)}


async def test_only_those_that_touch_a_kecamatan_and_that_may_be_an_edge_of_it(hub, clock):
    check, _ = await ask(hub, "36.71.04")
    assert (check["status"], numbers(check)) == ("WARNING", ["001"])
    assert check["statement"] == "Ada 1 peringatan yang berlaku untuk Kecamatan Benda."
    check, _ = await ask(hub, "36.71.13")
    assert (check["status"], numbers(check)) == ("CLEAR", [])
    clock.advance(timedelta(minutes=70))
    check, _ = await ask(hub, "36.71.13")
    (warning,) = check["warnings"]["nodes"]
    assert (warning["severity"], [each["name"] for each in warning["kecamatan"]["nodes"]]) == (
        "SEVERE",
        ["Benda", "Neglasari", "Larangan"],
    )


@pytest.mark.parametrize("kecamatan", ["36.71.99", "36.71.04.1001", "31"])
async def test_a_region_that_is_no_kecamatan_is_null(hub, kecamatan):
    assert await ask(hub, kecamatan) == (None, {})


async def test_texts_come_in_the_language_of_the_request(hub, sandbox):
    check, _ = await ask(hub, accept_language="en")
    (warning,) = check["warnings"]["nodes"]
    assert (warning["language"], warning["event"]) == ("en", "Thunderstorm")
    assert check["statement"] == "Warnings in force for Kota Tangerang: 1."
    assert sandbox.control.calls(AGENCY) == {"index": 1, "id message": 3, "en message": 1}


class TestWhatCannotBeChecked:
    """Never "no warning"."""

    @pytest.mark.parametrize("mode", ["down", "changed", "rejecting", "throttling", "html", "truncated"])
    async def test_an_agency_that_is_ill_leaves_warnings_unchecked(self, hub, sandbox, mode):
        sandbox.control.set(AGENCY, mode, seconds=30)
        check, errors = await ask(hub)
        assert (check["status"], check["checked"], check["checkedAt"]) == ("UNCHECKED", False, None)
        assert (check["warnings"], errors) == (None, {"weatherWarnings.warnings": "WARNINGS_UNCHECKED"})
        assert check["statement"] == UNCHECKED
        (source,) = check["sources"]["nodes"]
        assert (source["agency"], source["state"]) == (AGENCY, None)
        assert source["problem"]

    async def test_that_there_was_none_a_while_ago_does_not_say_that_there_is_none(self, hub, sandbox, clock):
        clock.advance(timedelta(minutes=160))
        assert (await ask(hub))[0]["status"] == "CLEAR"
        clock.advance(timedelta(minutes=2))
        sandbox.control.set(AGENCY, "down")
        check, errors = await ask(hub)
        assert (check["status"], check["warnings"]) == ("UNCHECKED", None)
        assert errors == {"weatherWarnings.warnings": "WARNINGS_UNCHECKED"}
        assert check["sources"]["nodes"] == [{"agency": AGENCY, "state": "STALE", "problem": "AGENCY_UNAVAILABLE"}]
        assert check["checkedAt"] == "2026-11-23T07:40:00+00:00"

    async def test_a_warning_that_is_known_stays_until_it_is_over_and_says_that_it_was_not_checked(
        self, hub, sandbox, clock
    ):
        await ask(hub)
        sandbox.control.set(AGENCY, "down")
        clock.advance(timedelta(minutes=90))
        check, errors = await ask(hub)
        assert (check["status"], check["checked"], numbers(check), errors) == ("WARNING", False, ["001"], {})
        assert check["statement"] == (
            "Ada 1 peringatan yang diketahui untuk Kota Tangerang, tetapi peringatan tidak dapat diperiksa saat ini."
        )
        check, errors = await ask(hub, "36.71.13")
        assert (check["status"], check["warnings"]) == ("UNCHECKED", None)
        clock.advance(timedelta(minutes=31))
        check, errors = await ask(hub)
        assert (check["status"], errors) == ("UNCHECKED", {"weatherWarnings.warnings": "WARNINGS_UNCHECKED"})

    async def test_one_message_that_cannot_be_read_is_enough(self, hub, sandbox, clock):
        clock.advance(timedelta(minutes=160))
        sandbox.control.set(AGENCY, "slow", seconds=0, times=1)
        asked = asyncio.create_task(ask(hub))
        while not sandbox.control.hits(AGENCY):
            await asyncio.sleep(0)
        sandbox.control.set(AGENCY, "html", times=1)
        check, errors = await asked
        assert (check["status"], check["checked"], check["warnings"]) == ("UNCHECKED", False, None)
        assert errors == {"weatherWarnings.warnings": "WARNINGS_UNCHECKED"}
        assert sandbox.control.calls(AGENCY) == {"index": 1, "id message": 5}

    async def test_the_language_of_the_request_is_worth_no_failure(self, hub, sandbox, clock):
        await ask(hub)
        sandbox.control.set(AGENCY, "down")
        check, errors = await ask(hub, accept_language="en")
        (warning,) = check["warnings"]["nodes"]
        assert (check["checked"], warning["language"], warning["event"], errors) == (
            True, "id", "Hujan Lebat dan Petir", {},
        )  # fmt: skip

    async def test_of_two_systems_one_that_fails_leaves_it_unchecked(self, sandbox, tmp_path, clock):
        other = f'''
[agencies.posko]
domain = "weather"
connector = "cap"
name = "Posko Contoh"
url = "{sandbox.url}/posko"
options = {{ province = "Banten" }}
'''
        change = ("[agencies.bmkg-gempa]", f"{other}\n[agencies.bmkg-gempa]")
        async with listening(configuration_for(sandbox, tmp_path, change), clock) as hub:
            check, errors = await ask(hub)
            assert (check["status"], check["checked"], numbers(check), errors) == ("WARNING", False, ["001"], {})
            assert check["sources"]["nodes"] == [
                {"agency": AGENCY, "state": "LIVE", "problem": None},
                {"agency": "posko", "state": None, "problem": "AGENCY_CHANGED"},
            ]
            check, errors = await ask(hub, "36.71.13")
            assert (check["status"], check["warnings"]) == ("UNCHECKED", None)


async def test_a_warning_is_found_again_by_its_id_while_it_is_in_force(hub, sandbox, clock):
    check, _ = await ask(hub)
    query = "query($id: ID!) { node(id: $id) { ... on WeatherWarning { code } ... on WeatherWarningCheck { status } } }"
    (warning,) = check["warnings"]["nodes"]
    assert (await hub.data(query, {"id": warning["id"]}))["node"] == {"code": warning["code"]}
    clock.advance(timedelta(minutes=70))
    assert (await hub.data(query, {"id": warning["id"]}))["node"] is None
    sandbox.control.set(AGENCY, "down")
    clock.advance(timedelta(minutes=70))
    answer = await hub.ask(query, {"id": warning["id"]})
    assert (answer["data"]["node"], answer["errors"][0]["extensions"]["code"]) == (None, "WARNINGS_UNCHECKED")
