"""Sports venues, asked in GraphQL: from the hub's copy, without a call."""

from datetime import timedelta

import pytest

from sandbox.venues import city_courts
from sandbox.venues.courts import AFTER_MIDNIGHT, CLOSED_ON_MONDAYS, COUNT, NOBODY_KEEPS, courts, facility
from sandbox.venues.openactive import feeds_of
from tests.prices.test_sp2kp import TODAY

HERE = "near: {latitude: -6.1702, longitude: 106.6403}"


def code(number):
    return f"gor-contoh/{courts()[number - 1].id}"


async def test_venues_and_their_slots_cost_no_call(hub, sandbox):
    data = await hub.data(
        "{ venues(first: 100) { totalCount nodes { name sports { nodes { name } } slots(first: 1) { totalCount } } } }"
    )
    assert data["venues"]["totalCount"] == COUNT + city_courts.COUNT
    assert all(each["slots"]["totalCount"] for each in data["venues"]["nodes"])
    assert sandbox.control.all_hits() == 0


async def test_venues_of_a_sport_by_code_or_name(hub):
    data = await hub.data("""{ code: venues(sport: "tenis-meja") { totalCount sports { code venues } }
      name: venues(sport: "TENIS MEJA") { totalCount nodes { sports { nodes { code name } } } } }""")
    assert data["code"]["totalCount"] == data["name"]["totalCount"] == 5
    assert {"code": "tenis-meja", "venues": 5} in data["code"]["sports"]
    assert len(data["code"]["sports"]) == 8
    assert all(
        each["sports"]["nodes"] == [{"code": "tenis-meja", "name": "Tenis Meja"}] for each in data["name"]["nodes"]
    )


async def test_venues_of_a_kecamatan(hub):
    data = await hub.data('{ venues(kecamatan: "36.71.05") { nodes { name kecamatan { code } } } }')
    assert [each["name"] for each in data["venues"]["nodes"]] == sorted(
        court.name for court in courts() if court.area == "Cipondoh"
    )
    assert {each["kecamatan"]["code"] for each in data["venues"]["nodes"]} == {"36.71.05"}


async def test_the_nearest_first_and_only_those_within_reach(hub):
    data = await hub.data(f"""{{ all: venues({HERE}, orderBy: DISTANCE, first: 100) {{ nodes {{ distance }} }}
      near: venues({HERE}, withinKm: 4, first: 100) {{ totalCount nodes {{ distance }} }} none: venues {{ nodes {{ distance }} }} }}""")
    distances = [each["distance"] for each in data["all"]["nodes"]]
    assert distances == sorted(distances)
    assert data["near"]["totalCount"] == sum(distance <= 4 for distance in distances) > 0
    assert {each["distance"] for each in data["none"]["nodes"]} == {None}


async def test_venues_that_are_free_on_a_day(hub, sandbox, clock):
    query = "query ($on: Date!) { venues(freeOn: $on, first: 100) { totalCount nodes { code } } }"
    monday = (await hub.data(query, {"on": "2026-11-23"}))["venues"]
    assert monday["totalCount"] == COUNT + city_courts.COUNT - 1
    assert code(CLOSED_ON_MONDAYS) not in {each["code"] for each in monday["nodes"]}
    assert (await hub.data(query, {"on": "2026-12-31"}))["venues"]["totalCount"] == 0


async def test_free_slots_with_price_length_and_what_is_left(hub):
    data = await hub.data(
        """query ($code: String!) { venue(code: $code) { slots(on: "2026-11-24", first: 100) { totalCount
        nodes { startsAt endsAt minutes price remaining maximum } }
        all: slots(on: "2026-11-24", onlyFree: false, first: 100) { totalCount nodes { remaining } } } }""",
        {"code": code(1)},
    )
    free, everything = data["venue"]["slots"], data["venue"]["all"]
    assert everything["totalCount"] == 13
    assert free["totalCount"] == sum(each["remaining"] > 0 for each in everything["nodes"])
    first = free["nodes"][0]
    assert (first["minutes"], first["price"], first["maximum"]) == (60, 75_000, 1)
    times = [each["startsAt"] for each in free["nodes"]]
    assert times == sorted(times)


async def test_slots_page_on_by_time(hub):
    query = """query ($code: String!, $at: String) { venue(code: $code) { slots(first: 40, after: $at) { totalCount
      nodes { startsAt } pageInfo { hasNextPage endCursor } } } }"""
    starts, at = [], None
    while True:
        page = (await hub.data(query, {"code": code(1), "at": at}))["venue"]["slots"]
        starts += [each["startsAt"] for each in page["nodes"]]
        at = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(starts) == page["totalCount"] == len(set(starts))
    assert starts == sorted(starts)


async def test_a_day_as_a_row_of_a_grid(hub, clock):
    data = await hub.data(
        """query ($code: String!) { venue(code: $code) { today: day { day hours prices }
        tomorrow: day(on: "2026-11-24") { hours prices } } }""",
        {"code": code(AFTER_MIDNIGHT)},
    )
    today, tomorrow = data["venue"]["today"], data["venue"]["tomorrow"]
    assert today["day"] == "2026-11-23"
    assert len(today["hours"]) == len(today["prices"]) == 24
    assert set(today["hours"][9:12]) == {"PAST"}
    assert (today["hours"][23], tomorrow["hours"][0], tomorrow["hours"][1]) == ("FREE", "FREE", "CLOSED")
    assert all((price is not None) is (state == "FREE") for state, price in zip(*tomorrow.values(), strict=True))


