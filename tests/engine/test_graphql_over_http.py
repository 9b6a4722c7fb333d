"""GraphQL over HTTP, requirement by requirement, on a hub that listens. `make audit` asks a second opinion."""

import json

import pytest

from tests.profiles import CITY_NAME, here

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
CITY = {"data": {"city": {"name": CITY_NAME}}, "extensions": {"sources": []}}
QUERY = "{ city { name } }"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def hub(shared):
    return shared.hub


@pytest.fixture
def sandbox(shared):
    return shared.sandbox


@pytest.fixture
def post(hub):
    async def send(body, *, accept=JSON, content_type=JSON, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Accept": accept, "Content-Type": content_type} | headers
        sent = {name: value for name, value in sent.items() if value is not None}
        skip = [name for name in ("Accept", "Content-Type") if name not in sent]
        async with hub.session.post(f"{hub.url}/graphql", data=data, headers=sent, skip_auto_headers=skip) as response:
            return response.status, response.headers["Content-Type"], json.loads(await response.read())

    return send


@pytest.fixture
def get(hub):
    async def send(params, *, accept=JSON):
        async with hub.session.get(f"{hub.url}/graphql", params=params, headers={"Accept": accept}) as response:
            return response.status, response.headers["Content-Type"], json.loads(await response.read())

    return send


def code(body):
    (error,) = body["errors"]
    assert error["message"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("*/*", JSON),
        (None, JSON),
        ("", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL}; q=0.5, {JSON}", JSON),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8; q=0.9", GRAPHQL),
        ("text/html, */*;q=0.1", JSON),
    ],
)
async def test_the_answer_has_the_type_that_is_accepted_in_utf8(post, accept, answered):
    assert await post({"query": QUERY}, accept=accept) == (200, f"{answered}; charset=utf-8", CITY)


@pytest.mark.parametrize("accept", ["image/png", "text/html", f"{JSON};q=0", f"{JSON};q=x"])
async def test_who_accepts_nothing_of_ours_is_told(post, accept):
    status, content_type, body = await post({"query": QUERY}, accept=accept)
    assert (status, content_type, code(body)) == (406, f"{JSON}; charset=utf-8", "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "content_type", [JSON, f"{JSON}; charset=utf-8", f'{JSON}; charset="UTF-8"', "Application/JSON"]
)
async def test_a_body_is_json_in_utf8(post, content_type):
    assert await post({"query": QUERY}, content_type=content_type) == (200, f"{JSON}; charset=utf-8", CITY)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        f"{JSON}; charset=latin-1",
        "application/graphql",
    ],
)
async def test_another_content_type_is_refused(post, content_type):
    status, _, body = await post({"query": QUERY}, content_type=content_type)
    assert (status, code(body)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"5", b'"x"', b"true", b"{", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"query": null}', b'{"query": 5}',
     b'{"query": ["x"]}', b'{"query": {}}', b'{"query": ""}', b'{"query": "   "}', b'{"qeury": "{ city { name } }"}',
     b'{"query": "{ city { name } }", "variables": []}', b'{"query": "{ city { name } }", "variables": "x"}',
     b'{"query": "{ city { name } }", "variables": 7}', b'{"query": "{ city { name } }", "operationName": 7}',
     b'{"query": "{ city { name } }", "operationName": {}}', b'{"query": "{ city { name } }", "extensions": []}',
     b'{"query": "{ city { name } }", "extensions": "x"}', b'{"query": "{ city { name } }", "operationName": "Other"}',
     b'{"query": "query A { city { name } } query B { city { name } }"}'],
)  # fmt: skip
async def test_rubbish_is_400_and_has_no_data(post, accept, raw):
    status, content_type, body = await post(raw, accept=accept)
    assert (status, content_type, code(body)) == (400, f"{accept}; charset=utf-8", "BAD_REQUEST")
    assert body.keys() == {"errors"}


@pytest.mark.parametrize("raw", [b"[]", b"[1]", b'[{"query": "{ city { name } }"}]'])
async def test_a_batch_is_refused(post, raw):
    status, _, body = await post(raw)
    assert (status, code(body)) == (400, "BATCHING_NOT_SUPPORTED")


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"variables": None},
        {"operationName": None},
        {"extensions": None},
        {"extensions": {"x": 1}},
        {"operationName": ""},
        {"more": 1},
    ],
)
async def test_the_other_parts_may_be_missing_or_null(post, extra):
    assert await post({"query": QUERY, **extra}) == (200, f"{JSON}; charset=utf-8", CITY)


