"""Several surveys of prices side by side: who decides, who stands in, and what is never mixed."""

import base64
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.prices.records import MarketKind, PriceLevel, PricePoint, Prices
from engine.configuration.agencies_file import connect_agencies
from resolvers.prices.commodity_rules import CommodityListing, KnownCommodity
from resolvers.prices.markets import SurveyedMarket
from resolvers.prices.price_lists import PriceList, SurveyPrices
from resolvers.prices.prices import cheapest
from sandbox.prices import pihps, survey
from sandbox.prices.markets import JUMPED, MARKETS, history
from tests.clock import NOON
from tests.conftest import configuration_for, listening
from tests.prices.test_sp2kp import TODAY

CHILLI = '{ commodity(code: "65") { %s } }'
MONTHS = survey.months(NOON)


def average(commodity, month=MONTHS[-1], without=()):
    """The survey's, of its open markets."""
    of = next(each for each in survey.COMMODITIES if each.id == commodity)
    amounts = [
        survey.price(of, market, month, NOON)
        for market in survey.MARKETS
        if market != survey.CLOSED and market not in without
    ]
    return round(sum(amounts) / len(amounts))


async def test_ids_and_codes_of_the_first_survey_are_as_they_were(hub):
    data = await hub.data('{ commodity(code: "51") { id code name unit } market(code: "9101") { id code } }')
    assert data["commodity"] == {"id": to_id("Commodity:51"), "code": "51", "name": "Beras Medium", "unit": "kg"}
    assert data["market"] == {"id": to_id("Market:9101"), "code": "9101"}


