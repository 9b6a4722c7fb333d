"""A query that says how old its answers may be gets no older one: not from the cache, not from a copy."""

from datetime import timedelta

import pytest
from graphql import build_schema

from auth.caller import Audience
from schema.root import build

BEDS = '{ hospital(code: "rs-contoh-pinang") { beds { free source { state ageSeconds } } } }'
LAW = "{ regulations(level: CITY, first: 1) { totalCount } }"
CODE = "rs-contoh-pinang"


def within(query, seconds):
    return f"query @maxStaleness(seconds: {seconds}) {query}"


async def source(hub, query):
    return (await hub.data(query))["hospital"]["beds"]["source"]


async def test_an_older_answer_is_asked_anew_or_refused_with_its_age(hub, sandbox, clock):
    await hub.data(BEDS)
    clock.advance(timedelta(seconds=20))
    assert await source(hub, within(BEDS, 20)) == {"state": "CACHED", "ageSeconds": 20}
    assert await source(hub, within(BEDS, 19)) == {"state": "LIVE", "ageSeconds": 0}
    assert await source(hub, within(BEDS, 0)) == {"state": "CACHED", "ageSeconds": 0}
    clock.advance(timedelta(seconds=40))
    sandbox.control.set(CODE, "down")
    assert (await hub.data(within(BEDS, 40)))["hospital"]["beds"]["source"]["ageSeconds"] == 40
    variables = "query ($age: Int! = 39) @maxStaleness(seconds: $age) " + BEDS
    for given, at_most in (({}, 39), ({"age": 7}, 7)):
        answer = await hub.ask(variables, given)
        assert answer["data"]["hospital"]["beds"] is None
        assert [each["extensions"] for each in answer["errors"]] == [
            {"code": "TOO_STALE", "agency": CODE, "retryable": True, "ageSeconds": 40, "maxStaleness": at_most}
        ]
        (touched,) = (each for each in answer["extensions"]["sources"] if each["agency"] == CODE)
        assert (touched["state"], touched["problem"]) == ("UNAVAILABLE", "TOO_STALE")
    assert (await hub.data(BEDS))["hospital"]["beds"] is not None


async def test_an_older_copy_is_refused_with_its_age(hub, clock):
    clock.advance(timedelta(seconds=90))
    assert "errors" not in await hub.ask(within(LAW, 90))
    (error,) = (await hub.ask(within(LAW, 89)))["errors"]
    assert error["extensions"] == {
        "code": "TOO_STALE", "agency": "jdih-kota", "retryable": True, "ageSeconds": 90, "maxStaleness": 89,
    }  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "code"), [
    (within(BEDS, -1), None, "BAD_USER_INPUT"), (within(BEDS, '"x"'), None, "BAD_USER_INPUT"),
    (within(BEDS, "null"), None, "BAD_USER_INPUT"), (within(BEDS, 2**31), None, "BAD_USER_INPUT"),
    (f"query ($a: Int!) @maxStaleness(seconds: $a) {BEDS}", {"a": -5}, "BAD_USER_INPUT"),
    (f"query ($a: Int!) @maxStaleness(seconds: $a) {BEDS}", {"a": "x"}, "BAD_USER_INPUT"),
    (f"query ($a: Int!) @maxStaleness(seconds: $a) {BEDS}", {}, "BAD_USER_INPUT"),
    (f"query @maxStaleness {BEDS}", None, "BAD_USER_INPUT"),
    (f"query @maxStaleness(seconds: 1) @maxStaleness(seconds: 2) {BEDS}", None, "GRAPHQL_VALIDATION_FAILED"),
    ("{ city @maxStaleness(seconds: 1) { name } }", None, "GRAPHQL_VALIDATION_FAILED"),
])  # fmt: skip
async def test_an_age_that_is_not_possible_is_refused(hub, sandbox, query, variables, code):
    answer = await hub.ask(query, variables)
    assert ({each["extensions"]["code"] for each in answer["errors"]}, answer.get("data")) == ({code}, None)
    assert sandbox.control.hits(CODE) == 0


@pytest.mark.parametrize("audience", [None, *Audience])
def test_each_schema_names_it_once(audience):
    directive = build_schema(build(audience).as_str()).get_directive("maxStaleness")
    assert {name: str(argument.type) for name, argument in directive.args.items()} == {"seconds": "Int!"}
