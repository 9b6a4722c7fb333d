"""Job fairs, asked in GraphQL, with the exact number of calls."""

from datetime import datetime, timedelta

import pytest

from sandbox.jobs.agenda import LONG_TITLE
from tests.conftest import ROOT, configuration_for, listening

FAIRS = "disnaker-agenda"
ANOTHER = f"""
[agencies.{FAIRS}]
domain = "jobs"
connector = "ical"
name = "Bursa Lain"
url = "http://127.0.0.1:8100/{FAIRS}"
options = {{ path = "/nowhere.ics" }}
"""


async def titles(hub, arguments="first: 100"):
    data = await hub.data(f"{{ jobFairs({arguments}) {{ totalCount nodes {{ title startsAt }} }} }}")
    return [(each["startsAt"][:10], each["title"]) for each in data["jobFairs"]["nodes"]]


async def test_what_is_to_come_begins_with_today_and_costs_one_call(hub, sandbox):
    found = await titles(hub, "first: 5")
    assert found == [
        ("2026-11-26", "Wawancara Kerja Langsung Contoh"),
        ("2026-11-27", "Sosialisasi Kartu Kuning Contoh"),
        ("2026-11-28", "Bursa Kerja Contoh Ciledug"),
        ("2026-12-04", "Wawancara Kerja Langsung Contoh (pindah hari)"),
        ("2026-12-12", LONG_TITLE),
    ]
    assert await titles(hub, "first: 5") == found
    assert sandbox.control.calls(FAIRS) == {"calendar": 1}
    assert sandbox.control.all_hits() == 1


async def test_an_agency_of_fairs_is_not_asked_for_vacancies_nor_the_other_way_round(hub, sandbox):
    await hub.data("{ vacancies { totalCount } }")
    assert (sandbox.control.hits(FAIRS), sandbox.control.hits("karirhub")) == (0, 4)
    await hub.data("{ jobFairs { totalCount } }")
    assert (sandbox.control.hits(FAIRS), sandbox.control.hits("karirhub")) == (1, 4)


async def test_what_has_been_is_asked_for_by_its_last_day(hub):
    found = await titles(hub, 'until: "2026-11-22", last: 3')
    assert [day for day, _ in found] == ["2026-11-07", "2026-11-12", "2026-11-19"]


async def test_days_are_the_citys_and_both_are_included(hub):
    assert await titles(hub, 'since: "2026-11-26", until: "2026-11-27"') == [
        ("2026-11-26", "Wawancara Kerja Langsung Contoh"),
        ("2026-11-27", "Sosialisasi Kartu Kuning Contoh"),
    ]


@pytest.mark.parametrize(("day", "there"), [("2026-12-11", 0), ("2026-12-12", 1), ("2026-12-14", 1), ("2026-12-15", 0)])
async def test_what_takes_several_days_is_there_on_each_of_them(hub, day, there):
    found = await titles(hub, f'since: "{day}", until: "{day}"')
    assert [title for _, title in found].count(LONG_TITLE) == there


async def test_an_hour_before_midnight_in_the_city_is_not_yet_the_next_day(hub, clock):
    clock.advance(datetime.fromisoformat("2026-11-26T23:30+07:00") - clock.now())
    assert (await titles(hub, "first: 1"))[0][0] == "2026-11-26"
    clock.advance(timedelta(hours=1))
    assert (await titles(hub, "first: 1"))[0][0] > "2026-11-26"


async def test_a_fair_says_all_that_its_calendar_says_and_whose_it_is(hub):
    data = await hub.data("""{ jobFairs(since: "2026-11-28", until: "2026-11-28") { nodes {
      code title description startsAt endsAt allDay cancelled place kecamatan { code name } latitude longitude url changedAt
      source { agency name state ageSeconds fetchedAt problem } } unavailable { agency } ics } }""")
    assert data["jobFairs"] == {
        "nodes": [
            {
                "code": "disnaker-agenda/bursa-5@disnaker.example",
                "title": "Bursa Kerja Contoh Ciledug",
                "description": "Bawa CV & pas foto.\n- Gratis\n- Terbuka untuk umum",
                "startsAt": "2026-11-28T09:00:00+07:00",
                "endsAt": "2026-11-28T15:00:00+07:00",
                "allDay": False,
                "cancelled": False,
                "place": "Aula Contoh Ciledug",
                "kecamatan": {"code": "36.71.06", "name": "Ciledug"},
                "latitude": None,
                "longitude": None,
                "url": "https://disnaker.example/bursa/5",
                "changedAt": "2026-10-19T08:00:00+00:00",
                "source": {
                    "agency": "disnaker-agenda",
                    "name": "Disnaker Contoh",
                    "state": "LIVE",
                    "ageSeconds": 0,
                    "fetchedAt": "2026-11-23T05:00:00+00:00",
                    "problem": None,
                },
            }
        ],
        "unavailable": [],
        "ics": "/calendar/job-fairs.ics?since=2026-11-28&until=2026-11-28",
    }


async def test_whole_days_are_midnights_and_what_is_called_off_says_so(hub):
    data = await hub.data("{ jobFairs(first: 100) { nodes { title startsAt endsAt allDay cancelled } } }")
    by_title = {each["title"]: each for each in data["jobFairs"]["nodes"]}
    assert by_title[LONG_TITLE] == {
        "title": LONG_TITLE,
        "startsAt": "2026-12-12T00:00:00+07:00",
        "endsAt": "2026-12-15T00:00:00+07:00",
        "allDay": True,
        "cancelled": False,
    }
    assert [title for title, each in by_title.items() if each["cancelled"]] == ["Bursa Kerja Contoh Karawaci"]


