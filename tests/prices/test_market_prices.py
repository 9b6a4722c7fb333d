"""Market prices, asked in GraphQL, with the exact number of calls."""

from datetime import timedelta

import pytest

from sandbox.prices.markets import JUMPED, MARKETS, NEVER_SURVEYED, NOT_TODAY, history
from tests.prices.test_sp2kp import TODAY


async def test_the_city_costs_two_calls_a_survey_and_then_none(hub, sandbox):
    query = "{ commodities(first: 100) { totalCount nodes { name price { amount day } } } }"
    first = await hub.data(query)
    assert first["commodities"]["totalCount"] == 46
    assert sandbox.control.calls("sp2kp") == {"commodities": 1, "prices city": 1}
    assert sandbox.control.calls("pihps") == {"commodities": 1, "prices": 1}
    sandbox.control.reset()
    assert await hub.data(query) == first
    assert sandbox.control.all_hits() == 0


async def test_all_markets_cost_one_call_each(hub, sandbox):
    await hub.data("{ markets { nodes { prices(first: 100) { nodes { amount } } } } }")
    asked = {f"prices {each.id}": 1 for each in MARKETS}
    assert sandbox.control.calls("sp2kp") == {"markets": 1, "commodities": 1, **asked}


async def test_what_nobody_asked_is_null_and_never_zero(hub):
    data = await hub.data(
        "query ($code: String!) { commodity(code: $code) { price { amount day carriedForward sinceDay { amount } } "
        "chart { lowest points { totalCount } } } }",
        {"code": str(NEVER_SURVEYED)},
    )
    assert data["commodity"] == {
        "price": {"amount": None, "day": None, "carriedForward": False, "sinceDay": None},
        "chart": {"lowest": None, "points": {"totalCount": 0}},
    }


async def test_an_old_price_is_carried_forward_with_its_own_day(hub):
    data = await hub.data(
        "query ($code: String!) { commodity(code: $code) { price { amount askedFor day carriedForward } } }",
        {"code": str(NOT_TODAY)},
    )
    assert data["commodity"]["price"] == {
        "amount": history(None, TODAY)[NOT_TODAY][next(reversed(days_with_a_price(None, NOT_TODAY)))],
        "askedFor": "2026-11-23",
        "day": "2026-11-18",
        "carriedForward": True,
    }


def days_with_a_price(market, commodity):
    return {day: price for day, price in history(market, TODAY)[commodity].items() if price}


async def test_the_price_of_an_earlier_day(hub):
    data = await hub.data(
        '{ market(code: "9103") { prices(on: "2026-10-04", name: "beras medium") { nodes { amount day } } } }'
    )
    days = [day for day in days_with_a_price(9103, 51) if day.isoformat() <= "2026-10-04"]
    assert data["market"]["prices"]["nodes"] == [
        {"amount": history(9103, TODAY)[51][days[-1]], "day": days[-1].isoformat()}
    ]


async def test_the_largest_move_of_the_week_comes_first(hub):
    data = await hub.data("""{ up: priceMoves(over: WEEK, direction: UP, first: 2) {
        nodes { price { commodity { code } amount } change { amount percent previousAmount previousDay } } }
      down: priceMoves(over: WEEK, direction: DOWN, first: 100) { nodes { change { amount percent } } } }""")
    first = data["up"]["nodes"][0]
    assert first["price"]["commodity"]["code"] == str(JUMPED)
    assert first["change"]["percent"] > 80
    assert first["change"]["amount"] == first["price"]["amount"] - first["change"]["previousAmount"]
    assert first["change"]["previousDay"] == "2026-11-16"
    percents = [each["change"]["percent"] for each in data["down"]["nodes"]]
    assert percents == sorted(percents)
    assert all(percent < 0 for percent in percents)


