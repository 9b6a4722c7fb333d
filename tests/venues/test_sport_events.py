"""Sport events, asked in GraphQL, with the exact number of calls."""

import pytest

EVENTS = "dispora-agenda"


async def test_what_is_to_come_begins_with_today_and_costs_one_call(hub, sandbox):
    query = "{ sportEvents(first: 3) { totalCount ics nodes { title sports startsAt cancelled } } }"
    assert (await hub.data(query))["sportEvents"] == {
        "totalCount": 31,
        "ics": "/calendar/sport-events.ics",
        "nodes": [
            {
                "title": "Lomba Futsal Contoh Cibodas",
                "sports": ["Futsal"],
                "startsAt": "2026-11-29T15:00:00+07:00",
                "cancelled": True,
            },
            {
                "title": "Jalan Pagi Contoh",
                "sports": ["Jalan Sehat", "Atletik"],
                "startsAt": "2026-12-06T06:00:00+07:00",
                "cancelled": False,
            },
            {
                "title": "Lomba Badminton Contoh Neglasari",
                "sports": ["Badminton"],
                "startsAt": "2026-12-11T16:00:00+07:00",
                "cancelled": False,
            },
        ],
    }
    await hub.data(query)
    assert sandbox.control.calls(EVENTS) == {"calendar": 1}
    assert sandbox.control.all_hits() == 1


async def test_an_agency_of_events_is_not_followed_for_venues(hub, sandbox):
    data = await hub.data("{ venues(first: 1) { nodes { name } unavailable { agency } } }")
    assert (len(data["venues"]["nodes"]), data["venues"]["unavailable"]) == (1, [])
    await hub.follow()
    assert sandbox.control.hits(EVENTS) == 0


@pytest.mark.parametrize(
    ("arguments", "titles", "ics"),
    [
        ('sport: "JALAN sehat", until: "2026-12-31"', ["Jalan Pagi Contoh"], "?until=2026-12-31&sport=JALAN+sehat"),
        ('venue: "cipondoh gor"', ["Lomba Badminton Contoh Cipondoh"], "?venue=cipondoh+gor"),
        ('sport: "Futsal", venue: "cipondoh"', [], "?sport=Futsal&venue=cipondoh"),
        ('sport: "Fut", first: 5', [], "?sport=Fut"),
        ('since: "2027-09-09", until: "2027-09-09"', ["Hari Olahraga Nasional"], "?since=2027-09-09&until=2027-09-09"),
    ],
)
async def test_a_list_is_narrowed_and_says_where_its_export_is(hub, arguments, titles, ics):
    data = await hub.data(f"{{ sportEvents({arguments}) {{ totalCount ics nodes {{ title }} }} }}")
    assert data["sportEvents"] == {
        "totalCount": len(titles),
        "ics": f"/calendar/sport-events.ics{ics}",
        "nodes": [{"title": title} for title in titles],
    }


async def test_the_sports_to_choose_from_are_those_of_the_list_but_for_the_sport(hub):
    data = await hub.data('{ sportEvents(venue: "cipondoh", sport: "Futsal") { totalCount sports } }')
    assert data["sportEvents"] == {"totalCount": 0, "sports": ["Badminton"]}


async def test_a_place_is_in_a_kecamatan_where_the_configuration_says_so_and_has_a_position_where_the_calendar_does(
    hub,
):
    data = await hub.data("{ sportEvents(first: 40) { nodes { place kecamatan { name } latitude longitude } } }")
    known = {each["place"]: each for each in data["sportEvents"]["nodes"]}
    assert [place for place, each in known.items() if each["kecamatan"]] == [
        "GOR Contoh Benda", "GOR Contoh Cipondoh",
    ]  # fmt: skip
    assert [tuple(each.values()) for each in known.values() if each["latitude"]] == [
        ("Stadion Contoh", None, -6.1717, 106.6405)
    ]


async def test_one_event_of_those_that_recur_is_found_again(hub):
    data = await hub.data('{ sportEvents(sport: "atletik", first: 1) { nodes { id code title } } }')
    (event,) = data["sportEvents"]["nodes"]
    assert event["code"] == "dispora-agenda/jalan-pagi@dispora.example/20261205T230000Z"
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on SportEvent { code title } } }"
    assert (await hub.data(query, {"id": event["id"]}))["node"] == {"__typename": "SportEvent", **event}
    one = await hub.data("query ($code: String!) { sportEvent(code: $code) { title } }", {"code": event["code"]})
    assert one["sportEvent"] == {"title": "Jalan Pagi Contoh"}


async def test_a_dead_calendar_costs_its_own_field(hub, sandbox):
    sandbox.control.set(EVENTS, "down")
    answer = await hub.ask("{ sportEvents { totalCount } venues { totalCount } jobFairs { totalCount } }")
    assert answer["data"]["sportEvents"] is None
    assert answer["data"]["venues"]["totalCount"] >= 40
    assert answer["data"]["jobFairs"]["totalCount"] > 0
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["AGENCY_UNAVAILABLE"]