def to_id(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def test_what_all_surveys_have_is_one_commodity_with_what_each_calls_it(hub):
    data = await hub.data(
        CHILLI % "code standardCode name group unit listings { nodes { survey code name unit factor } }"
    )
    assert data["commodity"] == {
        "code": "65", "standardCode": "cabai-rawit-merah", "name": "Cabai Rawit Merah", "group": "Cabai", "unit": "kg",
        "listings": {"nodes": [
            {"survey": "sp2kp", "code": "65", "name": "Cabai Rawit Merah", "unit": "kg", "factor": 1.0},
            {"survey": "pihps", "code": "com_16", "name": "Cabai Rawit Merah", "unit": "kg", "factor": 1.0},
            {"survey": "survei-pasar", "code": "2", "name": "Cabai Rawit Merah", "unit": "ons", "factor": 10.0},
        ]},
    }  # fmt: skip


async def test_it_is_found_by_each_of_its_codes(hub):
    codes = ["65", "cabai-rawit-merah", "sp2kp:65", "pihps:com_16", "survei-pasar:2"]
    data = await hub.data(f"{{ {aliased(codes)} }}")
    assert list(data.values()) == [{"code": "65"}] * 5


async def test_it_is_not_found_by_a_code_that_nobody_says_whose_it_is(hub):
    data = await hub.data(f"{{ {aliased(['com_16', '2', 'pihps:65', '', ':', 'survei-pasar:99'])} }}")
    assert list(data.values()) == [None] * 6


def aliased(codes):
    return " ".join(f'a{at}: commodity(code: "{code}") {{ code }}' for at, code in enumerate(codes))


async def test_each_survey_says_its_own_price_in_the_hubs_unit(hub):
    data = await hub.data(
        CHILLI % "pricesBySource { nodes { amount level marketType grain day outlier source { agency state } } }"
    )
    chilli = pihps.COMMODITIES[15]
    shared = {"level": "RETAIL", "marketType": "TRADITIONAL", "outlier": False}
    assert data["commodity"]["pricesBySource"]["nodes"] == [
        {"amount": history(None, TODAY)[JUMPED][TODAY], "day": "2026-11-23", "grain": "DAY",
         "source": {"agency": "sp2kp", "state": "LIVE"}, **shared},
        {"amount": pihps.price(chilli, date(2026, 11, 20), NOON.astimezone(pihps.WIB)), "day": "2026-11-20",
         "grain": "DAY", "source": {"agency": "pihps", "state": "LIVE"}, **shared},
        {"amount": average(2) * 10, "day": "2026-11-01", "grain": "MONTH",
         "source": {"agency": "survei-pasar", "state": "LIVE"}, **shared},
    ]  # fmt: skip


async def test_the_first_survey_decides_and_another_can_be_asked_for(hub):
    data = await hub.data(
        """{ commodity(code: "65") { price { source { agency } } bank: price(source: "pihps") { source { agency } }
        chart(source: "survei-pasar") { grain source { agency } points(last: 1) { nodes { amount } } } } }"""
    )
    assert data["commodity"] == {
        "price": {"source": {"agency": "sp2kp"}},
        "bank": {"source": {"agency": "pihps"}},
        "chart": {
            "grain": "MONTH",
            "source": {"agency": "survei-pasar"},
            "points": {"nodes": [{"amount": average(2) * 10}]},
        },
    }


async def test_another_unit_is_another_commodity(hub):
    data = await hub.data(
        """{ volume: commodity(code: "56") { unit listings { nodes { survey } } price { amount } }
        weight: commodity(code: "survei-pasar:3") { code standardCode name unit listings { nodes { survey } }
          price { amount } } }"""
    )
    assert data["volume"]["unit"] == "lt"
    assert [each["survey"] for each in data["volume"]["listings"]["nodes"]] == ["sp2kp", "pihps"]
    assert data["weight"] == {
        "code": "survei-pasar:3",
        "standardCode": None,
        "name": "Minyak Goreng Sawit Curah",
        "unit": "kg",
        "listings": {"nodes": [{"survey": "survei-pasar"}]},
        "price": {"amount": average(3)},
    }


async def test_what_only_one_survey_has_is_there_under_that_surveys_name(hub):
    data = await hub.data(
        """{ known: commodity(code: "ikan-lele") { code standardCode price { source { agency } } }
        unknown: commodity(code: "survei-pasar:7") { name group standardCode price { amount } }
        bank: commodity(code: "beras-bawah-1") { code price { source { agency } } } }"""
    )
    assert data == {
        "known": {
            "code": "survei-pasar:4",
            "standardCode": "ikan-lele",
            "price": {"source": {"agency": "survei-pasar"}},
        },
        "unknown": {"name": "Kolang-Kaling", "group": "Buah", "standardCode": None, "price": {"amount": average(7)}},
        "bank": {"code": "pihps:com_1", "price": {"source": {"agency": "pihps"}}},
    }


async def test_names_are_in_the_language_of_the_request_and_the_order_in_every_language_the_same(hub):
    query = '{ commodities(group: "beras", first: 3) { nodes { code name } pageInfo { endCursor } } }'
    indonesian, english = await hub.ask(query), await hub.ask(query, accept_language="en")
    first, second = (each["data"]["commodities"] for each in (indonesian, english))
    assert [each["name"] for each in first["nodes"]][:2] == ["Beras Kualitas Bawah I", "Beras Kualitas Bawah II"]
    assert [each["name"] for each in second["nodes"]][:2] == ["Low-quality rice I", "Low-quality rice II"]
    assert [each["code"] for each in first["nodes"]] == [each["code"] for each in second["nodes"]]
    assert first["pageInfo"] == second["pageInfo"]
    found = await hub.data('{ commodities(name: "SHALLOT") { nodes { name } } }')
    assert found["commodities"]["nodes"] == [{"name": "Bawang Merah"}]


async def test_commodities_of_one_survey(hub):
    data = await hub.data(
        '{ commodities(source: "survei-pasar") { totalCount nodes { name } unavailable { agency } } }'
    )
    assert (data["commodities"]["totalCount"], data["commodities"]["unavailable"]) == (7, [])


async def test_where_the_first_does_not_answer_the_next_stands_in_under_the_same_code(hub, sandbox):
    sandbox.control.set("sp2kp", "down")
    data = await hub.data(
        """{ commodity(code: "65") { code price { source { agency } } }
        commodities(group: "Cabai") { nodes { code } unavailable { agency problem } }
        markets { nodes { code source { agency } } } }"""
    )
    assert data["commodity"] == {"code": "65", "price": {"source": {"agency": "pihps"}}}
    assert {each["code"] for each in data["commodities"]["nodes"]} == {"63", "64", "65", "66"}
    assert data["commodities"]["unavailable"] == [{"agency": "sp2kp", "problem": "AGENCY_UNAVAILABLE"}]
    assert [each["code"] for each in data["markets"]["nodes"]] == [f"survei-pasar:{code}" for code in (1, 2, 3, 4)]


async def test_where_only_its_prices_are_missing_the_next_stands_in(hub):
    data = await hub.data(
        CHILLI
        % """now: price { source { agency } } long_ago: price(on: "2026-01-02") { amount day source { agency } }
        longer: price(on: "2020-01-02") { amount day source { agency } }"""
    )
    assert data["commodity"] == {
        "now": {"source": {"agency": "sp2kp"}},
        "long_ago": {
            "amount": average(2, "2026-01") * 10, "day": "2026-01-01", "source": {"agency": "survei-pasar"},
        },
        "longer": {"amount": None, "day": None, "source": {"agency": "sp2kp"}},
    }  # fmt: skip


@pytest.mark.parametrize("option", ['level = "PRODUCER"', 'level = "WHOLESALE"', 'market_type = "MODERN"'])
async def test_a_price_of_another_level_or_kind_never_stands_in(sandbox, tmp_path, clock, option):
    configuration = configuration_for(sandbox, tmp_path, ('regency = "993",', f'regency = "993", {option},'))
    sandbox.control.set("sp2kp", "down")
    async with listening(configuration, clock) as hub:
        answer = await hub.ask(
            """{ commodity(code: "67") { code price { amount } bank: price(source: "pihps") { level marketType } }
            priceMoves(over: MONTH, first: 100) { nodes { price { source { agency } level marketType } } }
            bank: priceMoves(over: MONTH, source: "pihps") { totalCount } }"""
        )
    assert (answer["data"]["commodity"]["code"], answer["data"]["commodity"]["price"]) == ("67", None)
    assert [(each["path"], each["extensions"]["agency"]) for each in answer["errors"]] == [
        (["commodity", "price"], "sp2kp")
    ]
    said = answer["data"]["commodity"]["bank"]
    assert (said["level"], said["marketType"]) != ("RETAIL", "TRADITIONAL")
    moves = [each["price"] for each in answer["data"]["priceMoves"]["nodes"]]
    assert {each["source"]["agency"] for each in moves} == {"survei-pasar"}
    assert {(each["level"], each["marketType"]) for each in moves} == {("RETAIL", "TRADITIONAL")}
    assert answer["data"]["bank"]["totalCount"] > 15


async def test_a_survey_that_does_not_answer_says_so_beside_the_others(hub, sandbox):
    await hub.data('{ commodity(code: "65") { code } }')
    sandbox.control.set("pihps", "down")
    data = await hub.data(CHILLI % "pricesBySource { nodes { amount source { agency state problem } } }")
    _, bank, city = data["commodity"]["pricesBySource"]["nodes"]
    assert bank == {
        "amount": None,
        "source": {"agency": "pihps", "state": None, "problem": "AGENCY_UNAVAILABLE"},
    }
    assert city["amount"] == average(2) * 10


async def test_where_nobody_answers_it_is_an_error(hub, sandbox):
    for code in ("sp2kp", "pihps", "survei-pasar"):
        sandbox.control.set(code, "down")
    answer = await hub.ask(
        "{ city { name } commodities { totalCount } priceMoves { totalCount } markets { totalCount } }"
    )
    assert answer["data"] == {
        "city": {"name": "Kota Tangerang"},
        "commodities": None,
        "priceMoves": None,
        "markets": None,
    }
    assert {each["extensions"]["agency"] for each in answer["errors"]} == {"sp2kp"}


@pytest.mark.parametrize("mode", ["down", "changed", "slow"])
async def test_a_database_that_is_ill_costs_what_only_it_has(sandbox, tmp_path, clock, mode):
    name = 'name = "Survei Pasar Contoh"'
    limits = "{ timeout = 0.3 }" if mode == "slow" else "{}"
    configuration = configuration_for(sandbox, tmp_path, (name, f"{name}\nlimits = {limits}"))
    sandbox.control.set("survei-pasar", mode)
    async with listening(configuration, clock) as hub:
        data = await hub.data("{ commodities { totalCount unavailable { agency problem } } priceMoves { totalCount } }")
    problem = "AGENCY_CHANGED" if mode == "changed" else "AGENCY_UNAVAILABLE"
    assert data["commodities"] == {"totalCount": 43, "unavailable": [{"agency": "survei-pasar", "problem": problem}]}
    assert data["priceMoves"]["totalCount"] > 30


async def test_what_cannot_be_asked_is_told(hub):
    no_survey, no_market = "There is no survey with this code.", "There is no market with this code."
    to_come = "There are no prices for future days yet."
    fields = [
        ('price(source: "bapenda") { amount }', no_survey),
        ('price(source: "x") { amount }', no_survey),
        ('price(market: "9101", source: "pihps") { amount }', "That survey does not cover this market."),
        ('price(market: "pihps:1") { amount }', no_market),
        ('price(market: "survei-pasar:5") { amount }', no_market),
        ('chart(source: "x") { lowest }', no_survey),
        ('cheapestMarket(source: "x") { amount }', no_survey),
        ('cheapestMarket(on: "2026-11-24") { amount }', to_come),
        ('pricesByMarket(on: "2026-11-24") { totalCount }', to_come),
        ('pricesBySource(on: "2026-11-24") { totalCount }', to_come),
    ]
    asked = " ".join(f"a{at}: {field}" for at, (field, _) in enumerate(fields))
    answer = await hub.ask(CHILLI % asked, accept_language="en")
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"BAD_USER_INPUT"}
    told = {each["path"][1]: each["message"] for each in answer["errors"]}
    assert told == {f"a{at}": message for at, (_, message) in enumerate(fields)}


