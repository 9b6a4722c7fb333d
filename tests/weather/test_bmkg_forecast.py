"""BMKG's forecast by kelurahan: the conformance suite, and each quirk by its name."""

from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyChanged, AgencyError, AgencyThrottled, AgencyUnavailable
from connectors.weather.bmkg_forecast import AT_ONCE, TRIES, BmkgForecast, BmkgForecastOptions
from connectors.weather.records import Forecast, ForecastPoint
from tests.clock import NOON
from tests.conformance import conformance
from tests.playback import connect, playing, recording
from tests.profiles import CITY as HERE
from tests.profiles import regions_in

TestConformance = conformance(BmkgForecast)

ALL = [each.code for each in regions_in(HERE).kelurahan]
POINT = {"datetime": "2026-11-23T06:00:00Z", "t": 30}


def at(text):
    return datetime.fromisoformat(text)


def answer(code, cuaca):
    return {"lokasi": {"adm4": code, "lat": -6.2, "lon": 106.6}, "data": [{"cuaca": cuaca}]}


class City:
    """An agency that knows all kelurahan, and answers for some as `odd` says; what it was asked for, in turn."""

    def __init__(self, odd):
        self.odd = odd
        self.asked = []

    async def answer(self, request):
        code = request.query["adm4"]
        self.asked.append(code)
        return self.odd[code]() if code in self.odd else web.json_response(answer(code, [[POINT]]))


@asynccontextmanager
async def asking(odd=None):
    """The connector, and the agency that it asks for all of the city."""
    city = City(odd or {})
    app = web.Application()
    app.router.add_get("/publik/prakiraan-cuaca", city.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        played = recording(BmkgForecast, "forecasts")
        played.options = {"city": "36.71"}
        connector = connect(BmkgForecast, played, f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield connector, city
        await connector.aclose()
    finally:
        await runner.cleanup()


async def followed(connector, position=None):
    """The batches of a pass, and what ended it."""
    batches = []
    try:
        async for batch in connector.forecasts().follow(position):
            batches.append(batch)  # noqa: PERF401  what came before it failed counts
    except AgencyError as error:
        return batches, error
    return batches, None


async def test_days_become_one_list_of_moments():
    async with playing(recording(BmkgForecast, "forecasts")) as player:
        connector = connect(BmkgForecast, player.played, player.url)
        (found,) = (await connector.forecasts().fetch()).records
        await connector.aclose()
    assert found == Forecast(
        kelurahan="36.71.01.1001",
        latitude=-6.1729,
        longitude=106.6319,
        issued_at=at("2026-11-23T00:00:00Z"),
        asked_at=NOON,
        points=found.points,
    )
    assert [each.starts_at for each in found.points] == [
        at("2026-11-23T06:00:00Z"),
        at("2026-11-23T09:00:00Z"),
        at("2026-11-24T00:00:00Z"),
    ]
    assert found.points[0] == ForecastPoint(
        starts_at=at("2026-11-23T06:00:00Z"),
        temperature=32.0,
        humidity=71,
        cloud_cover=70,
        rainfall=0.4,
        condition=61,
        description="Hujan Ringan",
        description_en="Light Rain",
        wind_speed=9.1,
        wind_direction=310,
        visibility=9000,
        image="https://cuaca.example/ikon/hujan%20ringan-am.svg",
    )
    assert found.points[1].temperature == 30.0


async def test_the_time_that_has_a_zone_is_the_one_that_counts():
    played = recording(BmkgForecast, "forecasts")
    point = played.exchanges[0].answer["data"][0]["cuaca"][0][0]
    point |= {"utc_datetime": "1999-01-01 00:00:00", "local_datetime": "1999-01-01 07:00:00"}
    async with playing(played) as player:
        connector = connect(BmkgForecast, played, player.url)
        (found,) = (await connector.forecasts().fetch()).records
        await connector.aclose()
    assert (found.points[0].starts_at, connector.findings.counts) == (at("2026-11-23T06:00:00Z"), {})


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("t", 199, "temperature"),
        ("hu", 101, "humidity"),
        ("tcc", -1, "cloud_cover"),
        ("tp", "banyak", "rainfall"),
        ("ws", -3, "wind_speed"),
        ("wd_deg", 720, "wind_direction"),
        ("vs", 10**9, "visibility"),
        ("image", "javascript:alert(1)", "image"),
        ("weather", [1], "condition"),
    ],
)
async def test_a_value_that_cannot_be_costs_itself(key, value, field):
    played = recording(BmkgForecast, "forecasts")
    played.exchanges[0].answer["data"][0]["cuaca"][0][0][key] = value
    async with playing(played) as player:
        connector = connect(BmkgForecast, played, player.url)
        (found,) = (await connector.forecasts().fetch()).records
        await connector.aclose()
    assert [getattr(each, field) is None for each in found.points] == [True, False, False]
    assert [text.startswith(f"value set aside: {key}: ") for text in connector.findings.counts] == [True]


