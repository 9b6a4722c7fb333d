"""Vacancies of several publishers, asked in GraphQL: one of each, with all its origins."""

from datetime import datetime, timedelta

import pytest

from sandbox.jobs.blk import ALSO_ON_KARIRHUB as AT_BLK
from sandbox.jobs.disnaker import ALSO_ON_KARIRHUB as AT_DISNAKER
from sandbox.jobs.vacancies import code
from tests.conftest import listening

BLK = "blk-contoh/https://blk.example/lowongan"
"""Before what a page of the training centre is called: a vacancy there is known by its address."""
PUBLISHERS = ("karirhub", "blk-contoh", "disnaker-contoh")
ORIGINS = """query ($code: String!) { vacancy(code: $code) { id code title company publishedAt ageDays expiresAt open
  source { agency } origins { totalCount nodes { code url publishedAt expiresAt source { agency name state ageSeconds } } } } }"""
EVERYTHING = """query ($after: String) { vacancies(first: 100, after: $after) { totalCount unavailable { agency problem }
  nodes { code title salary { minimum } pay { minimum maximum period } origins { nodes { source { agency } } } }
  pageInfo { hasNextPage endCursor } } }"""


async def found(hub, code):
    return (await hub.data(ORIGINS, {"code": code}))["vacancy"]


def kept(vacancy):
    """The same, as it is told when it is asked for again."""
    for origin in vacancy["origins"]["nodes"]:
        origin["source"]["state"] = "CACHED"
    return vacancy


