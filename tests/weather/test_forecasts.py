"""The forecasts in the graph: from the copy, so that no query asks the agency."""

from datetime import timedelta

import pytest

from tests.conftest import configuration_for, listening

AGENCY = "bmkg-prakiraan"
ONE = """query($code: RegionCode!) { weatherForecast(kelurahan: $code) {
  id code kelurahan { name } kecamatan { name } issuedAt attribution
  current { startsAt description temperature }
  points { totalCount nodes { startsAt temperature rainfall } }
  days { nodes { day lowest highest whole } }
  source { agency state fetchedAt changedAt ageSeconds problem }
} }"""
ALL = """query($kecamatan: RegionCode, $first: Int, $after: String) {
  weatherForecasts(kecamatan: $kecamatan, first: $first, after: $after) {
    totalCount nodes { code source { state } } withoutForecasts { nodes { code } } unavailable { agency problem }
    pageInfo { endCursor hasNextPage }
} }"""


async def one(hub, code="36.71.01.1001", **headers):
    answer = await hub.ask(ONE, {"code": code}, **headers)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["weatherForecast"]


async def test_the_forecast_for_a_kelurahan_asks_nobody(hub, sandbox):
    found = await one(hub)
    points, days = found.pop("points"), found.pop("days")
    assert found.pop("id")
    assert found == {
        "code": "36.71.01.1001",
        "kelurahan": {"name": "Sukarasa"},
        "kecamatan": {"name": "Tangerang"},
        "issuedAt": "2026-11-23T00:00:00+00:00",
        "attribution": "BMKG",
        "current": {
            "startsAt": "2026-11-23T03:00:00+00:00",
            "description": found["current"]["description"],
            "temperature": points["nodes"][0]["temperature"],
        },
        "source": {
            "agency": AGENCY,
            "state": "SNAPSHOT",
            "fetchedAt": "2026-11-23T05:00:00+00:00",
            "changedAt": "2026-11-23T00:00:00+00:00",
            "ageSeconds": 0,
            "problem": None,
        },
    }
    assert points["totalCount"] == 21
    assert [day["day"] for day in days["nodes"]] == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert [day["whole"] for day in days["nodes"]] == [False, True, True]
    assert sandbox.control.hits(AGENCY) == 0


async def test_all_kelurahan_at_once_ask_nobody_either(hub, sandbox):
    data = (await hub.data(ALL, {"first": 100}))["weatherForecasts"]
    rest = (await hub.data(ALL, {"first": 100, "after": data["pageInfo"]["endCursor"]}))["weatherForecasts"]
    codes = [each["code"] for each in data["nodes"] + rest["nodes"]]
    assert (data["totalCount"], len(codes), len({*codes})) == (103, 103, 103)
    assert data["withoutForecasts"] == {"nodes": [{"code": "36.71.13.1008"}]}
    assert (data["unavailable"], sandbox.control.hits(AGENCY)) == ([], 0)


async def test_a_pass_asks_once_for_each_kelurahan_of_the_city_every_two_hours(hub, sandbox, clock):
    clock.advance(timedelta(hours=2))
    await hub.follow()
    assert sandbox.control.calls(AGENCY) == {"forecast": 104}
    clock.advance(timedelta(minutes=119))
    await hub.follow()
    assert sandbox.control.hits(AGENCY) == 104


async def test_those_of_one_kecamatan(hub):
    data = (await hub.data(ALL, {"kecamatan": "36.71.13"}))["weatherForecasts"]
    assert [each["code"] for each in data["nodes"]] == [f"36.71.13.100{number}" for number in range(1, 8)]
    assert data["withoutForecasts"]["nodes"] == [{"code": "36.71.13.1008"}]


@pytest.mark.parametrize("code", ["36.71.13.1008", "36.71.99.1001", "36.71.13", "31.71.01.1001"])
async def test_a_kelurahan_without_a_forecast_and_one_of_elsewhere_is_null(hub, code):
    assert await one(hub, code) is None


async def test_the_weather_is_told_in_the_language_of_the_request(hub):
    indonesian, english = await one(hub), await one(hub, accept_language="en")
    names = {
        "Cerah": "Sunny", "Cerah Berawan": "Partly Cloudy", "Berawan": "Mostly Cloudy", "Hujan Ringan": "Light Rain",
        "Hujan Sedang": "Moderate Rain", "Hujan Petir": "Thunderstorm",
    }  # fmt: skip
    assert english["current"]["description"] == names[indonesian["current"]["description"]]