async def test_what_was_asked_before_the_weekend_is_asked_again_on_it_and_is_not_stale(hub, clock):
    query = CHILLI % "price { day source { state } }"
    assert (await hub.data(query))["commodity"]["price"] == {"day": "2026-11-23", "source": {"state": "LIVE"}}
    clock.advance(timedelta(minutes=30))
    assert (await hub.data(query))["commodity"]["price"]["source"] == {"state": "CACHED"}
    clock.advance(timedelta(days=5))
    assert (await hub.data(query))["commodity"]["price"] == {"day": "2026-11-27", "source": {"state": "LIVE"}}


async def test_a_survey_that_does_not_have_it_says_nothing(hub):
    data = await hub.data(
        '{ commodity(code: "52") { price(source: "pihps") { amount } chart(source: "pihps") { lowest } } }'
    )
    assert data["commodity"] == {"price": None, "chart": None}


async def test_a_market_of_another_survey_by_its_code_and_as_a_node(hub):
    data = await hub.data(
        """{ market(code: "survei-pasar:1") { id code name type kecamatan { name } source { agency }
        prices { totalCount nodes { commodity { name unit } amount grain } } }
        markets(source: "survei-pasar") { totalCount } same: market(code: "sp2kp:9101") { code } }"""
    )
    market = data["market"]
    assert market["id"] == to_id("Market:survei-pasar:1")
    assert (market["name"], market["kecamatan"], market["source"]["agency"]) == (
        "Anyar Contoh", {"name": "Tangerang"}, "survei-pasar",
    )  # fmt: skip
    assert market["prices"]["totalCount"] == 7
    chilli = next(each for each in market["prices"]["nodes"] if each["commodity"]["name"] == "Cabai Rawit Merah")
    expected = survey.price(survey.COMMODITIES[1], 1, MONTHS[-1], NOON) * 10
    assert chilli == {"commodity": {"name": "Cabai Rawit Merah", "unit": "kg"}, "amount": expected, "grain": "MONTH"}
    assert (data["markets"], data["same"]) == ({"totalCount": 4}, {"code": "9101"})
    again = await hub.data("query ($id: ID!) { node(id: $id) { id ... on Market { name } } }", {"id": market["id"]})
    assert again["node"] == {"id": market["id"], "name": "Anyar Contoh"}


