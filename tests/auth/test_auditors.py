"""Auditors: they see who read what of whom, by case and purpose; nobody else does, and each look is on record."""

import json
import sqlite3

import pytest

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of

LOOK = """
query Look(
  $purpose: String, $case: String, $reader: String, $agency: String, $app: String, $person: String,
  $since: DateTime, $until: DateTime, $first: Int, $after: String
) {
  recordOfAccess(
    purpose: $purpose, case: $case, reader: $reader, agency: $agency, app: $app, person: $person,
    since: $since, until: $until, first: $first, after: $after
  ) {
    totalCount
    nodes { code readAt categories person audience reader agency app purpose case operation document }
    pageInfo { hasNextPage endCursor }
  }
}
"""
NIK = "query Nik { me { nik(unmasked: true) } }"
OWN = "{ me { dataUsage { nodes { text categories byOneself case } } } }"
DECLARED = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/1"}


@pytest.fixture
def as_(sandbox, clock):
    """The headers of an account, with roles that it has beside its own."""

    def headers(account, *roles):
        changes = {"realm_access": {"roles": [*roles]}} if roles else {}
        token = issuer_of(sandbox.control).token(account, f"{sandbox.url}/identity", clock.now(), **changes)
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def rows(store_url):
    def read(statement="SELECT body FROM usages ORDER BY sequence"):
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
            return connection.execute(statement).fetchall()

    return read


@pytest.fixture
def look(hub, as_):
    async def looking(headers=None, **variables):
        return await hub.ask(LOOK, variables, **(headers or as_("auditor")))

    return looking


async def seen(look, **variables):
    answer = await look(**variables)
    assert "errors" not in answer, answer
    return answer["data"]["recordOfAccess"]


def codes(answer):
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_an_auditor_sees_who_read_what_of_whom_and_finds_it_by_each_of_it(hub, as_, look, rows, clock):
    await hub.ask(NIK, **as_("citizen"))
    await hub.ask(NIK, **as_("officer"), **DECLARED)
    found = await seen(look)
    officer, citizen = found["nodes"]
    assert found["totalCount"] == 2
    assert len(officer.pop("document")) == 64
    assert officer == {
        "code": "2",
        "readAt": clock.now().isoformat(),
        "categories": ["NIK"],
        "person": officer["person"],
        "audience": "OFFICER",
        "reader": officer["reader"],
        "agency": "bapenda",
        "app": None,
        "purpose": "pelayanan-pajak",
        "case": "LKT/1",
        "operation": "Nik",
    }
    assert len({officer["person"], officer["reader"], citizen["person"], citizen["reader"]}) == 4
    entries = [json.loads(body) for (body,) in rows()]
    names = {entry["subject"] for entry in entries} | {entry["reader"]["person"] for entry in entries}
    assert len(names) == 6
    assert not any(name in json.dumps(found) for name in names)
    for wanted, numbers in (
        ({"purpose": "pelayanan-pajak"}, ["2"]),
        ({"case": "LKT/1"}, ["2"]),
        ({"case": "LKT/2"}, []),
        ({"agency": "bapenda"}, ["2"]),
        ({"app": "notaris"}, []),
        ({"reader": officer["reader"]}, ["2"]),
        ({"person": citizen["person"]}, ["1"]),
        ({"until": "2020-01-01T00:00:00Z"}, []),
        ({"since": clock.now().isoformat(), "reader": citizen["reader"]}, ["1"]),
    ):
        assert [each["code"] for each in (await seen(look, **wanted))["nodes"]] == numbers, wanted
    first = await seen(look, first=1)
    rest = await seen(look, first=1, after=first["pageInfo"]["endCursor"])
    assert int(rest["nodes"][0]["code"]) == int(first["nodes"][0]["code"]) - 1


async def test_each_look_is_an_entry_and_a_look_at_one_person_is_told_to_this_person(hub, as_, look, rows):
    await hub.ask(NIK, **as_("citizen"))
    person = (await seen(look))["nodes"][0]["person"]
    await look(as_("auditor") | DECLARED, person=person)
    entries = [json.loads(body) for (body,) in rows()]
    assert [each["categories"] for each in entries] == [["NIK"], ["AUDIT"], ["AUDIT"]]
    assert (entries[1]["subject"] == entries[0]["subject"], entries[2]["subject"] == entries[0]["subject"]) == (
        *(False, True),
    )
    own = (await hub.ask(OWN, **as_("citizen"), accept_language="en"))["data"]["me"]["dataUsage"]["nodes"]
    assert own[0] == {
        "text": "An auditor read the audit log about you.",
        "categories": ["AUDIT"],
        "byOneself": False,
        "case": "LKT/1",
    }
    assert [each["categories"] for each in (await seen(look))["nodes"]] == [["RECORD"], ["AUDIT"], ["AUDIT"], ["NIK"]]


async def test_whoever_is_no_auditor_is_refused_and_nothing_is_read(hub, as_, look, rows, headers_of):
    await hub.ask(NIK, **as_("citizen"))
    for headers, missing in (
        (as_("citizen"), "AUDITOR"),
        (as_("officer"), "AUDITOR"),
        (as_("admin"), "AUDITOR"),
        (as_("auditor") | {"x-api-key": headers_of(Audience.PARTNER)["x-api-key"]}, "AUDITOR"),
    ):
        answer = await look(headers)
        assert (answer["data"], codes(answer)) == ({"recordOfAccess": None}, ["FORBIDDEN"])
        assert answer["errors"][0]["extensions"]["missing"] == [[{"kind": missing}]]
    for audience in (Audience.PUBLIC, Audience.PARTNER):
        assert codes(await look(headers_of(audience) or {"accept": "*/*"})) == ["GRAPHQL_VALIDATION_FAILED"]
    assert len(rows()) == 1
    assert rows("SELECT sequence FROM usages_by_reader") == []
    for account, role in (("admin", "administrator"), ("officer", "officer")):
        assert (await seen(look, headers=as_(account, role, "auditor")))["nodes"]


async def test_a_look_that_cannot_be_recorded_is_not_given(look, rows):
    await look()
    rows("CREATE TRIGGER refuse BEFORE INSERT ON usages BEGIN SELECT RAISE(ABORT, 'no'); END")
    answer = await look()
    assert (answer["data"], codes(answer)) == ({"recordOfAccess": None}, ["RECORD_UNAVAILABLE"])
    rows("DROP TRIGGER refuse")
    rows("ALTER TABLE usages RENAME TO gone")
    assert codes(await look()) == ["RECORD_UNAVAILABLE"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"reader": "6f0c1a52-0000-4000-8000-000000000001"}, "BAD_USER_INPUT"),
        ({"person": "x"}, "BAD_USER_INPUT"),
        ({"case": "a\0b"}, "BAD_USER_INPUT"),
        ({"case": "x" * 10_000}, "BAD_USER_INPUT"),
        ({"first": 101}, "BAD_USER_INPUT"),
        ({"after": "x"}, "BAD_CURSOR"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(look, wanted, code, rows):
    assert codes(await look(**wanted)) == [code]
    assert rows() == []
