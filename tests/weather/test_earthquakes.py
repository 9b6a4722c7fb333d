"""Earthquakes in the graph."""

from datetime import timedelta

import pytest

AGENCY = "bmkg-gempa"
QUERY = """query($feltHere: Boolean! = false, $near: Point, $withinKm: Float) {
  earthquakes(feltHere: $feltHere, near: $near, withinKm: $withinKm) {
    totalCount nodes { id code occurredAt magnitude depth region potential feltHere distance shakemap attribution
      reports { nodes { place weakest strongest } } source { agency state problem } }
    unavailable { agency problem }
} }"""
TOWN_HALL = {"latitude": -6.1702, "longitude": 106.6403}


async def ask(hub, **variables):
    return (await hub.data(QUERY, variables))["earthquakes"]


async def test_those_that_were_felt_the_newest_first(hub, sandbox):
    found = await ask(hub)
    assert [each["magnitude"] for each in found["nodes"]] == [5.2, 4.1, 3.4]
    newest = found["nodes"][0]
    assert newest.pop("id")
    assert newest == {
        "code": "bmkg-gempa/20261122T200005Z-6.99+106.10",
        "occurredAt": "2026-11-22T20:00:05+00:00",
        "magnitude": 5.2,
        "depth": 10.0,
        "region": "Pusat gempa berada di laut 40 km barat daya Contoh",
        "potential": "Tidak berpotensi tsunami",
        "feltHere": True,
        "distance": None,
        "shakemap": f"{sandbox.url}/bmkg-gempa/DataMKG/TEWS/20261123030005.mmi.jpg",
        "attribution": "BMKG",
        "reports": {
            "nodes": [
                {"place": "Contoh Selatan", "weakest": 3, "strongest": 4},
                {"place": "Kota Tangerang", "weakest": 2, "strongest": 2},
                {"place": "Contoh Barat", "weakest": 2, "strongest": 2},
            ]
        },
        "source": {"agency": AGENCY, "state": "LIVE", "problem": None},
    }
    assert found["nodes"][2]["reports"]["nodes"] == [{"place": "Contoh Tengah", "weakest": None, "strongest": None}]
    assert sandbox.control.calls(AGENCY) == {"felt": 1}


async def test_only_those_that_were_felt_here(hub):
    found = await ask(hub, feltHere=True)
    assert [each["magnitude"] for each in found["nodes"]] == [5.2]


async def test_how_far_they_were_and_only_those_within_some_distance(hub):
    found = await ask(hub, near=TOWN_HALL)
    assert [round(each["distance"]) for each in found["nodes"]] == [109, 2431, 446]
    found = await ask(hub, near=TOWN_HALL, withinKm=500)
    assert [each["magnitude"] for each in found["nodes"]] == [5.2, 3.4]


async def test_a_distance_needs_a_point(hub):
    answer = await hub.ask(QUERY, {"withinKm": 5})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_for_a_minute_nobody_is_asked_again_and_an_old_list_says_so(hub, sandbox, clock):
    await ask(hub)
    clock.advance(timedelta(seconds=30))
    assert {each["source"]["state"] for each in (await ask(hub))["nodes"]} == {"CACHED"}
    sandbox.control.set(AGENCY, "down")
    clock.advance(timedelta(seconds=31))
    found = await ask(hub)
    assert {(each["source"]["state"], each["source"]["problem"]) for each in found["nodes"]} == {
        ("STALE", "AGENCY_UNAVAILABLE")
    }


@pytest.mark.parametrize("mode", ["down", "changed", "html", "truncated"])
async def test_an_agency_that_is_ill_is_an_error_and_not_an_empty_list(hub, sandbox, mode):
    sandbox.control.set(AGENCY, mode)
    answer = await hub.ask(QUERY)
    assert answer["data"]["earthquakes"] is None
    assert answer["errors"][0]["extensions"]["agency"] == AGENCY


async def test_one_is_found_again_by_its_id(hub):
    found = await ask(hub)
    ident = found["nodes"][1]["id"]
    node = (await hub.data("query($id: ID!) { node(id: $id) { ... on Earthquake { magnitude } } }", {"id": ident}))[
        "node"
    ]
    assert node == {"magnitude": 4.1}
