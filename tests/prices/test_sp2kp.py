"""SP2KP: the conformance suite, and each quirk of the protocol by its name, against the sandbox."""

from datetime import date

import pytest

from connectors.kit.errors import AgencyChanged
from connectors.prices.records import Market, MarketKind, PricePoint, Prices
from connectors.prices.sp2kp import Sp2kp
from engine.configuration.agencies_file import connect_agencies
from sandbox.prices.markets import COMMODITIES, MARKETS, NEVER_SURVEYED, NOT_TODAY
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Sp2kp)

TODAY = date(2026, 11, 23)


@pytest.fixture
async def survey(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies.with_code(Prices, "sp2kp")
    await agencies.aclose()


async def prices(survey, market=None):
    return {each.commodity: each.points for each in (await survey.prices(market).fetch()).records}


async def test_rows_become_series():
    async with playing(recording(Sp2kp, "prices")) as player:
        connector = connect(Sp2kp, player.played, player.url)
        found = await prices(connector, "9101")
        await connector.aclose()
    assert found == {
        "52": (PricePoint(date(2026, 11, 19), 14_375), PricePoint(date(2026, 11, 20), 14_400)),
        "18": (PricePoint(date(2026, 11, 19), 16_700),),
    }


async def test_codes_of_place_and_level_go_into_the_form():
    async with playing(recording(Sp2kp, "prices")) as player:
        connector = connect(Sp2kp, player.played, player.url)
        await connector.prices("9101").fetch()
        await connector.aclose()
    assert dict(await player.calls[0].post()) == {
        "start_date": "2026-07-21",
        "end_date": "2026-11-23",
        "level": "3",
        "variant_ids": "",
        "kode_provinsi": "36",
        "kode_kab_kota": "3671",
        "pasar_id": "9101",
        "skip_sat_sun": "true",
        "tipe_komoditas": "1",
    }


async def test_zero_and_null_and_a_dash_are_missing_and_never_a_price(survey):
    found = await prices(survey)
    assert found[str(NEVER_SURVEYED)] == ()
    assert all(point.amount > 0 for points in found.values() for point in points)


async def test_weekends_are_no_outage(survey):
    found = await prices(survey, "9101")
    days = {point.day for points in found.values() for point in points}
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert max(days) == TODAY


async def test_the_newest_price_may_be_days_old(survey):
    assert (await prices(survey))[str(NOT_TODAY)][-1].day == date(2026, 11, 18)


async def test_markets_of_other_cities_and_closed_ones_are_left_out(survey):
    found = (await survey.markets().fetch()).records
    assert [each.code for each in found] == [str(each.id) for each in MARKETS]
    assert found[0] == Market(
        code="9101",
        name="Pasar Contoh Anyar",
        type=MarketKind.TRADITIONAL,
        kelurahan="36.71.01.1001",
        latitude=found[0].latitude,
        longitude=found[0].longitude,
    )
    assert [each.type for each in found].count(MarketKind.MODERN) == 1


async def test_a_type_of_market_that_is_not_configured_is_unknown():
    async with playing(recording(Sp2kp, "markets")) as player:
        connector = connect(Sp2kp, player.played, player.url)
        found = (await connector.markets().fetch()).records
        await connector.aclose()
    assert [each.type for each in found] == [MarketKind.TRADITIONAL, MarketKind.UNKNOWN]
    assert (found[1].latitude, found[1].longitude) == (None, None)


async def test_goods_of_another_kind_are_left_out(survey):
    found = (await survey.commodities().fetch()).records
    assert len(found) == len(COMMODITIES) == 30
    assert {each.group for each in found} == {each.group for each in COMMODITIES}
    assert {each.unit for each in found} == {"kg", "lt", "370gr", "250gr"}


async def answered(harga, **options):
    """What comes of two prices of one commodity, the second being this, and the findings."""
    played = recording(Sp2kp, "prices")
    played.options |= options
    prices_sent = [{"date": "2026-11-19", "harga": 14375}, {"date": "2026-11-20", "harga": harga}]
    played.exchanges[0].answer["data"][0]["daftarHarga"] = prices_sent
    async with playing(played) as player:
        connector = connect(Sp2kp, played, player.url)
        try:
            return [point.amount for point in (await prices(connector, "9101"))["52"]], connector.findings.counts
        finally:
            await connector.aclose()


@pytest.mark.parametrize("harga", [-5, "gratis", True, [1], "14.500", "14,500", "12,5", 14.5, 10**400, {"x": 1}])
async def test_a_price_that_cannot_be_or_may_be_another_costs_itself(harga):
    amounts, findings = await answered(harga)
    assert amounts == [14_375]
    assert [text.startswith("price set aside: harga: ") for text in findings] == [True]


@pytest.mark.parametrize(
    ("harga", "grouping", "amount"),
    [
        ("14500", None, 14_500),
        ("14500.00", None, 14_500),
        (14500.4, None, 14_500),
        ("14500.375", None, 14_500),
        ("14.500", "id", 14_500),
        ("Rp 14.500,00", "id", 14_500),
        ("14,500", "en", 14_500),
        (14500, "id", 14_500),
    ],
)
async def test_a_price_as_a_text_is_read_as_it_is_declared(harga, grouping, amount):
    assert await answered(harga, grouping=grouping) == ([14_375, amount], {})


async def test_a_day_that_cannot_be_costs_its_price_and_a_price_that_cannot_be_is_none():
    played = recording(Sp2kp, "prices")
    played.exchanges[0].answer["data"][0]["daftarHarga"][0]["date"] = "kemarin"
    played.exchanges[0].answer["data"][1]["daftarHarga"] = [{"date": "2026-11-19", "harga": "16.700"}]
    async with playing(played) as player:
        connector = connect(Sp2kp, played, player.url)
        found = await prices(connector, "9101")
        await connector.aclose()
    assert {code: [point.amount for point in points] for code, points in found.items()} == {
        "52": [14_400],
        "18": [],
    }


async def test_not_one_price_of_the_city_is_a_finding():
    played = recording(Sp2kp, "prices")
    played.arguments = [None]
    for sent in ([], [{"daftarHarga": [], "variant_id": 52}]):
        played.exchanges[0].answer["data"] = sent
        async with playing(played) as player:
            connector = connect(Sp2kp, played, player.url)
            assert not any((await prices(connector)).values())
            assert connector.findings.counts == {"not one price in 125 days": 1}
            await prices(connector, "9101")
            assert connector.findings.counts == {"not one price in 125 days": 1}
            await connector.aclose()


async def test_another_status_than_success_is_a_change():
    played = recording(Sp2kp, "prices")
    played.exchanges[0].answer["status"] = "error"
    async with playing(played) as player:
        connector = connect(Sp2kp, played, player.url)
        with pytest.raises(AgencyChanged):
            await prices(connector, "9101")
        await connector.aclose()


async def test_the_rows_that_carry_the_surveyors_own_data_are_never_asked_for():
    asked = set()
    for read in ("markets", "commodities", "prices"):
        played = recording(Sp2kp, read)
        async with playing(played) as player:
            connector = connect(Sp2kp, played, player.url)
            await getattr(connector, read)(*played.arguments).fetch()
            await connector.aclose()
        asked |= {call.path for call in player.calls}
    assert asked == {
        "/master/api/pasar", "/master/api/variant", "/report/api/average-price/export-area-daily-json",
    }  # fmt: skip