async def test_a_moment_that_cannot_be_read_costs_itself():
    played = recording(BmkgForecast, "forecasts")
    days = played.exchanges[0].answer["data"][0]["cuaca"]
    days[0][0]["datetime"] = "kemarin"
    days.append("besok")
    days.append([dict(days[1][0])])
    async with playing(played) as player:
        connector = connect(BmkgForecast, played, player.url)
        (found,) = (await connector.forecasts().fetch()).records
        await connector.aclose()
    assert [each.starts_at for each in found.points] == [at("2026-11-23T09:00:00Z"), at("2026-11-24T00:00:00Z")]
    assert connector.findings.counts == {
        "row set aside: datetime: not a moment": 1,
        "row set aside: a row is str, not an object": 1,
        "row repeated": 1,
    }


async def test_the_forecast_of_another_kelurahan_is_not_believed():
    played = recording(BmkgForecast, "forecasts")
    played.exchanges[0].answer["lokasi"]["adm4"] = "36.71.01.1002"
    async with playing(played) as player:
        connector = connect(BmkgForecast, played, player.url)
        batches, error = await followed(connector)
        await connector.aclose()
    assert (batches, type(error)) == ([], AgencyChanged)


async def test_all_kelurahan_of_the_city_are_asked_for_once_and_in_turn():
    async with asking() as (connector, city):
        batches, error = await followed(connector)
    assert (error, city.asked, len(ALL)) == (None, ALL, 104)
    assert [key for batch in batches for key, _ in batch.records] == ALL
    assert [len(batch.records) for batch in batches] == [AT_ONCE] * 5 + [4]
    assert [batch.position for batch in batches] == [*ALL[AT_ONCE - 1 : 100 : AT_ONCE], None]


async def test_a_kelurahan_that_cannot_be_read_costs_no_other_and_keeps_what_it_had():
    odd = {ALL[7]: lambda: web.json_response({"lokasi": {}}), ALL[9]: lambda: web.Response(status=404)}
    async with asking(odd) as (connector, _):
        batches, error = await followed(connector)
    named = [key for batch in batches for key, _ in batch.records]
    assert (error, named) == (None, [each for each in ALL if each not in odd])
    assert [key for batch in batches for key in batch.deleted] == [ALL[9]]
    assert connector.findings.counts == {
        "adm4: missing": 1,
        "a kelurahan set aside: adm4: missing": 1,
    }


async def test_a_pass_that_is_stopped_keeps_what_it_has_and_goes_on_from_there():
    throttled = {ALL[30]: lambda: web.Response(status=429, headers={"Retry-After": "30"})}
    async with asking(throttled) as (connector, city):
        batches, error = await followed(connector)
    assert (type(error), city.asked) == (AgencyThrottled, ALL[:31])
    assert [len(batch.records) for batch in batches] == [20, 10]
    assert batches[-1].position == ALL[29]
    async with asking() as (connector, city):
        batches, error = await followed(connector, ALL[29])
    assert (error, city.asked, batches[-1].position) == (None, ALL[30:], None)


async def test_a_pass_whose_rest_cannot_be_read_comes_to_its_end():
    odd = {code: lambda: web.json_response({}) for code in ALL[100:]}
    async with asking(odd) as (connector, city):
        batches, error = await followed(connector, ALL[99])
    assert (error, city.asked) == (None, ALL[100:])
    assert [(batch.records, batch.position) for batch in batches] == [((), None)]


@pytest.mark.parametrize("odd", [lambda: web.json_response({}), lambda: web.Response(status=404)])
async def test_an_agency_of_which_nothing_can_be_read_is_left_alone_after_a_few(odd):
    async with asking(dict.fromkeys(ALL, odd)) as (connector, city):
        batches, error = await followed(connector)
    assert (batches, type(error), city.asked) == ([], AgencyChanged, ALL[:TRIES])


async def test_an_agency_that_is_down_is_asked_for_no_other_kelurahan():
    async with asking({ALL[0]: lambda: web.Response(status=503)}) as (connector, city):
        batches, error = await followed(connector)
    assert (batches, type(error), city.asked) == ([], AgencyUnavailable, [ALL[0]] * 2)


def test_a_city_without_regions_is_refused():
    ((keys, expected),) = BmkgForecastOptions(city="99.99").unknown_in(regions_in(HERE))
    assert (keys, expected) == (("city",), "the hub has no regions of 99.99")
    assert list(BmkgForecastOptions(city="36.71").unknown_in(regions_in(HERE))) == []