async def test_points_that_are_over_are_left_out_and_a_forecast_that_is_over_is_none(hub, clock):
    clock.advance(timedelta(hours=20))
    found = await one(hub)
    assert (found["points"]["nodes"][0]["startsAt"], found["points"]["totalCount"]) == ("2026-11-24T00:00:00+00:00", 14)
    assert (found["source"]["state"], found["source"]["ageSeconds"]) == ("STALE", 72_000)
    clock.advance(timedelta(hours=7))
    answer = await hub.ask(ONE, {"code": "36.71.01.1001"})
    assert (answer["data"]["weatherForecast"], answer["errors"][0]["extensions"]["code"]) == (
        None,
        "AGENCY_UNAVAILABLE",
    )


async def test_before_the_first_copy_is_complete_it_is_said_to_be_copying(sandbox, tmp_path, clock):
    change = ('options = { city = "36.71" }', 'options = { city = "36.71" }\nlimits = { timeout = 0.1 }')
    async with listening(configuration_for(sandbox, tmp_path, change), clock) as hub:
        answer = await hub.ask(ALL)
    assert answer["data"]["weatherForecasts"] is None
    assert answer["errors"][0]["extensions"]["code"] == "AGENCY_COPYING"


async def test_a_kelurahan_that_could_not_be_renewed_keeps_its_forecast_and_says_so(hub, sandbox, clock):
    clock.advance(timedelta(hours=2, minutes=5))
    sandbox.control.set(AGENCY, "changed", times=1)
    await hub.follow()
    assert sandbox.control.hits(AGENCY) == 104
    first, second = await one(hub), await one(hub, "36.71.01.1002")
    assert (first["source"]["state"], first["source"]["problem"]) == ("STALE", "AGENCY_CHANGED")
    assert (first["source"]["ageSeconds"], second["source"]["ageSeconds"]) == (7_500, 0)
    assert (second["source"]["state"], second["source"]["problem"]) == ("SNAPSHOT", None)


async def test_a_pass_that_is_throttled_goes_on_where_it_stopped(hub, sandbox, clock):
    clock.advance(timedelta(hours=2, minutes=5))
    sandbox.control.set(AGENCY, "throttling", seconds=40)
    await hub.follow()
    assert sandbox.control.hits(AGENCY) == 1
    found = await one(hub)
    assert (found["source"]["state"], found["source"]["problem"]) == ("STALE", "AGENCY_THROTTLED")
    await hub.follow()
    assert sandbox.control.hits(AGENCY) == 1


async def test_of_two_agencies_the_first_that_has_a_forecast_is_believed(sandbox, tmp_path, clock, store_url):
    other = f'''
[agencies.cuaca-lain]
domain = "weather"
connector = "bmkg_forecast"
name = "Cuaca Lain"
url = "{sandbox.url}/nobody"
options = {{ city = "36.71" }}
limits = {{ timeout = 0.1 }}
'''
    change = ("[agencies.bmkg-prakiraan]", f"{other}\n[agencies.bmkg-prakiraan]")
    async with listening(configuration_for(sandbox, tmp_path, change), clock, store_url=store_url) as hub:
        assert (await one(hub))["source"]["agency"] == AGENCY
        listed = (await hub.data(ALL, {"kecamatan": "36.71.13"}))["weatherForecasts"]
        assert listed["totalCount"] == 7
        assert listed["unavailable"] == [{"agency": "cuaca-lain", "problem": "AGENCY_COPYING"}]
        answer = await hub.ask(ONE, {"code": "36.71.13.1008"})
    assert (answer["data"]["weatherForecast"], answer["errors"][0]["extensions"]["code"]) == (None, "AGENCY_COPYING")


async def test_the_store_without_the_agency_is_not_configured(sandbox, tmp_path, clock):
    of = (
        (
            '[agencies.bmkg-prakiraan]\ndomain = "weather"\nconnector = "bmkg_forecast"',
            '[agencies.bmkg-prakiraan]\ndomain = "weather"\nconnector = "bmkg_earthquakes"',
        ),
        ('options = { city = "36.71" }', ""),
    )
    async with listening(configuration_for(sandbox, tmp_path, *of), clock) as hub:
        answer = await hub.ask(ONE, {"code": "36.71.01.1001"})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_CONFIGURED"


async def test_a_forecast_is_found_again_by_its_id(hub):
    found = await one(hub)
    node = (
        await hub.data("query($id: ID!) { node(id: $id) { ... on WeatherForecast { code } } }", {"id": found["id"]})
    )["node"]
    assert node == {"code": "36.71.01.1001"}