async def everything(hub):
    nodes, after = [], None
    while True:
        page = (await hub.data(EVERYTHING, {"after": after}))["vacancies"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return page, nodes


async def test_the_same_vacancy_of_three_publishers_is_one_with_three_origins(hub):
    one = await found(hub, code(1))
    assert (one["code"], one["title"], one["source"]["agency"]) == (
        code(1),
        "Kepala Regu Produksi (Contoh)",
        "karirhub",
    )
    assert one["company"] == "PT Contoh Bersama 2"
    origins = one["origins"]["nodes"]
    assert [each["source"]["agency"] for each in origins] == ["blk-contoh", "karirhub", "disnaker-contoh"]
    assert [each["code"] for each in origins] == [f"{BLK}/kh-1", code(1), "disnaker-contoh/disnaker-kh-1"]
    assert origins[2]["url"] == "https://disnaker.example/lowongan/kh-1"
    assert {(each["source"]["state"], each["source"]["ageSeconds"]) for each in origins} == {("LIVE", 0)}


async def test_it_is_as_old_as_its_first_origin_and_open_as_long_as_its_last(hub, clock):
    one = await found(hub, code(1))
    origins = one["origins"]["nodes"]
    assert one["publishedAt"] == min(each["publishedAt"] for each in origins)
    assert one["expiresAt"] == max(each["expiresAt"] for each in origins)
    assert one["ageDays"] == (clock.now() - datetime.fromisoformat(one["publishedAt"])).days == 5


async def test_which_are_joined_is_known_exactly(hub):
    _, nodes = await everything(hub)
    shared = {each["code"]: len(each["origins"]["nodes"]) for each in nodes if len(each["origins"]["nodes"]) > 1}
    karirhub = {code(number): 2 for number in (*AT_BLK, *AT_DISNAKER)} | {code(1): 3}
    assert shared == karirhub | {f"{BLK}/lok-0": 2}


async def test_by_the_code_or_the_id_of_any_origin_the_joined_one_is_found(hub, configuration, clock):
    one = await found(hub, code(1))
    for other in (f"{BLK}/kh-1", "disnaker-contoh/disnaker-kh-1"):
        assert await found(hub, other) == kept(one)
    alone = tuple(each for each in configuration.agencies if each.agency.code in ("blk-contoh", "disdukcapil"))
    async with listening(configuration._replace(agencies=alone), clock) as other:
        known_there = await found(other, f"{BLK}/kh-1")
    node = "query ($id: ID!) { node(id: $id) { id ... on Vacancy { code } } }"
    again = await hub.data(node, {"id": known_there["id"]})
    assert again["node"] == {"id": one["id"], "code": code(1)}


async def test_an_id_of_karirhub_is_what_it_was_before_there_were_others(hub, configuration, clock):
    alone = tuple(each for each in configuration.agencies if each.agency.code == "karirhub")
    async with listening(configuration._replace(agencies=alone), clock) as before:
        ids = [(await found(before, code(number)))["id"] for number in AT_BLK]
    assert [(await found(hub, code(number)))["id"] for number in AT_BLK] == ids


@pytest.mark.parametrize("dead", PUBLISHERS)
async def test_a_publisher_that_dies_costs_nothing_while_its_answer_is_kept(hub, sandbox, dead):
    _, whole = await everything(hub)
    sandbox.control.set(dead, "down")
    page, nodes = await everything(hub)
    assert page["unavailable"] == []
    assert nodes == whole


@pytest.mark.parametrize("dead", PUBLISHERS)
async def test_a_publisher_that_was_never_reached_costs_only_its_own_and_is_named(hub, cold_hub, sandbox, dead):
    _, whole = await everything(hub)
    sandbox.control.set(dead, "down")
    page, nodes = await everything(cold_hub)
    assert page["unavailable"] == [{"agency": dead, "problem": "AGENCY_UNAVAILABLE"}]
    of_others = [
        [origin["source"]["agency"] for origin in each["origins"]["nodes"] if origin["source"]["agency"] != dead]
        for each in whole
    ]
    assert len(nodes) == len([left for left in of_others if left])
    assert dead not in {origin["source"]["agency"] for each in nodes for origin in each["origins"]["nodes"]}


@pytest.mark.parametrize("agency", ["blk-contoh", "disnaker-contoh"])
@pytest.mark.parametrize(("mode", "problem"), [
    ("changed", "AGENCY_CHANGED"), ("html", "AGENCY_CHANGED"), ("truncated", "AGENCY_CHANGED"),
    ("rejecting", "AGENCY_REJECTED"), ("throttling", "AGENCY_THROTTLED"),
])  # fmt: skip
async def test_an_ill_second_source_costs_only_its_own(cold_hub, sandbox, agency, mode, problem):
    sandbox.control.set(agency, mode, seconds=60)
    data = await cold_hub.data("{ vacancies { totalCount unavailable { agency problem } } }")
    assert data["vacancies"]["unavailable"] == [{"agency": agency, "problem": problem}]
    assert data["vacancies"]["totalCount"] >= 343


async def test_a_vacancy_that_a_dead_publisher_may_have_is_not_said_to_be_gone(hub, sandbox):
    sandbox.control.set("karirhub", "down")
    answer = await hub.ask(ORIGINS, {"code": code(9)})
    assert answer["data"] == {"vacancy": None}
    assert answer["errors"][0]["extensions"] == {
        "code": "AGENCY_UNAVAILABLE", "agency": "karirhub", "retryable": True,
    }  # fmt: skip
    assert (await found(hub, f"{BLK}/kh-1"))["code"] == f"{BLK}/kh-1"
    sandbox.control.reset()
    await hub.probed()
    assert await found(hub, "none") is None


async def test_a_pay_keeps_its_unit_of_time_and_only_that_of_a_month_is_a_salary(hub):
    _, nodes = await everything(hub)
    said = {each["title"]: (each["salary"], each["pay"]) for each in nodes if each["code"].startswith(f"{BLK}/lok")}
    assert said == {
        "Operator Las (L/P)": ({"minimum": 5_200_000}, {"minimum": 5_200_000, "maximum": 5_900_000, "period": "MONTH"}),
        "Penjahit": (None, {"minimum": 35_000, "maximum": 35_000, "period": "HOUR"}),
        "Teknisi AC": (None, {"minimum": 5_000_000, "maximum": 5_000_000, "period": "UNKNOWN"}),
        "Juru Masak": (None, None),
        "Instruktur Komputer": (None, {"minimum": 150_000, "maximum": 150_000, "period": "DAY"}),
        "Asisten Peneliti": (None, None),
    }


async def test_a_pay_by_the_hour_or_the_year_is_no_pay_of_a_month(hub):
    data = await hub.data('{ vacancies(minSalary: 1, region: "36.71", first: 100) { nodes { title } } }')
    titles = {each["title"] for each in data["vacancies"]["nodes"]}
    assert "Penjahit" not in titles
    assert "Teknisi AC" not in titles


async def test_the_fullest_text_is_told_and_its_origin_may_be_asked_once(hub, sandbox):
    query = "query ($code: String!) { vacancy(code: $code) { text { description qualification } } }"
    joined = (await hub.data(query, {"code": code(1)}))["vacancy"]["text"]
    assert joined["description"].startswith("Dicari Kepala Regu Produksi (Contoh) untuk kantor contoh.\n- Masuk")
    assert sandbox.control.calls("karirhub")["detail"] == 1
    alone = (await hub.data(query, {"code": f"{BLK}/lok-1"}))["vacancy"]["text"]
    assert alone == {"description": "Dicari Penjahit lulusan pelatihan.", "qualification": None}
    assert (sandbox.control.hits("karirhub"), sandbox.control.hits("blk-contoh")) == (5, 1)


async def test_a_text_is_told_by_another_origin_where_one_fails(hub, sandbox):
    query = "query ($code: String!) { vacancy(code: $code) { text { description } } }"
    await hub.data("{ vacancies { totalCount } }")
    sandbox.control.set("karirhub", "down")
    text = (await hub.data(query, {"code": code(1)}))["vacancy"]["text"]
    assert text["description"].casefold().startswith("dicari kepala regu produksi")
    answer = await hub.ask(query, {"code": code(9)})
    assert answer["errors"][0]["extensions"]["code"] == "AGENCY_UNAVAILABLE"


async def test_an_entry_that_says_no_end_is_hidden_when_it_counts_no_more_and_still_found(hub, clock):
    listed = '{ vacancies(text: "petugas parkir") { nodes { code expiresAt open } } }'
    one = (await hub.data(listed))["vacancies"]["nodes"][0]
    assert one == {"code": "disnaker-contoh/disnaker-sendiri-0", "expiresAt": None, "open": True}
    old = await found(hub, "disnaker-contoh/disnaker-lama")
    assert (old["open"], old["ageDays"], old["expiresAt"]) == (False, 200, None)
    assert (await hub.data('{ vacancies(text: "juru tik") { totalCount } }'))["vacancies"]["totalCount"] == 0


async def test_one_operation_joins_them_once_and_asks_nobody_twice(hub, sandbox):
    await hub.data(
        "query ($one: String!, $other: String!) { a: vacancies { totalCount } b: vacancies { totalCount } "
        "c: vacancy(code: $one) { code } d: vacancy(code: $other) { code } }",
        {"one": code(1), "other": f"{BLK}/kh-1"},
    )
    assert {each: sandbox.control.hits(each) for each in PUBLISHERS} == {
        "karirhub": 4,
        "blk-contoh": 1,
        "disnaker-contoh": 1,
    }


async def test_ages_go_on_while_a_publisher_is_down(hub, sandbox, clock):
    before = await found(hub, code(1))
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    clock.advance(timedelta(hours=26))
    after = await found(hub, code(1))
    assert (before["ageDays"], after["ageDays"]) == (5, 6)
    assert {each["source"]["state"] for each in after["origins"]["nodes"]} == {"STALE"}
    assert {each["source"]["ageSeconds"] for each in after["origins"]["nodes"]} == {26 * 3600}
