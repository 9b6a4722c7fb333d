"""Regulations, asked in GraphQL: from the hub's copy, without a call."""

from datetime import timedelta

import pytest

from sandbox.jdih.jdihn import collections_of
from sandbox.jdih.regulations import SUBJECTS
from tests.conftest import ROOT, configuration_for, listening

ONE = '{ regulation(code: "jdih-kota/10000") { id title number year kind } }'


async def test_three_publishers_are_one_collection_and_nobody_is_called(hub, sandbox):
    data = await hub.data("""{ all: regulations { totalCount } city: regulations(level: CITY) { totalCount }
      province: regulations(level: PROVINCE) { totalCount } state: regulations(level: STATE) { totalCount } }""")
    assert {name: of["totalCount"] for name, of in data.items()} == {
        "all": 1500, "city": 500, "province": 600, "state": 400,
    }  # fmt: skip
    assert sandbox.control.all_hits() == 0


async def test_the_source_says_that_it_is_a_copy_and_how_old(hub, clock):
    clock.advance(timedelta(minutes=30))
    answer = await hub.ask(
        "{ regulations(level: PROVINCE, first: 1) { nodes { source { agency state ageSeconds changedAt problem } } } }"
    )
    assert answer["data"]["regulations"]["nodes"][0]["source"] == {
        "agency": "jdih-provinsi",
        "state": "SNAPSHOT",
        "ageSeconds": 1800,
        "changedAt": "2026-11-16T03:00:00+00:00",
        "problem": None,
    }
    assert [each["state"] for each in answer["extensions"]["sources"]] == ["SNAPSHOT"]


@pytest.mark.parametrize(
    "text",
    [
        "perda 8 2019",
        "perda no. 8 tahun 2019",
        "Peraturan Daerah Nomor 8 Tahun 2019",
        "peraturan daerah nomor 08 tahun 2019 tentang contoh",
        "perda8/2019",
    ],
)
async def test_perda_8_2019_is_found_however_it_is_typed_the_one_itself_first(hub, text):
    data = await hub.data((ROOT / "docs/queries/regulation-list.graphql").read_text(encoding="utf-8"), {"text": text})
    codes = [each["code"] for each in data["regulations"]["nodes"]]
    assert codes == ["jdih-kota/10097", "jdih-provinsi/10097", "jdih-kota/10098"]


@pytest.mark.parametrize("text", ["perdaa 8 2019", "katertiban umum", "???", "perda AND (8", '"', "条例"])
async def test_what_is_misspelt_or_no_word_finds_nothing_and_is_no_error(hub, text):
    data = await hub.data("query ($text: String!) { regulations(text: $text) { totalCount } }", {"text": text})
    assert data["regulations"]["totalCount"] == 0


async def test_a_search_that_is_too_long_is_told(hub, sandbox):
    query = "query ($text: String!) { regulations(text: $text) { totalCount } }"
    assert (await hub.data(query, {"text": "perda " * 33}))["regulations"]["totalCount"] > 0
    answer = await hub.ask(query, {"text": "x" * 201}, accept_language="en")
    assert answer["data"] == {"regulations": None}
    assert answer["errors"][0]["message"] == "text has at most 200 letters."
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert answer["extensions"]["sources"] == []


async def test_titles_stand_above_subjects_and_the_newest_first_among_equals(hub):
    data = await hub.data("""{ found: regulations(text: "lampiran contoh", first: 100) { nodes { title subjects enactedOn } }
      ranked: regulations(text: "perparkiran", level: CITY, orderBy: RELEVANCE) { nodes { enactedOn } }
      oldest: regulations(text: "perparkiran", level: CITY, orderBy: OLDEST) { nodes { enactedOn } }
      newest: regulations(orderBy: RELEVANCE, first: 5) { nodes { code } }
      also: regulations(first: 5) { nodes { code } } }""")
    assert len(data["found"]["nodes"]) == 10
    assert all("LAMPIRAN - CONTOH" in each["subjects"] for each in data["found"]["nodes"])
    ranked = [each["enactedOn"] or "" for each in data["ranked"]["nodes"]]
    assert ranked == [each["enactedOn"] or "" for each in data["oldest"]["nodes"]][::-1]
    assert data["newest"] == data["also"]