async def test_a_grid_of_all_venues_looks_once_at_the_store(hub):
    data = await hub.data('{ venues(first: 100) { nodes { day(on: "2026-11-28") { hours } } } }')
    assert all(len(each["day"]["hours"]) == 24 for each in data["venues"]["nodes"])
    assert all("FREE" in each["day"]["hours"] for each in data["venues"]["nodes"])


async def test_opening_hours_day_by_day(hub):
    data = await hub.data(
        """query ($code: String!) { venue(code: $code) { openNow openingHours { totalCount
        nodes { day opens closes } } } }""",
        {"code": code(CLOSED_ON_MONDAYS)},
    )
    hours = data["venue"]["openingHours"]
    assert hours["totalCount"] == 6
    assert hours["nodes"][0] == {"day": "TUESDAY", "opens": "08:00:00", "closes": "21:00:00"}
    assert data["venue"]["openNow"] is False


async def test_the_keeper_on_duty(hub):
    query = "query ($code: String!, $at: DateTime) { venue(code: $code) { keeper(at: $at) { name phone } } }"
    noon = await hub.data(query, {"code": code(1)})
    night = await hub.data(query, {"code": code(1), "at": "2026-11-24T00:30:00+07:00"})
    nobody = await hub.data(query, {"code": code(1), "at": "2026-11-24T03:00:00+07:00"})
    unknown = await hub.data(query, {"code": code(NOBODY_KEEPS)})
    keepers = facility(courts()[0])["beta:keepers"]
    assert noon["venue"]["keeper"] == {"name": keepers[0]["name"], "phone": keepers[0]["telephone"]}
    assert night["venue"]["keeper"]["name"] == keepers[1]["name"]
    assert (nobody["venue"]["keeper"], unknown["venue"]["keeper"]) == (None, None)


async def test_a_booking_at_the_venue_is_seen_within_a_minute(hub, sandbox, clock):
    query = "query ($code: String!) { venue(code: $code) { day { hours } slotsSource { state } } }"
    before = (await hub.data(query, {"code": code(1)}))["venue"]["day"]["hours"]
    hour = next(hour for hour in range(13, 24) if before[hour] == "FREE")
    feeds_of(sandbox.control).book(f"S1-20261123-{hour:02d}", TODAY)
    clock.advance(timedelta(minutes=1))
    await hub.follow()
    after = (await hub.data(query, {"code": code(1)}))["venue"]
    assert after["day"]["hours"][hour] == "TAKEN"
    assert after["slotsSource"]["state"] == "SNAPSHOT"
    assert sandbox.control.calls("gor-contoh") == {"slots": 2}


async def test_a_slot_and_a_venue_that_are_deleted_are_gone(hub, sandbox, clock):
    feeds = feeds_of(sandbox.control)
    feeds.delete("Slot", "S1-20261124-09", TODAY)
    feeds.delete("FacilityUse", "39", TODAY)
    clock.advance(timedelta(minutes=10))
    await hub.follow()
    data = await hub.data(
        """query ($code: String!, $gone: String!) { venues { totalCount } gone: venue(code: $gone) { name }
        venue(code: $code) { slots(on: "2026-11-24", onlyFree: false) { totalCount } } }""",
        {"code": code(1), "gone": code(39)},
    )
    assert data == {
        "venues": {"totalCount": 39 + city_courts.COUNT},
        "gone": None,
        "venue": {"slots": {"totalCount": 12}},
    }


async def test_free_hours_are_not_told_from_a_copy_that_is_too_old(hub, sandbox, clock):
    query = "query ($code: String!) { venue(code: $code) { name slots { totalCount } day { hours } } }"
    sandbox.control.set("gor-contoh", "down")
    clock.advance(timedelta(minutes=10))
    await hub.follow()
    data = await hub.data(query.replace("day { hours }", "slotsSource { state problem }"), {"code": code(1)})
    assert data["venue"]["slotsSource"] == {"state": "STALE", "problem": "AGENCY_UNAVAILABLE"}
    clock.advance(timedelta(minutes=10))
    answer = await hub.ask(query, {"code": code(1)})
    assert answer["data"]["venue"] == {"name": courts()[0].name, "slots": None, "day": None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"AGENCY_UNAVAILABLE"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ venues(orderBy: DISTANCE) { totalCount } }", "withinKm and DISTANCE need near."),
        ("{ venues(withinKm: 3) { totalCount } }", "withinKm and DISTANCE need near."),
        (
            "{ venues(near: {latitude: 91, longitude: 0}) { totalCount } }",
            "A latitude is between -90 and 90, a longitude between -180 and 180.",
        ),
        ('{ venues(freeOn: "2030-01-01") { totalCount } }', "A day is at most 60 days from today."),
        (
            '{ venue(code: "gor-contoh/1") { keeper(at: "2026-11-24T00:30:00") { name } } }',
            "A value in this document: not a valid DateTime; expected a moment with its zone, between 1500 and 2499, as in 2026-01-31T00:00:00Z.",
        ),
    ],
)
async def test_what_cannot_be_asked_is_told(hub, query, message):
    answer = await hub.ask(query, accept_language="en")
    assert [error["message"] for error in answer["errors"]] == [message]
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_venue_is_a_node(hub):
    data = await hub.data("query ($code: String!) { venue(code: $code) { id name } }", {"code": code(2)})
    again = await hub.data(
        "query ($id: ID!) { node(id: $id) { id ... on Venue { name } } }", {"id": data["venue"]["id"]}
    )
    assert again["node"] == data["venue"]