async def test_a_series_for_a_chart(hub):
    data = await hub.data("""{ commodity(code: "51") { chart(market: "9101", since: "2026-11-01") { lowest highest level
      market { name type } points(first: 100) { totalCount nodes { day amount } } } } }""")
    chart = data["commodity"]["chart"]
    expected = [
        {"day": day.isoformat(), "amount": price}
        for day, price in days_with_a_price(9101, 51).items()
        if day.isoformat() >= "2026-11-01"
    ]
    assert chart["points"] == {"totalCount": len(expected), "nodes": expected}
    assert chart["lowest"] == min(each["amount"] for each in expected)
    assert chart["highest"] == max(each["amount"] for each in expected)
    assert (chart["level"], chart["market"]) == ("RETAIL", {"name": "Pasar Contoh Anyar", "type": "TRADITIONAL"})


async def test_the_average_over_the_city_has_no_modern_market_in_it(hub):
    data = await hub.data('{ commodity(code: "52") { price { amount market { name } } } }')
    traditional = [history(each.id, TODAY)[52][TODAY] for each in MARKETS if each.kind == 1]
    asked = [price for price in traditional if price]
    assert data["commodity"]["price"] == {"amount": round(sum(asked) / len(asked)), "market": None}


async def test_markets_of_a_kind_and_of_a_kecamatan(hub):
    data = await hub.data("""{ modern: markets(type: MODERN) { nodes { name } }
      here: markets(kecamatan: "36.71.06") { nodes { name kecamatan { name } kelurahan { code } } } }""")
    assert data["modern"]["nodes"] == [{"name": "Swalayan Contoh"}]
    assert data["here"]["nodes"] == [
        {"name": "Pasar Contoh Ciledug", "kecamatan": {"name": "Ciledug"}, "kelurahan": {"code": "36.71.06.1001"}}
    ]


async def test_commodities_of_a_group(hub):
    data = await hub.data('{ commodities(group: "CABAI") { nodes { name group unit } } }')
    assert [each["name"] for each in data["commodities"]["nodes"]] == [
        "Cabai Merah Besar", "Cabai Merah Keriting", "Cabai Rawit Hijau", "Cabai Rawit Merah",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ commodity(code: "51") { price(market: "1") { amount } } }', "There is no market with this code."),
        (
            '{ commodity(code: "51") { price(on: "2026-11-24") { amount } } }',
            "There are no prices for future days yet.",
        ),
        (
            '{ commodity(code: "51") { chart(since: "2026-11-20", until: "2026-11-19") { lowest } } }',
            "since must not be after until.",
        ),
    ],
)
async def test_what_cannot_be_asked_is_told(hub, sandbox, query, message):
    answer = await hub.ask(query, accept_language="en")
    assert [each["message"] for each in answer["errors"]] == [message]
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_market_that_is_not_there_is_asked_no_price(hub, sandbox):
    await hub.ask('{ commodity(code: "51") { price(market: "1") { amount } } }')
    assert sandbox.control.calls("sp2kp") == {"commodities": 1, "markets": 1}


async def test_a_dead_survey_costs_its_own_field_and_is_served_from_before(hub, sandbox, clock):
    query = '{ city { name } commodity(code: "51") { price { amount source { state problem } } } }'
    before = await hub.data(query)
    sandbox.control.set("sp2kp", "down")
    clock.advance(timedelta(hours=23))
    after = await hub.data(query)
    assert after["commodity"]["price"]["amount"] == before["commodity"]["price"]["amount"]
    assert after["commodity"]["price"]["source"] == {"state": "STALE", "problem": "AGENCY_UNAVAILABLE"}


async def test_markets_and_commodities_are_nodes(hub):
    data = await hub.data('{ market(code: "9101") { id name } commodity(code: "51") { id name } }')
    for kind, of in (("Market", data["market"]), ("Commodity", data["commodity"])):
        again = await hub.data(
            f"query ($id: ID!) {{ node(id: $id) {{ id ... on {kind} {{ name }} }} }}", {"id": of["id"]}
        )
        assert again["node"] == of