async def test_pages_of_a_search_follow_each_other_by_rank(hub):
    query = """query ($first: Int, $at: String) { regulations(text: "8", orderBy: RELEVANCE, first: $first, after: $at) { totalCount
      nodes { code } pageInfo { hasNextPage endCursor } } }"""
    whole = (await hub.data(query, {"first": 100}))["regulations"]
    codes, at = [], None
    for _ in range(whole["totalCount"]):
        part = (await hub.data(query, {"first": 7, "at": at}))["regulations"]
        codes += [each["code"] for each in part["nodes"]]
        at = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert codes == [each["code"] for each in whole["nodes"]]
    assert len(codes) == whole["totalCount"] > 14
    plain = await hub.ask("query ($at: String) { regulations(after: $at) { totalCount } }", {"at": at})
    assert plain["errors"][0]["extensions"] == {"code": "BAD_CURSOR"}


async def test_text_finds_words_their_beginnings_and_whole_numbers(hub):
    query = "query ($text: String!) { regulations(text: $text, first: 100) { totalCount nodes { title number year } } }"
    parking = (await hub.data(query, {"text": "perpark"}))["regulations"]
    assert parking["totalCount"] == sum(1500 // len(SUBJECTS) for _ in range(1)) + 1
    assert all("PERPARKIRAN" in each["title"] for each in parking["nodes"])
    assert (await hub.data(query, {"text": "parkiran"}))["regulations"]["totalCount"] == 0
    assert (await hub.data(query, {"text": "100% _"}))["regulations"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        ('number: "12"', "number", "12"),
        ("year: 2020", "year", 2020),
        ('kind: "perwal"', "kind", "Peraturan Wali Kota"),
        ('kind: "peraturan wali kota"', "kind", "Peraturan Wali Kota"),
        ('kind: "Peraturan Walikota"', "kind", "Peraturan Wali Kota"),
        ("status: REVOKED", "status", "REVOKED"),
        ("status: UNKNOWN", "status", "UNKNOWN"),
        ('subject: "reklame"', "subjects", ["REKLAME - CONTOH"]),
        ("level: STATE", "level", "STATE"),
    ],
)
async def test_a_filter_leaves_only_what_it_names(hub, arguments, field, value):
    data = await hub.data(f"{{ regulations({arguments}, first: 100) {{ totalCount nodes {{ {field} }} }} }}")
    assert 0 < data["regulations"]["totalCount"] < 1500
    found = [each[field] for each in data["regulations"]["nodes"]]
    if field == "subjects":
        found = [[subject for subject in of if "REKLAME" in subject] for of in found]
    assert all(each == value for each in found)


async def test_the_newest_come_first_and_those_without_a_date_last(hub):
    data = await hub.data("""{ newest: regulations(first: 50) { nodes { enactedOn } }
      oldest: regulations(orderBy: OLDEST, first: 100) { nodes { enactedOn year } }
      last: regulations(last: 3) { nodes { enactedOn } } }""")
    newest = [each["enactedOn"] for each in data["newest"]["nodes"]]
    assert newest == sorted(newest, reverse=True)
    assert newest[0].startswith("2026")
    dated = [each["enactedOn"] or str(each["year"]) for each in data["oldest"]["nodes"]]
    assert dated == sorted(dated)
    assert len(data["last"]["nodes"]) == 3


