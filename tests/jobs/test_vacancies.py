"""Vacancies, asked in GraphQL, with the exact number of calls."""

from datetime import timedelta

import pytest

from sandbox.jobs.blk import OWN
from sandbox.jobs.disnaker import ALONE
from sandbox.jobs.vacancies import EXPIRED, code, vacancies
from tests.clock import NOON

CALLS = 6
"""Four pages of the catalogue, one of the training centre, one feed."""
OPEN = 400 - len(range(3, 400, EXPIRED)) + len(OWN) + len(ALONE)


async def test_expired_vacancies_are_gone_from_the_list(hub, sandbox):
    data = await hub.data("{ vacancies(first: 1) { totalCount nodes { open } } }")
    assert data["vacancies"] == {"totalCount": OPEN, "nodes": [{"open": True}]}
    assert sandbox.control.all_hits() == CALLS


async def test_an_expired_vacancy_is_still_found_by_its_code_and_says_so(hub):
    data = await hub.data("query ($code: String!) { vacancy(code: $code) { code open } }", {"code": code(3)})
    assert data["vacancy"] == {"code": code(3), "open": False}
    assert await hub.data('{ vacancy(code: "none") { code } }') == {"vacancy": None}


async def test_a_vacancy_closes_when_its_time_comes_even_if_its_publisher_is_down(hub, sandbox, clock):
    query = """{ vacancies(orderBy: CLOSING_SOON, first: 1) { totalCount nodes { code source { state } } } }"""
    before = (await hub.data(query))["vacancies"]
    sandbox.control.set("karirhub", "down")
    clock.advance(timedelta(hours=26))
    after = (await hub.data(query))["vacancies"]
    assert after["totalCount"] < before["totalCount"]
    assert after["nodes"][0]["code"] != before["nodes"][0]["code"]
    assert after["nodes"][0]["source"]["state"] == "STALE"


async def test_a_warm_query_makes_no_call(hub, sandbox):
    await hub.data("{ vacancies { totalCount } }")
    sandbox.control.reset()
    await hub.data('{ vacancies(text: "kasir", orderBy: CLOSING_SOON) { totalCount nodes { title } } }')
    assert sandbox.control.all_hits() == 0


async def test_a_neighbour_is_not_the_city_and_neither_is_a_name_that_may_be_either(hub):
    data = await hub.data("""{ here: vacancies(region: "36.71", first: 100) { totalCount nodes { city inCity } }
      all: vacancies(first: 100) { nodes { city inCity kecamatan { name } } } }""")
    assert {each["city"] for each in data["here"]["nodes"]} == {"KOTA TANGERANG", "Kota Tangerang"}
    rows = [row for number, row in enumerate_open()]
    in_city = sum(row["city_name"] == "KOTA TANGERANG" for row in rows)
    assert data["here"]["totalCount"] == in_city + len(OWN) + len(ALONE)
    elsewhere = [each for each in data["all"]["nodes"] if not each["inCity"]]
    assert {each["city"] for each in elsewhere} == {"KAB. TANGERANG", "Tangerang", "KOTA TANGERANG SELATAN"}
    assert {each["kecamatan"] for each in elsewhere} == {None}


def enumerate_open():
    return [(row["id"], row) for row in vacancies(NOON) if row["expires_at"] > NOON.timestamp()]


async def test_vacancies_of_a_kecamatan(hub):
    data = await hub.data(
        '{ vacancies(region: "36.71.05", first: 100) { totalCount nodes { kecamatan { code name } } } }'
    )
    expected = sum(
        row["district_name"] == "CIPONDOH" and row["city_name"] == "KOTA TANGERANG" for _, row in enumerate_open()
    )
    assert data["vacancies"]["totalCount"] == expected > 0
    assert {each["kecamatan"]["name"] for each in data["vacancies"]["nodes"]} == {"Cipondoh"}


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        ('category: "logistik"', "category", "Logistik"),
        ("jobType: CONTRACT", "type", "CONTRACT"),
        ("education: BACHELOR", "education", "BACHELOR"),
    ],
)
async def test_a_filter_leaves_only_what_it_names(hub, arguments, field, value):
    data = await hub.data(f"{{ vacancies({arguments}, first: 100) {{ totalCount nodes {{ {field} }} }} }}")
    assert data["vacancies"]["totalCount"] > 0
    assert {each[field] for each in data["vacancies"]["nodes"]} == {value}