async def test_pages_follow_each_other_without_a_gap(hub):
    whole, after, found = await titles(hub), None, []
    while True:
        data = await hub.data(
            "query ($after: String) { jobFairs(first: 7, after: $after) { nodes { title startsAt } pageInfo { hasNextPage endCursor } } }",
            {"after": after},
        )
        found += [(each["startsAt"][:10], each["title"]) for each in data["jobFairs"]["nodes"]]
        after = data["jobFairs"]["pageInfo"]["endCursor"]
        if not data["jobFairs"]["pageInfo"]["hasNextPage"]:
            break
    assert found == whole
    assert [day for day, _ in found] == sorted(day for day, _ in found)


@pytest.mark.parametrize(
    "arguments",
    ['since: "2028-01-01"', 'until: "2020-01-01"', 'since: "2026-12-02", until: "2026-12-01"', 'since: "2020-01-01"'],
)
async def test_days_that_cannot_be_asked_for_are_refused_and_nobody_is_asked(hub, sandbox, arguments):
    answer = await hub.ask(f"{{ jobFairs({arguments}) {{ totalCount }} }}", accept_language="en")
    assert answer["data"] == {"jobFairs": None}
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "since and until are at most 366 days from today, and until is not before since."
    assert sandbox.control.all_hits() == 0


class TestOne:
    async def test_a_fair_is_found_again_by_its_id_also_one_of_those_that_recur(self, hub):
        data = await hub.data("{ jobFairs(first: 2) { nodes { id code title } } }")
        for each in data["jobFairs"]["nodes"]:
            again = await hub.data(
                "query ($id: ID!) { node(id: $id) { __typename id ... on CalendarEvent { code title } } }",
                {"id": each["id"]},
            )
            assert again["node"] == {"__typename": "JobFair", **each}
        assert data["jobFairs"]["nodes"][0]["code"] == "disnaker-agenda/wawancara@disnaker.example/20261126T020000Z"

    async def test_one_that_is_moved_keeps_its_code(self, hub):
        code = "disnaker-agenda/wawancara@disnaker.example/20261203T020000Z"
        data = await hub.data("query ($code: String!) { jobFair(code: $code) { title startsAt } }", {"code": code})
        assert data["jobFair"] == {
            "title": "Wawancara Kerja Langsung Contoh (pindah hari)", "startsAt": "2026-12-04T13:00:00+07:00",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("code", "calls"), [("disnaker-agenda/none", 1), ("karirhub/x", 0), ("dispora-agenda/x", 0), ("", 0)]
    )
    async def test_one_that_there_is_not_is_null_and_nobody_else_is_asked(self, hub, sandbox, code, calls):
        assert await hub.data("query ($code: String!) { jobFair(code: $code) { title } }", {"code": code}) == {
            "jobFair": None
        }
        assert sandbox.control.all_hits() == calls


class TestFailure:
    @pytest.mark.parametrize(
        ("mode", "code"),
        [
            ("down", "AGENCY_UNAVAILABLE"),
            ("html", "AGENCY_CHANGED"),
            ("truncated", "AGENCY_CHANGED"),
            ("changed", "AGENCY_CHANGED"),
        ],
    )
    async def test_a_dead_calendar_is_not_an_empty_one(self, hub, sandbox, mode, code):
        sandbox.control.set(FAIRS, mode)
        answer = await hub.ask("{ jobFairs { totalCount } vacancies { totalCount } }")
        assert answer["data"]["jobFairs"] is None
        assert answer["data"]["vacancies"]["totalCount"] > 0
        (error,) = answer["errors"]
        assert (error["path"], error["extensions"]["code"], error["extensions"]["agency"]) == (
            ["jobFairs"],
            code,
            FAIRS,
        )

    async def test_an_older_answer_will_do_for_a_week(self, hub, sandbox, clock):
        until = 'first: 100, until: "2026-12-31"'
        before = await titles(hub, until)
        sandbox.control.set(FAIRS, "down")
        clock.advance(timedelta(days=6))
        data = await hub.data(f"{{ jobFairs({until}) {{ nodes {{ title source {{ state problem }} }} }} }}")
        assert {tuple(each["source"].values()) for each in data["jobFairs"]["nodes"]} == {
            ("STALE", "AGENCY_UNAVAILABLE")
        }
        assert [each["title"] for each in data["jobFairs"]["nodes"]] == [
            title for day, title in before if day >= "2026-11-29"
        ]

    async def test_one_of_two_calendars_dead_is_named(self, sandbox, tmp_path, clock):
        text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
        head = f"[agencies.{FAIRS}]"
        configuration = configuration_for(
            sandbox, tmp_path, (head, ANOTHER.replace(FAIRS, "bursa-lain", 1) + "\n" + head)
        )
        assert head in text
        async with listening(configuration, clock) as hub:
            data = await hub.data(
                "{ jobFairs(first: 1) { nodes { title } unavailable { agency name state problem } } }"
            )
        assert data["jobFairs"] == {
            "nodes": [{"title": "Wawancara Kerja Langsung Contoh"}],
            "unavailable": [{"agency": "bursa-lain", "name": "Bursa Lain", "state": None, "problem": "AGENCY_CHANGED"}],
        }

    async def test_a_city_without_such_a_calendar_says_so(self, configuration, clock):
        without = tuple(each for each in configuration.agencies if each.agency.code != FAIRS)
        async with listening(configuration._replace(agencies=without), clock) as hub:
            answer = await hub.ask("{ jobFairs { totalCount } }", accept_language="en")
        assert answer["errors"][0]["extensions"] == {"code": "NOT_CONFIGURED"}
        assert answer["errors"][0]["message"] == "This city has not connected a calendar of job fairs."