async def test_pages_follow_each_other_to_the_end_forwards_and_backwards(hub):
    forwards = """query ($at: String) { regulations(level: CITY, first: 100, after: $at) { totalCount nodes { code }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    backwards = """query ($at: String) { regulations(level: CITY, last: 100, before: $at) { nodes { code }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    codes, at, marks = [], None, []
    while True:
        page = (await hub.data(forwards, {"at": at}))["regulations"]
        codes += [each["code"] for each in page["nodes"]]
        marks.append((page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]))
        at = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(codes) == len(set(codes)) == 500
    assert marks == [(False, True), (True, True), (True, True), (True, True), (True, False)]
    back, at = [], None
    while True:
        page = (await hub.data(backwards, {"at": at}))["regulations"]
        back = [each["code"] for each in page["nodes"]] + back
        at = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert back == codes


async def test_a_cursor_of_another_order_is_refused(hub):
    end = (await hub.data("{ regulations(first: 1) { pageInfo { endCursor } } }"))["regulations"]["pageInfo"][
        "endCursor"
    ]
    answer = await hub.ask(
        "query ($at: String) { regulations(orderBy: OLDEST, after: $at) { totalCount } }", {"at": end}
    )
    assert answer["errors"][0]["extensions"] == {"code": "BAD_CURSOR"}
    forged = "WyJyZWd1bGF0aW9uczpORVdFU1QiLDEsMiwzXQ"
    answer = await hub.ask("query ($at: String) { regulations(after: $at) { totalCount } }", {"at": forged})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_CURSOR"}


async def test_all_files_of_a_document_that_came_twice(hub):
    data = await hub.data("""{ regulation(code: "jdih-kota/10000") { subjects attachments { totalCount
      nodes { name url } } } }""")
    assert data["regulation"]["attachments"]["totalCount"] == 2
    names = [each["name"] for each in data["regulation"]["attachments"]["nodes"]]
    assert names[1] == f"lampiran-{names[0]}"
    assert data["regulation"]["subjects"] == ["KETERTIBAN UMUM - CONTOH", "LAMPIRAN - CONTOH"]


async def test_a_regulation_is_a_node_and_an_unknown_one_is_null(hub):
    data = await hub.data(ONE)
    again = await hub.data(
        "query ($id: ID!) { node(id: $id) { id ... on Regulation { title number year kind } } }",
        {"id": data["regulation"]["id"]},
    )
    assert again["node"] == data["regulation"]
    for code in ("jdih-kota/1", "jdih-kota", "bapenda/10000", "x/y/z"):
        assert await hub.data("query ($code: String!) { regulation(code: $code) { title } }", {"code": code}) == {
            "regulation": None
        }


async def test_a_publisher_that_dies_leaves_its_copy_and_says_so(hub, sandbox, clock):
    sandbox.control.set("jdih-kota", "down")
    clock.advance(timedelta(hours=2))
    await hub.follow()
    data = await hub.data("""{ regulations(level: CITY, first: 1) { totalCount nodes { source { state problem ageSeconds } }
      } }""")
    assert data["regulations"] == {
        "totalCount": 500,
        "nodes": [{"source": {"state": "STALE", "problem": "AGENCY_UNAVAILABLE", "ageSeconds": 7200}}],
    }


async def test_a_document_that_is_withdrawn_is_gone_with_the_next_look(hub, sandbox, clock):
    assert (await hub.data(ONE))["regulation"]
    collections_of(sandbox.control).withdraw("jdih-kota", "10000")
    clock.advance(timedelta(hours=1))
    await hub.follow()
    assert await hub.data(ONE) == {"regulation": None}
    assert (await hub.data("{ regulations(level: CITY) { totalCount } }"))["regulations"]["totalCount"] == 499


async def test_before_the_first_copy_is_made_the_hub_says_so(configuration, clock, sandbox, tmp_path):
    limits = "limits = { max_bytes = 200_000_000 }"
    short = configuration_for(sandbox, tmp_path, (limits, "limits = { timeout = 0.2 }"))
    async with listening(short, clock) as hub:
        answer = await hub.ask("{ regulations(level: CITY) { totalCount } }", accept_language="en")
    assert answer["errors"][0]["message"] == "The first copy of JDIH Kota Contoh is being made; try again in a moment."
    assert answer["errors"][0]["extensions"] == {
        "code": "AGENCY_COPYING", "agency": "jdih-kota", "retryable": True,
    }  # fmt: skip


async def test_a_publisher_without_a_copy_is_named_and_the_others_answer(cold_hub, sandbox):
    sandbox.control.set("jdih-provinsi", "down")
    await cold_hub.follow()
    answer = await cold_hub.ask("{ regulations { totalCount unavailable { agency problem } } }")
    assert "errors" not in answer
    assert answer["data"]["regulations"] == {
        "totalCount": 900,
        "unavailable": [{"agency": "jdih-provinsi", "problem": "AGENCY_UNAVAILABLE"}],
    }
