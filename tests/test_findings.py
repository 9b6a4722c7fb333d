"""`findings` in the graph: an officer sees the own agency's, an administrator all, and nobody a value."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from tests.profiles import EXAMPLES

HOSPITAL = EXAMPLES["hospital"]
QUERY = """query ($agency: String, $first: Int, $after: String) { findings(agency: $agency, first: $first, after: $after) {
  totalCount nodes { agency name question kind text count open firstSeenAt lastSeenAt } pageInfo { endCursor hasNextPage } } }"""
BEDS = "{ hospitals(first: 100, minFree: 0) { totalCount } }"
KARAWACI = [
    ("row set aside: free: less than 0", 1),
    ("row set aside: free: more than capacity", 1),
]


@pytest.fixture
def officer_of(sandbox, clock):
    def headers(agency):
        token = issuer_of(sandbox.control).token("officer", f"{sandbox.url}/identity", clock.now(), agency=agency)
        return {"authorization": f"Bearer {token}"}

    return headers


def texts(answer):
    return [(each["text"], each["count"]) for each in answer["data"]["findings"]["nodes"]]


async def test_rows_that_cannot_be_are_shown_to_the_agency_that_sent_them(hub, officer_of, clock):
    await hub.data(BEDS)
    answer = await hub.ask(QUERY, **officer_of("rs-contoh-karawaci"))
    assert texts(answer) == KARAWACI
    assert answer["data"]["findings"]["nodes"][0] == {
        "agency": "rs-contoh-karawaci",
        "name": "RS Contoh Karawaci",
        "question": "rooms",
        "kind": "BAD_ROW",
        "text": KARAWACI[0][0],
        "count": 1,
        "open": True,
        "firstSeenAt": "2026-11-23T05:00:00+00:00",
        "lastSeenAt": "2026-11-23T05:00:00+00:00",
    }
    clock.advance(timedelta(minutes=10))
    await hub.data(BEDS)
    answer = await hub.ask(QUERY, **officer_of("rs-contoh-karawaci"))
    first = answer["data"]["findings"]["nodes"][0]
    assert (first["count"], first["firstSeenAt"], first["lastSeenAt"]) == (
        2,
        "2026-11-23T05:00:00+00:00",
        "2026-11-23T05:10:00+00:00",
    )


async def test_an_officer_sees_nothing_of_another_agency(hub, officer_of):
    await hub.data(BEDS)
    assert texts(await hub.ask(QUERY, **officer_of("rs-contoh-benda"))) == []
    for other in ("rs-contoh-karawaci", "identity"):
        answer = await hub.ask(QUERY, {"agency": other}, accept_language="en", **officer_of("rs-contoh-benda"))
        assert answer["data"] == {"findings": None}
        (error,) = answer["errors"]
        assert (error["message"], error["extensions"]) == (
            "You can read only the findings and scorecards of your own agency.",
            {"code": "FORBIDDEN", "missing": [[{"kind": "AGENCY"}]]},
        )


async def test_a_further_source_of_a_hospital_is_the_hospitals_own(hub, sandbox, officer_of):
    sandbox.control.set(HOSPITAL, "down")
    await hub.data(BEDS)
    answer = await hub.ask(QUERY, **officer_of(HOSPITAL))
    assert {each["agency"] for each in answer["data"]["findings"]["nodes"]} == {f"{HOSPITAL}-siranap"}
    assert ("row set aside: free: more than capacity", 1) in texts(answer)
    alone = await hub.ask(QUERY, {"agency": f"{HOSPITAL}-siranap"}, **officer_of(HOSPITAL))
    assert texts(alone) == texts(answer)


async def test_an_administrator_sees_all_of_them_page_by_page(hub, headers_of):
    await hub.data(BEDS)
    admin = headers_of(Audience.ADMIN)
    found, after = [], None
    while True:
        page = (await hub.ask(QUERY, {"first": 3, "after": after}, **admin))["data"]["findings"]
        found += [(each["agency"], each["text"]) for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == sorted(set(found))
    assert len(found) == page["totalCount"]
    assert {agency for agency, _ in found} == {
        "rs-contoh-ciledug", "rs-contoh-gerendeng", "rs-contoh-karawaci", "rs-contoh-pinang", "rs-contoh-poris",
    }  # fmt: skip
    only = await hub.ask(QUERY, {"agency": "rs-contoh-karawaci"}, **admin)
    assert texts(only) == KARAWACI


async def test_of_an_agency_that_is_not_there_there_is_nothing(hub, headers_of, officer_of):
    answer = await hub.ask(QUERY, {"agency": "rs-lain"}, **headers_of(Audience.ADMIN))
    assert answer["data"] == {"findings": None}
    assert "errors" not in answer
    assert (await hub.ask(QUERY, **officer_of("dinas-lain")))["data"]["findings"]["totalCount"] == 0


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNER, Audience.CITIZEN])
async def test_nobody_else_knows_that_there_is_such_a_field(hub, headers_of, audience):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": QUERY}, headers=headers_of(audience)) as response:
        answer = await response.json()
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


async def test_findings_ask_no_agency(hub, sandbox, headers_of):
    admin = headers_of(Audience.ADMIN)
    await hub.ask(QUERY, **admin)
    assert {code for code in sandbox.control.agencies if sandbox.control.hits(code)} <= {"identity"}


async def test_every_domain_has_its_findings_there(hub, headers_of):
    await hub.data("{ vacancies(first: 1) { totalCount } }")
    answer = await hub.ask(QUERY, {"agency": "karirhub"}, **headers_of(Audience.ADMIN))
    assert ("row repeated", 1) in texts(answer)


async def test_an_agency_whose_format_changes_is_served_from_before_and_told_of_until_it_is_whole_again(
    hub, sandbox, officer_of, clock
):
    source = '{ hospital(code: "rs-contoh-benda") { beds { free } } }'
    whole = await hub.ask(source)
    sandbox.control.set("rs-contoh-benda", "changed")
    clock.advance(timedelta(minutes=10))
    with capture_logs() as lines:
        for _ in range(2):
            drifted = await hub.ask(source)
            clock.advance(timedelta(minutes=1))
    assert drifted["data"] == whole["data"]
    (said,) = [each for each in drifted["extensions"]["sources"] if each["agency"] == "rs-contoh-benda"][:1]
    assert (said["state"], said["problem"]) == ("STALE", "AGENCY_CHANGED")
    alarms = [line for line in lines if line["event"] == "agency.drift"]
    assert {(line["agency"], line["log_level"]) for line in alarms} == {("rs-contoh-benda", "error")}
    assert len({line["finding"] for line in alarms}) == len(alarms)
    found = (await hub.ask(QUERY, {"agency": "rs-contoh-benda"}, **officer_of("rs-contoh-benda")))["data"]["findings"][
        "nodes"
    ]
    assert found
    assert {(each["kind"], each["question"], each["open"]) for each in found} == {("DRIFT", "rooms", True)}
    sandbox.control.set("rs-contoh-benda", "ok")
    clock.advance(timedelta(minutes=10))
    await hub.ask(source)
    again = (await hub.ask(QUERY, {"agency": "rs-contoh-benda"}, **officer_of("rs-contoh-benda")))["data"]["findings"][
        "nodes"
    ]
    assert [(each["text"], each["open"]) for each in again] == [(each["text"], False) for each in found]


SCORES = """query ($agency: String) { scorecards(agency: $agency, window: WEEK) { totalCount nodes {
  agency name window calls availability rows completeness served stale unserved lagSeconds findings drifts } } }"""


async def test_scorecards_are_for_the_officers_of_the_agency_and_for_administrators(hub, officer_of, headers_of):
    await hub.data(BEDS)
    (mine,) = (await hub.ask(SCORES, **officer_of("rs-contoh-karawaci")))["data"]["scorecards"]["nodes"]
    assert mine == {
        "agency": "rs-contoh-karawaci",
        "name": "RS Contoh Karawaci",
        "window": "WEEK",
        "calls": 1,
        "availability": 1.0,
        "rows": 12,
        "completeness": 10 / 12,
        "served": 1,
        "stale": 0,
        "unserved": 0,
        "lagSeconds": 0.0,
        "findings": 2,
        "drifts": 0,
    }
    every = (await hub.ask(SCORES, **headers_of(Audience.ADMIN)))["data"]["scorecards"]
    assert every["totalCount"] >= 14
    other = await hub.ask(SCORES, {"agency": "rs-contoh-benda"}, **officer_of("rs-contoh-karawaci"))
    assert [error["extensions"]["code"] for error in other["errors"]] == ["FORBIDDEN"]