async def test_prices_of_one_commodity_in_each_market(hub, sandbox):
    data = await hub.data(
        '{ commodity(code: "51") { pricesByMarket(type: TRADITIONAL) { nodes { market { code name } amount marketType } } } }'
    )
    nodes = data["commodity"]["pricesByMarket"]["nodes"]
    traditional = sorted((each for each in MARKETS if each.kind == 1), key=lambda each: each.name)
    assert [each["market"]["name"] for each in nodes] == [each.name for each in traditional]
    assert [each["amount"] for each in nodes] == [newest(each.id, 51)[1] for each in traditional]
    assert {each["marketType"] for each in nodes} == {"TRADITIONAL"}
    asked = {f"prices {each.id}": 1 for each in traditional}
    assert sandbox.control.calls("sp2kp") == {"commodities": 1, "markets": 1, **asked}


def newest(market, commodity):
    return [(day, price) for day, price in history(market, TODAY)[commodity].items() if price][-1]


async def test_the_cheapest_market_is_of_the_same_kind_on_the_same_day(hub):
    data = await hub.data(
        """{ commodities(source: "sp2kp", first: 100) { nodes { code
        cheapestMarket { market { code type } amount day level source { agency } } } } }"""
    )
    for each in data["commodities"]["nodes"]:
        of = int(each["code"])
        prices = {market.id: history(market.id, TODAY)[of] for market in MARKETS if market.kind == 1}
        days = [day for day in prices[9101] if sum(bool(price[day]) for price in prices.values()) * 2 >= len(prices)]
        if not days:
            assert (of, each["cheapestMarket"]) == (76, None)
            continue
        asked = {market: price[days[-1]] for market, price in prices.items() if price[days[-1]]}
        found = each["cheapestMarket"]
        assert (found["amount"], found["day"]) == (min(asked.values()), days[-1].isoformat())
        assert asked[int(found["market"]["code"])] == found["amount"]
        assert (found["market"]["type"], found["level"], found["source"]["agency"]) == (
            "TRADITIONAL",
            "RETAIL",
            "sp2kp",
        )


