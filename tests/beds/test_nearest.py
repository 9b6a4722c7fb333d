"""How far hospitals are, and the nearest of them that has a free bed in intensive care."""

import pytest

from resolvers.kit.places import kilometres
from tests.conftest import configuration_for, listening
from tests.schema.documents import DOCUMENTS

HERE = "near: { latitude: -6.1702, longitude: 106.6403 }"
NEAREST = DOCUMENTS["nearest-icu"].text


async def test_the_nearest_first_and_only_those_within_reach(hub, sandbox):
    data = await hub.data(f"""{{ all: hospitals({HERE}, orderBy: DISTANCE, first: 100) {{ nodes {{ name distance }} }}
      near: hospitals({HERE}, withinKm: 4, first: 100) {{ totalCount nodes {{ distance }} }} }}""")
    found = data["all"]["nodes"]
    assert [each["name"] for each in found[:4]] == [
        "RSUD Contoh Kota Tangerang", "RS Contoh Gerendeng", "RS Contoh Neglasari", "RS Contoh Batuceper",
    ]  # fmt: skip
    distances = [each["distance"] for each in found]
    assert (len(found), distances) == (14, sorted(distances))
    assert distances[0] == round(kilometres((-6.1702, 106.6403), (-6.1781, 106.6319)), 3) == 1.278
    assert data["near"]["totalCount"] == sum(distance <= 4 for distance in distances) == 5
    assert sandbox.control.all_hits() == 0


async def test_without_a_point_there_is_no_distance_but_a_position(hub):
    data = await hub.data('{ hospital(code: "rs-contoh-poris") { latitude longitude distance } }')
    assert data["hospital"] == {"latitude": -6.1735, "longitude": 106.6857, "distance": None}


async def test_a_distance_that_says_from_where_is_the_same_however_its_thing_was_found(hub):
    """A client that keeps each hospital once would else take the distance of another list for this one's."""
    beside = "near: { latitude: -6.1735, longitude: 106.6857 }"
    wrong = 'hospital(code: "rs-contoh-poris") { distance(near: { latitude: 91, longitude: 0 }) }'
    answer = await hub.ask(f"""{{ one: hospital(code: "rs-contoh-poris") {{ distance(%s) }}
      listed: hospitals({beside}, name: "Poris") {{ nodes {{ distance here: distance(%s) }} }}
      venue(code: "gor-contoh/1") {{ distance(%s) none: distance }} {wrong} }}""".replace("%s", HERE))  # fmt: skip
    data = answer["data"]
    assert data["one"]["distance"] == data["listed"]["nodes"][0]["here"] == 5.032
    assert data["listed"]["nodes"][0]["distance"] == 0.0
    assert (data["venue"]["distance"], data["venue"]["none"]) == (7.858, None)
    assert [(each["extensions"]["code"], each["path"]) for each in answer["errors"]] == [
        ("BAD_USER_INPUT", ["hospital", "distance"])
    ]


async def test_a_hospital_without_a_position_has_no_distance_and_no_place_in_that_order(sandbox, tmp_path, clock):
    unplaced = ("latitude = -6.1735\nlongitude = 106.6857\n", "")
    async with listening(configuration_for(sandbox, tmp_path, unplaced), clock) as hub:
        data = await hub.data(f"""{{ named: hospitals({HERE}, name: "Poris") {{ nodes {{ latitude distance }} }}
          ordered: hospitals({HERE}, orderBy: DISTANCE) {{ totalCount }}
          within: hospitals({HERE}, withinKm: 1000) {{ totalCount }} }}""")
    assert data == {
        "named": {"nodes": [{"latitude": None, "distance": None}]},
        "ordered": {"totalCount": 13},
        "within": {"totalCount": 13},
    }


async def test_the_nearest_with_a_free_bed_in_intensive_care(hub):
    data = (await hub.data(NEAREST))["hospitals"]
    everybody = await hub.data(f"""{{ hospitals({HERE}, orderBy: DISTANCE, first: 100) {{ nodes {{ name distance
      beds {{ classes(first: 100) {{ nodes {{ bedClass {{ code }} free }} }} }} }} }} }}""")
    free = []
    for each in everybody["hospitals"]["nodes"]:
        by_class = {of["bedClass"]["code"]: of["free"] for of in each["beds"]["classes"]["nodes"]}
        if (by_class.get("ICU") or 0) >= 1:
            free.append((each["name"], each["distance"]))
    assert [(each["name"], each["distance"]) for each in data["nodes"]] == free[:3]
    assert (data["totalCount"], data["unavailable"]) == (len(free), [])
    for each in data["nodes"]:
        assert each["beds"]["source"]["state"] == "LIVE"
        assert all(room["free"] >= 1 and room["observedAt"] for room in each["beds"]["rooms"]["nodes"])


async def test_the_nearest_whose_counts_are_years_old_is_not_among_them(hub):
    query = """query ($n: Int) { hospitals(near: { latitude: -6.1735, longitude: 106.6857 }, bedClass: "ISO", minFree: $n,
      orderBy: DISTANCE) { nodes { code distance beds { rooms(bedClass: "ISO") { nodes { free lastFree stale } } } } } }"""
    (first, *_) = (await hub.data(query, {"n": 0}))["hospitals"]["nodes"]
    assert (first["code"], first["distance"]) == ("rs-contoh-poris", 0)
    (room,) = first["beds"]["rooms"]["nodes"]
    assert (room["free"], room["stale"]) == (None, True)
    assert room["lastFree"] > 0
    assert "rs-contoh-poris" not in {each["code"] for each in (await hub.data(query, {"n": 1}))["hospitals"]["nodes"]}


async def test_the_nearest_that_does_not_answer_is_named_and_the_next_one_is_shown(cold_hub, sandbox):
    sandbox.control.set("rs-contoh-gerendeng", "down")
    found = (await cold_hub.data(NEAREST))["hospitals"]
    assert found["unavailable"] == [{"name": "RS Contoh Gerendeng", "problem": "AGENCY_UNAVAILABLE"}]
    assert "RS Contoh Gerendeng" not in {each["name"] for each in found["nodes"]}
    assert len(found["nodes"]) == 3


async def test_pages_go_on_in_order_of_distance(hub):
    query = f"""query ($after: String) {{ hospitals({HERE}, orderBy: DISTANCE, first: 5, after: $after) {{
      nodes {{ code }} pageInfo {{ endCursor hasNextPage }} }} }}"""
    codes, after = [], None
    while True:
        found = (await hub.data(query, {"after": after}))["hospitals"]
        codes += [each["code"] for each in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert len(codes) == len(set(codes)) == 14


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("orderBy: DISTANCE", "withinKm and DISTANCE need near."),
        ("withinKm: 3", "withinKm and DISTANCE need near."),
        (
            "near: { latitude: -91, longitude: 0 }",
            "A latitude is between -90 and 90, a longitude between -180 and 180.",
        ),
    ],
)
async def test_a_distance_from_nowhere_is_the_callers_mistake(hub, sandbox, arguments, message):
    answer = await hub.ask(f"{{ hospitals({arguments}) {{ totalCount }} }}", accept_language="en")
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]) == (message, {"code": "BAD_USER_INPUT"})
    assert sandbox.control.all_hits() == 0
