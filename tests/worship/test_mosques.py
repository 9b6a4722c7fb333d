"""Mosques in the graph: map and register merged, each named to whom it is due."""

import pytest

from sandbox.worship.mosques import mosques

NEAR = "near: {latitude: -6.178, longitude: 106.64}"
ATTRIBUTIONS = [
    {
        "text": "© OpenStreetMap contributors",
        "licence": "ODbL 1.0",
        "url": "https://www.openstreetmap.org/copyright",
    },
    {"text": "SIMAS, Kementerian Agama RI", "licence": None, "url": "https://simas.kemenag.go.id"},
]
CALLS = {
    **{f"masjid {number} 1": 1 for number in range(1, 9)},
    **{f"mushalla {number} 1": 1 for number in range(1, 5)},
    "masjid 4 2": 1,
    "masjid 5 2": 1,
    "masjid 5 3": 1,
    "mushalla 1 2": 1,
    "mushalla 1 3": 1,
}


async def test_both_sources_are_asked_once_whole_and_then_kept(hub, sandbox):
    for _ in range(2):
        await hub.data(f"{{ mosques({NEAR}, withinKm: 2) {{ totalCount }} }}")
    assert sandbox.control.calls("overpass") == {"places of worship": 1}
    assert sandbox.control.calls("simas") == CALLS


async def test_each_mosque_is_told_once_whoever_knows_it(hub):
    found = (await hub.data("{ mosques { totalCount attributions { text licence url } unavailable { agency } } }"))[
        "mosques"
    ]
    assert (found["attributions"], found["unavailable"]) == (ATTRIBUTIONS, [])
    known = mosques()
    both = [each for each in known if each.on_the_map and each.registered]
    nameless = [each for each in both if each.number % 13 == 7]
    assert (len(known), len(both), len(nameless)) == (78, 52, 4)
    assert found["totalCount"] == len(known) + len(nameless)


async def test_the_nearest_come_first_and_those_without_a_position_are_left_out(hub):
    query = f"{{ mosques({NEAR}, orderBy: DISTANCE, first: 100) {{ totalCount nodes {{ distance latitude }} }} }}"
    found = (await hub.data(query))["mosques"]
    distances = [each["distance"] for each in found["nodes"]]
    assert distances == sorted(distances)
    assert found["totalCount"] == len([each for each in mosques() if each.on_the_map]) == 65
    near = (await hub.data(f"{{ mosques({NEAR}, withinKm: 2, first: 100) {{ nodes {{ distance }} }} }}"))["mosques"]
    assert sorted(each["distance"] for each in near["nodes"]) == [each for each in distances if each <= 2]


async def test_a_mosque_says_what_each_source_knows_and_whom_to_name(hub):
    query = """{ mosques(text: "al-ikhlas pinang") { nodes { code kind name typology register address
        kecamatan { code } latitude attributions source { agency } } } }"""
    (found,) = (await hub.data(query))["mosques"]["nodes"]
    assert found == {
        "code": "overpass/node-9900000060",
        "kind": "MOSQUE",
        "name": "Masjid Al-Ikhlas Contoh Pinang",
        "typology": "Masjid Jami",
        "register": "01.5.99.99.01.000060",
        "address": "Jl. Contoh No. 61",
        "kecamatan": {"code": "36.71.11"},
        "latitude": mosques()[60].latitude,
        "attributions": ["© OpenStreetMap contributors", "SIMAS, Kementerian Agama RI"],
        "source": {"agency": "overpass"},
    }


async def test_they_are_chosen_by_kind_and_kecamatan(hub):
    query = """{ rooms: mosques(kind: PRAYER_ROOM) { totalCount } benda: mosques(kecamatan: "36.71.04") { nodes {
        name kecamatan { name } } } }"""
    found = await hub.data(query)
    rooms = [each for each in mosques() if each.kind == "mushalla"]
    nameless = [each for each in rooms if each.number % 13 == 7 and each.on_the_map]
    only_on_the_map = [each for each in nameless if not each.registered]
    assert found["rooms"]["totalCount"] == len(rooms) - len(only_on_the_map)
    assert {each["kecamatan"]["name"] for each in found["benda"]["nodes"]} == {"Benda"}
    assert len(found["benda"]["nodes"]) == 5


@pytest.mark.parametrize(("dead", "alive", "left"), [("overpass", "simas", 65), ("simas", "overpass", 65)])
async def test_one_source_that_fails_is_named_and_the_other_one_answers(hub, sandbox, dead, alive, left):
    sandbox.control.set(dead, "down")
    query = (
        "{ mosques { totalCount attributions { text } unavailable { agency problem } nodes { source { agency } } } }"
    )
    found = (await hub.data(query))["mosques"]
    assert found["unavailable"] == [{"agency": dead, "problem": "AGENCY_UNAVAILABLE"}]
    assert found["totalCount"] == left
    assert {each["source"]["agency"] for each in found["nodes"]} == {alive}
    text = {"overpass": "© OpenStreetMap contributors", "simas": "SIMAS, Kementerian Agama RI"}[alive]
    assert found["attributions"] == [{"text": text}]


async def test_where_both_fail_the_field_alone_fails(hub, sandbox):
    for agency in ("overpass", "simas"):
        sandbox.control.set(agency, "down")
    answer = await hub.ask("{ mosques { totalCount } city { name } }")
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["AGENCY_UNAVAILABLE"]
    assert answer["data"] == {"mosques": None, "city": {"name": "Kota Tangerang"}}


async def test_a_mosque_is_found_by_its_code_its_id_and_its_code_at_the_other_source(hub):
    query = "query ($code: String!) { mosque(code: $code) { id code } }"
    found = (await hub.data(query, {"code": "simas/990060"}))["mosque"]
    assert found["code"] == "overpass/node-9900000060"
    assert (await hub.data(query, {"code": found["code"]}))["mosque"] == found
    node = await hub.data("query ($id: ID!) { node(id: $id) { ... on Mosque { code } } }", {"id": found["id"]})
    assert node["node"] == {"code": found["code"]}
    assert (await hub.data(query, {"code": "simas/1"}))["mosque"] is None


async def test_a_distance_needs_a_point_on_the_earth(hub):
    for arguments in ("withinKm: 1", "orderBy: DISTANCE", "near: {latitude: 91, longitude: 0}"):
        answer = await hub.ask(f"{{ mosques({arguments}) {{ totalCount }} }}")
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"], arguments