async def test_the_cheapest_of_another_kind_or_on_another_day_is_asked_for(hub):
    data = await hub.data(
        """{ commodity(code: "51") { modern: cheapestMarket(type: MODERN) { market { name } marketType }
        wholesale: cheapestMarket(type: WHOLESALE) { amount }
        then: cheapestMarket(on: "2026-10-04") { day askedFor carriedForward } } }"""
    )
    assert data["commodity"] == {
        "modern": {"market": {"name": "Swalayan Contoh"}, "marketType": "MODERN"},
        "wholesale": None,
        "then": {"day": "2026-10-02", "askedFor": "2026-10-04", "carriedForward": True},
    }


async def test_an_outlier_is_flagged_and_kept(hub):
    data = await hub.data(
        """{ bank: commodity(code: "pihps:com_2") { price { amount outlier sinceWeek { percent } }
          chart { highest points(last: 3) { nodes { amount outlier } } } }
        city: commodity(code: "ikan-lele") { price(market: "survei-pasar:2") { amount outlier } average: price { outlier } } }"""
    )
    bank, city = data["bank"], data["city"]
    assert bank["price"]["outlier"] is True
    assert bank["price"]["sinceWeek"]["percent"] > 700
    assert [each["outlier"] for each in bank["chart"]["points"]["nodes"]] == [False, False, True]
    assert bank["chart"]["highest"] == bank["price"]["amount"] == bank["chart"]["points"]["nodes"][-1]["amount"]
    market, commodity = survey.TENFOLD
    assert city["price"] == {
        "amount": survey.price(survey.COMMODITIES[commodity - 1], market, MONTHS[-1], NOON), "outlier": True,
    }  # fmt: skip
    assert city["average"] == {"outlier": False}


async def test_an_outlier_is_no_large_move_unless_it_is_asked_for(hub):
    query = "query ($all: Boolean!) { priceMoves(outliers: $all, first: 100) { nodes { price { commodity { code } outlier } } } }"
    without = (await hub.data(query, {"all": False}))["priceMoves"]["nodes"]
    with_them = (await hub.data(query, {"all": True}))["priceMoves"]["nodes"]
    assert without[0]["price"]["commodity"]["code"] == str(JUMPED)
    assert not [each for each in without if each["price"]["outlier"]]
    assert with_them[0]["price"] == {"commodity": {"code": "pihps:com_2"}, "outlier": True}


