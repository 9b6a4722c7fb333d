"""A system of venues that does not answer costs its own venues and nothing of the others'."""

import pytest

QUERY = """{ venues(first: 100, freeOn: "2026-11-24") { totalCount nodes { code day(on: "2026-11-24") { hours } }
  unavailable { agency problem } } }"""


@pytest.mark.parametrize(("dead", "alive"), [("gor-kota", "gor-contoh"), ("gor-contoh", "gor-kota")])
async def test_before_its_first_copy_the_others_have_their_days(cold_hub, sandbox, dead, alive):
    sandbox.control.set(dead, "down")
    await cold_hub.follow()
    answer = await cold_hub.ask(QUERY)
    assert "errors" not in answer, answer["errors"]
    found = answer["data"]["venues"]
    assert found["totalCount"] > 0
    assert {each["code"].partition("/")[0] for each in found["nodes"]} == {alive}
    assert all("FREE" in each["day"]["hours"] for each in found["nodes"])
    assert found["unavailable"] == [{"agency": dead, "problem": "AGENCY_UNAVAILABLE"}]


async def test_a_venue_of_a_system_without_a_copy_is_not_known_and_not_none(cold_hub, sandbox):
    sandbox.control.set("gor-kota", "down")
    await cold_hub.follow()
    answer = await cold_hub.ask(
        '{ dead: venue(code: "gor-kota/1") { name } none: venue(code: "gor-contoh/x") { name } }'
    )
    assert answer["data"] == {"dead": None, "none": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["dead"], "AGENCY_UNAVAILABLE")
