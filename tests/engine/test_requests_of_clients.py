"""Requests as clients really send them: each was somebody's bug elsewhere."""

import gzip
import json

import pytest

from tests.profiles import CITY_NAME

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def hub(shared):
    return shared.hub


CITY = {"city": {"name": CITY_NAME}}
NAMED = "query A { city { name } }"
ORDERED = "query ($o: RegulationOrder) { regulations(orderBy: $o, first: 1) { totalCount } }"
SKIPPED = "query ($c: String, $b: Boolean!) { regulation(code: $c) @include(if: $b) { code } city { name } }"
MANY = {"regulations": {"totalCount": 1500}}
NONE = {"regulations": {"totalCount": 0}}
BAD = {"regulations": None}
UNKNOWN = {"extensions": '{"persistedQuery": {"version": 1, "sha256Hash": "' + "0" * 64 + '"}}'}


def asked(query, **more):
    return json.dumps({"query": query, **more})


REQUESTS = {
    "an operation's name that is null": (asked(NAMED, operationName=None), CITY),
    "an empty one": (asked(NAMED, operationName=""), CITY),
    "one of another operation": (asked(NAMED, operationName="B"), (400, "BAD_REQUEST")),
    "extensions that are null": (asked(NAMED, extensions=None), CITY),
    "extensions that are a list": (asked(NAMED, extensions=[]), (400, "BAD_REQUEST")),
    "variables as a text": (asked(NAMED, variables='{"a": 1}'), (400, "BAD_REQUEST")),
    "a call without arguments": (asked("{ city() }"), (200, "GRAPHQL_PARSE_FAILED")),
    "a default where nothing is given": (asked("query ($b: Boolean = true) { city @include(if: $b) { name } }"), CITY),
    "null where null may not be": (asked(ORDERED, variables={"o": None}), (200, "BAD_USER_INPUT", BAD)),
    "nothing in the same place": (asked(ORDERED, variables={}), MANY),
    "a number beyond 32 bits": (
        asked("query ($n: Int) { regulations(first: $n) { totalCount } }", variables={"n": 2300634791}),
        (200, "BAD_USER_INPUT"),
    ),
    "a whole number with a point": (
        asked("query ($n: Int) { regulations(first: $n) { totalCount } }", variables={"n": 1.0}),
        MANY,
    ),
    "half a pair": (
        r'{"query": "{ regulations(text: \"a\\ud800b\") { totalCount } }"}',
        (200, "GRAPHQL_PARSE_FAILED"),
    ),
    "a pair": (r'{"query": "{ regulations(text: \"\\ud83d\\ude00\") { totalCount } }"}', NONE),
    "a code point in braces": (r'{"query": "{ regulations(text: \"\\u{1F600}\") { totalCount } }"}', NONE),
    "a byte order mark": (asked("\ufeff{ city { name } }"), CITY),
    "a negative count": (asked("{ regulations(first: -2) { totalCount } }"), (200, "BAD_USER_INPUT", BAD)),
    "a cursor that is none": (asked('{ regulations(after: "x") { totalCount } }'), (200, "BAD_CURSOR", BAD)),
    "an id as a cursor": (
        asked('{ regulations(after: "Q2l0eTozNi43MQ==", first: 1) { totalCount } }'),
        (200, "BAD_CURSOR", BAD),
    ),
    "cursors that are null": (asked("{ regulations(after: null, before: null, first: 1) { totalCount } }"), MANY),
    "a part that is skipped and would not fit": (
        asked(SKIPPED, variables={"c": None, "b": False}),
        (200, "GRAPHQL_VALIDATION_FAILED"),
    ),
    "a subscription": (asked("subscription { dataRead { __typename } }"), (405, "METHOD_NOT_ALLOWED")),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_request_as_clients_send_it(hub, name):
    body, expected = REQUESTS[name]
    headers = {"Content-Type": "application/json"}
    async with hub.session.post(f"{hub.url}/graphql", data=body.encode(), headers=headers) as response:
        answer = await response.json()
        status = response.status
    if isinstance(expected, dict):
        assert (status, "errors" in answer, answer["data"]) == (200, False, expected)
        return
    code, told, *data = expected
    assert (status, [each["extensions"]["code"] for each in answer["errors"]]) == (code, [told])
    assert [answer["data"]] == data if data else "data" not in answer


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (
            "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json",
            "application/graphql-response+json",
        ),
        ('multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json', "application/json"),
    ],
)
async def test_what_apollo_accepts_is_answered_in_the_part_of_it_that_the_hub_speaks(hub, accept, kind):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": NAMED}, headers={"Accept": accept}) as response:
        assert (response.status, response.content_type, (await response.json())["data"]) == (200, kind, CITY)


async def test_a_body_of_another_kind_or_compressed_is_refused_as_one(hub):
    """A compressed body would be large only after it was unpacked; who sends one is told how to send it."""
    packed = gzip.compress(asked(NAMED).encode())
    for body, headers in (
        (NAMED.encode(), {"Content-Type": "application/graphql"}),
        (packed, {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
    ):
        async with hub.session.post(f"{hub.url}/graphql", data=body, headers=headers) as response:
            assert response.status == 415
            assert (await response.json())["errors"][0]["extensions"] == {"code": "UNSUPPORTED_MEDIA_TYPE"}
        assert ("Accept-Encoding" in response.headers) is ("Content-Encoding" in headers)


async def test_nothing_asked_by_get_is_kept_on_the_way(hub):
    for given, code in ((UNKNOWN, "PERSISTED_QUERY_NOT_FOUND"), ({"query": NAMED}, None)):
        async with hub.session.get(f"{hub.url}/graphql", params=given) as response:
            answer = await response.json()
        assert [each["extensions"]["code"] for each in answer.get("errors", ())] == ([code] if code else [])
        assert response.headers["Cache-Control"] == "no-store"