async def test_an_outlier_is_not_the_cheapest_unless_it_is_asked_for(hub):
    data = await hub.data(
        """{ commodity(code: "telur-ayam-ras") { usual: cheapestMarket(source: "survei-pasar") { market { code } outlier }
        all: cheapestMarket(source: "survei-pasar", outliers: true) { market { code } outlier } } }"""
    )
    assert data["commodity"]["usual"]["outlier"] is False
    assert data["commodity"]["usual"]["market"]["code"] != "survei-pasar:3"
    assert data["commodity"]["all"] == {"market": {"code": "survei-pasar:3"}, "outlier": True}


async def test_the_largest_moves_have_each_commodity_once_against_its_own_survey(hub):
    data = await hub.data(
        """{ priceMoves(over: MONTH, first: 100) { totalCount unavailable { agency } nodes {
        change { amount previousAmount previousDay percent }
        price { amount day source { agency } commodity { code chart { source { agency } points(first: 100) {
          nodes { day amount } } } } } } } }"""
    )
    moves = data["priceMoves"]["nodes"]
    codes = [each["price"]["commodity"]["code"] for each in moves]
    assert len(set(codes)) == len(codes) == data["priceMoves"]["totalCount"]
    assert {each["price"]["source"]["agency"] for each in moves} == {"sp2kp", "pihps", "survei-pasar"}
    for each in moves:
        chart = each["price"]["commodity"]["chart"]
        assert chart["source"] == each["price"]["source"]
        series = {point["day"]: point["amount"] for point in chart["points"]["nodes"]}
        assert series[each["price"]["day"]] == each["price"]["amount"]
        assert series[each["change"]["previousDay"]] == each["change"]["previousAmount"]
    percents = [abs(each["change"]["percent"]) for each in moves]
    assert percents == sorted(percents, reverse=True)


async def test_the_largest_moves_of_one_survey_and_of_one_market(hub):
    data = await hub.data(
        """{ bank: priceMoves(source: "pihps", first: 100) { nodes { price { source { agency } market { code } } } }
        there: priceMoves(market: "9102", first: 100) { nodes { price { source { agency } market { code } } } } }"""
    )
    bank, there = (data[name]["nodes"] for name in ("bank", "there"))
    assert [each["price"] for each in bank][:1] == [{"source": {"agency": "pihps"}, "market": None}]
    assert {each["price"]["source"]["agency"] for each in bank} == {"pihps"}
    assert len(bank) > 15
    assert {each["price"]["market"]["code"] for each in there} == {"9102"}


def test_of_markets_that_cost_the_same_the_first_by_name_is_thecheapest(configuration, clock):
    sp2kp = connect_agencies(configuration, clock).with_code(Prices, "sp2kp")
    listing = CommodityListing(survey="sp2kp", code="1", name="X", unit="kg", factor=Decimal(1), priced_as="1")
    commodity = KnownCommodity(
        code="1", owner="sp2kp", standard_code=None, name="X", name_en="X", group="", unit="kg", listings=(listing,)
    )

    def price_list(name, amount):
        market = SurveyedMarket(
            code=name, name=name, type=MarketKind.TRADITIONAL, kelurahan=None, latitude=None, longitude=None,
            survey="sp2kp", own_code=name, source=None,
        )  # fmt: skip
        return PriceList(sp2kp, market, TODAY, SurveyPrices({"1": (PricePoint(TODAY, amount),)}), None)

    found = cheapest(
        commodity, [price_list("Poris", 500), price_list("anyar", 500), price_list("Bandeng", 600)], outliers=False
    )
    assert (found.market.name, found.amount, found.level) == ("anyar", 500, PriceLevel.RETAIL)
    assert cheapest(commodity, [], outliers=False) is None


async def test_where_the_first_is_silent_and_the_next_has_nothing_nobody_knows(hub, sandbox):
    sandbox.control.set("sp2kp", "down")
    answer = await hub.ask('{ commodity(code: "67") { code price(on: "2020-01-02") { amount } } }')
    assert answer["data"]["commodity"] == {"code": "67", "price": None}
    (error,) = answer["errors"]
    assert error["extensions"] == {
        "code": "AGENCY_UNAVAILABLE", "agency": "sp2kp", "retryable": True, "retryAfter": 5,
    }  # fmt: skip