REQUEST_ERRORS = [
    ("{", {}, "GRAPHQL_PARSE_FAILED"),
    ("{ city { name } } }", {}, "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ city }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("query ($id: String!) { node(id: $id) { id } }", {"id": "x"}, "GRAPHQL_VALIDATION_FAILED"),
    ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_USER_INPUT"),
    ("query ($id: ID!) { node(id: $id) { id } }", {"id": None}, "BAD_USER_INPUT"),
    ("query ($n: Int) { hospitals(first: $n) { totalCount } }", {"n": "many"}, "BAD_USER_INPUT"),
    ("query ($n: Int) { hospitals(first: $n) { totalCount } }", {"n": 2**40}, "BAD_USER_INPUT"),
    ("{ hospitals(orderBy: SIZE) { totalCount } }", {}, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(("query", "variables", "expected"), REQUEST_ERRORS)
async def test_an_operation_that_cannot_begin_is_400_as_graphql_and_200_as_json(post, query, variables, expected):
    for accept, wanted in ((GRAPHQL, 400), (JSON, 200)):
        status, content_type, body = await post({"query": query, "variables": variables}, accept=accept)
        assert (status, content_type) == (wanted, f"{accept}; charset=utf-8")
        assert code(body) == expected
        assert "data" not in body


async def test_an_error_of_one_field_is_200_with_the_rest(post):
    query = '{ city { name } hospitals(after: "x") { totalCount } }'
    for accept in (GRAPHQL, JSON):
        status, _, body = await post({"query": query}, accept=accept)
        assert status == 200
        assert body["data"] == {"city": {"name": CITY_NAME}, "hospitals": None}
        assert code(body) == "BAD_CURSOR"


async def test_a_query_may_be_got(get):
    assert await get({"query": QUERY}) == (200, f"{JSON}; charset=utf-8", CITY)
    query = "query A($code: String!) { hospital(code: $code) { name } } query B { city { name } }"
    variables = json.dumps({"code": "rs-contoh-pinang"})
    _, _, body = await get({"query": query, "operationName": "A", "variables": variables, "extensions": "{}"})
    assert body["data"] == {"hospital": {"name": "RS Contoh Pinang"}}
    assert await get({"query": query, "operationName": "B", "variables": ""}) == (200, f"{JSON}; charset=utf-8", CITY)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": QUERY, "variables": "{"},
        {"query": QUERY, "variables": "[]"},
        {"query": QUERY, "extensions": "5"},
    ],
)
async def test_rubbish_in_the_address_is_400(get, params):
    status, _, body = await get(params)
    assert (status, code(body)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(hub, method):
    async with hub.session.request(method, f"{hub.url}/graphql") as response:
        assert response.status == 405
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_a_mutation_is_not_got(hub, get):
    for query in ("mutation { x }", "subscription { x }"):
        status, _, body = await get({"query": query})
        assert status == 405
        assert code(body) == "METHOD_NOT_ALLOWED"


async def test_a_body_that_is_too_large_is_413(post):
    status, _, body = await post(b'{"query": "' + b" " * 1_000_001 + b'"}')
    assert (status, code(body)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_that_is_too_large_is_413_though_it_comes_in_chunks(hub):
    async def chunks():
        for _ in range(30):
            yield b" " * 50_000

    headers = {"Content-Type": JSON}
    async with hub.session.post(f"{hub.url}/graphql", data=chunks(), headers=headers) as response:
        assert response.status == 413


async def test_beyond_ascii_goes_both_ways(post):
    _, _, body = await post({"query": '{ city { name } hospitals(name: "é\u2028☃") { totalCount } }'})
    assert body["data"]["hospitals"] == {"totalCount": 0}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Bapenda Contoh sedang tidak menjawab."),
        ("id-ID,id;q=0.9,en;q=0.8", "Bapenda Contoh sedang tidak menjawab."),
        ("en", "Bapenda Contoh does not answer now."),
        ("en-GB,en;q=0.9,id;q=0.8", "Bapenda Contoh does not answer now."),
        ("fr, en;q=0.2", "Bapenda Contoh does not answer now."),
        ("fr", "Bapenda Contoh sedang tidak menjawab."),
        (";;q=", "Bapenda Contoh sedang tidak menjawab."),
    ],
)
async def test_texts_come_in_the_callers_language_and_codes_do_not(post, sandbox, header, message):
    for office in ("bapenda", "bapenda-sismiop"):
        sandbox.control.set(office, "down")
    extra = {} if header is None else {"Accept-Language": header}
    _, _, body = await post({"query": here('{ taxObject(nop: "${nop}") { nop } }')}, **extra)
    assert code(body) == "AGENCY_UNAVAILABLE"
    assert body["errors"][0]["message"] == message