async def test_text_finds_all_of_its_words_in_any_case(hub):
    data = await hub.data('{ vacancies(text: "KASIR contoh", first: 100) { nodes { title } } }')
    assert data["vacancies"]["nodes"]
    assert all("kasir" in each["title"].casefold() for each in data["vacancies"]["nodes"])
    assert (await hub.data('{ vacancies(text: "kasir astronot") { totalCount } }'))["vacancies"]["totalCount"] == 0


async def test_a_minimum_salary_leaves_out_who_hides_it(hub):
    data = await hub.data("{ vacancies(minSalary: 8000000, first: 100) { nodes { salary { minimum maximum } } } }")
    salaries = [each["salary"] for each in data["vacancies"]["nodes"]]
    assert salaries
    assert all(max(each["minimum"] or 0, each["maximum"] or 0) >= 8_000_000 for each in salaries)


async def test_facets_count_what_each_choice_would_leave(hub):
    query = """query ($type: JobType, $category: String) { vacancies(jobType: $type, category: $category, first: 1) {
      totalCount jobTypes { value count } categories { value count } kecamatan { value name count } } }"""
    chosen = (await hub.data(query, {"type": "CONTRACT"}))["vacancies"]
    for facet in chosen["categories"]:
        narrowed = await hub.data(query, {"type": "CONTRACT", "category": facet["value"]})
        assert narrowed["vacancies"]["totalCount"] == facet["count"]
    assert sum(facet["count"] for facet in chosen["categories"]) == chosen["totalCount"]
    assert {facet["value"] for facet in chosen["jobTypes"]} > {"CONTRACT"}
    assert {facet["value"][:6] for facet in chosen["kecamatan"]} == {"36.71."}


async def test_newest_first_and_closing_soon_first(hub):
    data = await hub.data("""{ newest: vacancies(first: 100) { nodes { publishedAt } }
      closing: vacancies(orderBy: CLOSING_SOON, first: 100) { nodes { expiresAt } } }""")
    newest = [each["publishedAt"] for each in data["newest"]["nodes"]]
    closing = [each["expiresAt"] for each in data["closing"]["nodes"]]
    assert newest == sorted(newest, reverse=True)
    assert closing == sorted(closing)
    assert None not in closing


async def test_pages_follow_each_other_to_the_end_without_a_gap(hub):
    query = """query ($after: String) { vacancies(first: 100, after: $after) { nodes { code }
      pageInfo { hasNextPage endCursor } } }"""
    codes, after = [], None
    while True:
        found = (await hub.data(query, {"after": after}))["vacancies"]
        codes += [each["code"] for each in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert len(codes) == len(set(codes)) == OPEN


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('region: "36.71.05.1001"', "region must be the code of this city or of one of its kecamatan."),
        ('region: "32.75"', "region must be the code of this city or of one of its kecamatan."),
        ("minSalary: -1", "minSalary must not be negative."),
    ],
)
async def test_what_cannot_be_asked_is_told(hub, arguments, message):
    answer = await hub.ask(f"{{ vacancies({arguments}) {{ totalCount }} }}", accept_language="en")
    assert answer["data"] == {"vacancies": None}
    assert answer["errors"][0]["message"] == message
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_the_long_text_costs_one_call_and_is_kept(hub, sandbox):
    query = "query ($code: String!) { vacancy(code: $code) { text { description qualification } } }"
    first = await hub.data(query, {"code": code(1)})
    assert first["vacancy"]["text"]["description"].startswith("Dicari ")
    assert sandbox.control.calls("karirhub")["detail"] == 1
    assert await hub.data(query, {"code": code(1)}) == first
    assert sandbox.control.all_hits() == CALLS + 1


async def test_publishers_that_are_all_dead_cost_their_own_field(hub, sandbox):
    for agency in ("karirhub", "blk-contoh", "disnaker-contoh"):
        sandbox.control.set(agency, "down")
    answer = await hub.ask("{ vacancies { totalCount } city { name } }")
    assert answer["data"] == {"vacancies": None, "city": {"name": "Kota Tangerang"}}
    assert answer["errors"][0]["extensions"] == {
        "code": "AGENCY_UNAVAILABLE", "agency": "karirhub", "retryable": True,
    }  # fmt: skip


async def test_a_vacancy_is_a_node(hub):
    data = await hub.data("query ($code: String!) { vacancy(code: $code) { id title } }", {"code": code(1)})
    again = await hub.data(
        "query ($id: ID!) { node(id: $id) { id ... on Vacancy { title } } }", {"id": data["vacancy"]["id"]}
    )
    assert again["node"] == data["vacancy"]
