"""On days without a survey nothing is an outage: the last price is shown with its own day, and no floor fires."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.prices.markets import NEVER_SURVEYED, NOT_TODAY
from tests.clock import FakeClock
from tests.conftest import configuration_for, listening

SATURDAY = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""Half past seven: nobody has asked yet."""
LONG_HOLIDAY = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)
"""The fifth working day without a survey."""

FRIDAY, BEFORE_THE_HOLIDAY = date(2026, 11, 20), date(2027, 3, 5)
DAYS = {
    SATURDAY: FRIDAY,
    SUNDAY: FRIDAY,
    MONDAY_MORNING: FRIDAY,
    LONG_HOLIDAY: BEFORE_THE_HOLIDAY,
}
FLOORS = {
    "SP2KP Contoh": "{ markets = 8, commodities = 30, prices = 30 }",
    "PIHPS Contoh": "{ commodities = 21, prices = 21 }",
    "Survei Pasar Contoh": "{ markets = 4, commodities = 7, prices = 7 }",
}


@pytest.fixture(params=DAYS, ids=["Saturday", "Sunday", "Monday morning", "a long holiday"])
def clock(request):
    return FakeClock(request.param)


@pytest.fixture
def last(clock):
    """The day of the last survey."""
    return DAYS[clock.now()].isoformat()


@pytest.fixture
async def hub(sandbox, tmp_path, clock):
    floors = [(f'name = "{name}"', f'name = "{name}"\nat_least = {floor}') for name, floor in FLOORS.items()]
    async with listening(configuration_for(sandbox, tmp_path, *floors), clock) as hub:
        yield hub


async def test_each_commodity_has_its_last_price_with_its_day_and_no_survey_is_late(hub, last):
    answer = await hub.ask(
        """{ commodities(first: 100) { totalCount unavailable { agency } nodes { code
        price { amount day carriedForward source { agency state problem } } } } }"""
    )
    assert "errors" not in answer
    found = answer["data"]["commodities"]
    assert (found["totalCount"], found["unavailable"]) == (46, [])
    prices = {each["code"]: each["price"] for each in found["nodes"]}
    assert prices.pop(str(NEVER_SURVEYED))["amount"] is None
    assert prices.pop(str(NOT_TODAY))["day"] < last
    monthly = [each for each in prices.values() if each["source"]["agency"] == "survei-pasar"]
    assert {(each["day"], each["carriedForward"]) for each in monthly} == {(f"{last[:7]}-01", False)}
    daily = [each for each in prices.values() if each["source"]["agency"] != "survei-pasar"]
    assert {(each["day"], each["carriedForward"], bool(each["amount"])) for each in daily} == {(last, True, True)}
    states = {(each["source"]["state"], each["source"]["problem"]) for each in prices.values()}
    assert states == {("LIVE", None)}
    assert {(each["state"], each["problem"]) for each in answer["extensions"]["sources"]} == {("LIVE", None)}


async def test_a_series_goes_to_the_last_survey_and_has_no_day_without_one(hub, last):
    data = await hub.data(
        """{ commodity(code: "51") { chart { points(first: 100) { nodes { day } } } }
        bank: commodity(code: "pihps:com_1") { chart { points(first: 100) { nodes { day } } } } }"""
    )
    for of in (data["commodity"], data["bank"]):
        days = [date.fromisoformat(each["day"]) for each in of["chart"]["points"]["nodes"]]
        assert days[-1].isoformat() == last
        assert len(days) > 50
        assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


async def test_moves_and_the_cheapest_market_are_those_of_the_last_survey(hub, last):
    data = await hub.data(
        """{ priceMoves(over: WEEK, source: "sp2kp", first: 3) { nodes { price { day } change { previousDay } } }
        commodity(code: "51") { cheapestMarket { day carriedForward } } }"""
    )
    week_before = (date.fromisoformat(last) - timedelta(days=7)).isoformat()
    moves = [(each["price"]["day"], each["change"]["previousDay"]) for each in data["priceMoves"]["nodes"]]
    assert moves == [(last, week_before)] * 3
    assert data["commodity"]["cheapestMarket"] == {"day": last, "carriedForward": True}
