"""A quota for each client, by what its documents cost: in one hub, in two on one Redis, and while Redis is gone."""

from io import BytesIO

import pytest
from graphql import get_introspection_query, get_operation_ast
from graphql.language.lexer import Lexer
from structlog.testing import capture_logs

from auth.caller import Audience
from connectors.registry import Agencies
from engine.execution.limits import DocumentLimits
from engine.execution.measuring import measure
from engine.execution.parsing import Parsing
from engine.execution.weights import Weights
from engine.pages import schema_file
from schema.root import Schema, build
from tests.conftest import listening
from tests.profiles import here
from tests.redis_server import redis_running

CHEAP = "{ city { name } }"
DEAR = here('{ kecamatan(code: "${kecamatan}") { ') + " ".join(f"a{each}: name" for each in range(40)) + " } }"
JSON = {"content-type": "application/json"}
SECRET = "a secret that both hubs know, long enough"


async def ask(hub, query, **headers):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}, headers=headers) as response:
        return response.status, response.headers, await response.json()


@pytest.fixture
async def small(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, quota=1040) as hub:
        yield hub


async def test_an_answer_says_what_is_left(small):
    _, headers, _ = await ask(small, CHEAP)
    assert headers["RateLimit-Policy"] == '"cost";q=1040;w=60'
    assert (headers["simpul-cost"], headers["RateLimit"]) == ("167", '"cost";r=873;t=60')
    _, headers, _ = await ask(small, DEAR)
    assert (headers["simpul-cost"], headers["RateLimit"]) == ("348", '"cost";r=525;t=60')


async def test_a_page_that_is_not_full_costs_what_it_has(small):
    query = "{ hospitals(first: 100) { nodes { name } } }"
    _, headers, body = await ask(small, query)
    found = len(body["data"]["hospitals"]["nodes"])
    assert found == 14
    # To come in; 14 tokens, parsed and validated; the field, with its 15 agencies; and the names that were found.
    assert headers["simpul-cost"] == str(150 + 1 + 14 + 10 + 15 * 10 + 1 + found)


REFUSED = {
    "no GraphQL": ("{ city", 200),
    "not valid": ("{ city { nothing } }", 200),
    "too deep": ("{ a" * 21 + " }" * 21, 200),
    "too long": ("{ city { name } }" + " " * 100_000, 200),
    "several operations": ("query A { city { name } } query B { city { name } }", 400),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_is_refused_is_charged_and_nothing_is_read_for_who_has_nothing_left(small, kind, monkeypatch):
    query, status = REFUSED[kind]
    answers = [await ask(small, query) for _ in range(8)]
    statuses = [each[0] for each in answers]
    assert statuses[0] == status
    assert statuses[-1] == 429
    assert all(int(each[1]["simpul-cost"]) >= 150 for each in answers[: statuses.index(429)])
    read = []
    monkeypatch.setattr(Lexer, "read_next_token", lambda *_: read.append(1))
    assert (await ask(small, CHEAP))[0] == 429
    assert not read


async def test_a_body_is_charged_by_its_size(small):
    async with small.session.post(
        f"{small.url}/graphql", data=BytesIO(b'{"a":"' + b"x" * 500_000), headers=JSON
    ) as response:
        assert response.status == 400
        assert response.headers["simpul-cost"] == str(150 + 250)


async def test_who_asks_for_more_than_is_left_waits_and_nobody_is_asked(small, sandbox):
    for _ in range(2):
        assert (await ask(small, DEAR))[0] == 200
    status, headers, body = await ask(small, DEAR, Accept="application/graphql-response+json")
    assert (status, headers["Retry-After"]) == (429, "60")
    assert body["errors"] == [
        {
            "message": "Kuota menit ini sudah habis; coba lagi sebentar lagi.",
            "extensions": {"code": "QUOTA_EXCEEDED", "retryAfter": 60},
        }
    ]
    assert "data" not in body
    assert sandbox.control.all_hits() == 0
    assert (await ask(small, CHEAP))[0] == 200


async def test_a_document_that_costs_more_than_the_whole_quota_is_told_so_and_not_to_wait(small):
    dearer = "{ hospitals(first: 100) { nodes { " + " ".join(f"a{each}: name" for each in range(20)) + " } } }"
    for spoken, says in (("en", "and your minute allows 1040"), ("id", "sedangkan kuota semenit Anda 1040")):
        asked = {"Accept": "application/graphql-response+json", "Accept-Language": spoken}
        status, headers, body = await ask(small, dearer, **asked)
        (error,) = body["errors"]
        told = error["extensions"]
        assert (status, "Retry-After" in headers, told["code"]) == (400, False, "COST_EXCEEDS_QUOTA")
        assert (told["quota"], str(told["cost"]) in error["message"], says in error["message"]) == (1040, True, True)
        assert told["cost"] > 1040
    assert (await ask(small, CHEAP))[0] == 200


async def test_people_are_counted_by_themselves(small, headers_of):
    for _ in range(2):
        await ask(small, DEAR)
    assert (await ask(small, DEAR))[0] == 429
    assert (await ask(small, DEAR, **headers_of(Audience.CITIZEN)))[0] == 200
    assert (await ask(small, DEAR, **headers_of(Audience.OFFICER)))[0] == 200


async def test_without_a_quota_nothing_is_counted(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, quota=0) as hub:
        status, headers, _ = await ask(hub, CHEAP)
    assert (status, "RateLimit" in headers) == (200, False)


async def test_two_hubs_on_one_redis_count_together(configuration, clock, store_url, redis_url, redis_server):
    settings = {"store_url": store_url, "quota": 1040, "cache_url": redis_url, "secret": SECRET}
    async with listening(configuration, clock, **settings) as one, listening(configuration, clock, **settings) as two:
        assert [(await ask(hub, DEAR))[0] for hub in (one, two, one, two)] == [200, 200, 429, 429]
    keys = [key for key in redis_server.keys("*") if b"simpul-quota" in key]
    assert keys
    assert not [key for key in keys if b"127.0.0.1" in key]


async def test_while_redis_is_gone_each_counts_by_itself(configuration, clock, store_url, tmp_path):
    with redis_running(tmp_path) as server:
        url = server.url
    settings = {"store_url": store_url, "quota": 1040, "cache_url": url, "secret": SECRET}
    async with listening(configuration, clock, **settings) as one, listening(configuration, clock, **settings) as two:
        with capture_logs() as lines:
            assert [(await ask(hub, DEAR))[0] for hub in (one, two, one, two, one)] == [200, 200, 200, 200, 429]
    assert [line["event"] for line in lines if line["event"].startswith("redis")] == ["redis.gone"] * 2


async def test_the_schema_is_printed_once_and_told_by_its_tag(hub, headers_of, monkeypatch):
    schema_file.printed.cache_clear()
    printed, original = [], Schema.as_str
    monkeypatch.setattr(Schema, "as_str", lambda schema: printed.append(1) or original(schema))
    url, tags = f"{hub.url}/schema.graphql", []
    for audience in (Audience.PUBLIC, Audience.CITIZEN, Audience.PUBLIC):
        for _ in range(3):
            async with hub.session.get(url, headers=headers_of(audience)) as response:
                assert (response.status, "type Query" in await response.text()) == (200, True)
                tags.append(response.headers["etag"])
    assert (len(printed), len(set(tags))) == (2, 2)
    known = {"if-none-match": f'"another", W/{tags[0]}'}
    async with hub.session.get(url, headers=known) as response:
        assert (response.status, await response.read(), response.headers["etag"]) == (304, b"", tags[0])
    async with hub.session.get(url, headers=known | headers_of(Audience.CITIZEN)) as response:
        assert response.status == 200
    assert len(printed) == 2


@pytest.mark.parametrize("path", ["/schema.graphql", "/readyz", "/data-tracker/heartbeat", "/data-tracker/usagePeriod"])
async def test_whatever_does_work_is_charged(small, path):
    statuses = []
    for _ in range(6):
        async with small.session.get(f"{small.url}{path}") as response:
            statuses.append(response.status)
    assert statuses == [200] * 5 + [429]
    assert response.headers["retry-after"] == "60"
    assert (await ask(small, CHEAP))[0] == 429
    async with small.session.get(f"{small.url}/healthz") as response:
        assert response.status == 200


def fields_in(answer):
    """How many fields there are in an answer, wherever."""
    if isinstance(answer, list):
        return sum(map(fields_in, answer))
    return sum(1 + fields_in(each) for each in answer.values()) if isinstance(answer, dict) else 0


LISTS = "{ " + " ".join(f"s{a}: __schema {{ t: types {{ name fields {{ name }} }} }}" for a in range(4)) + " }"
INTROSPECTIONS = {
    "by tools": get_introspection_query(),
    "several lists": LISTS,
    "of one type": '{ __type(name: "Query") { fields { name args { name type { name ofType { name } } } } } }',
    "types of types": "{ __schema { types { fields { type { fields { name } } } } } }",
}


@pytest.mark.parametrize("kind", INTROSPECTIONS)
async def test_introspection_costs_what_it_returns(hub, kind):
    query = INTROSPECTIONS[kind]
    parsing = Parsing(query)
    document = parsing.within(DocumentLimits())
    _, headers, body = await ask(hub, query)
    returned = fields_in(body["data"])
    read = 150 + len(query) // 200 + parsing.tokens // 8 + parsing.tokens
    assert int(headers["simpul-cost"]) == read + returned
    schema = build(Audience.PUBLIC)._schema
    weights = Weights.of(schema, Agencies([]))
    expected = measure(schema, document, get_operation_ast(document), {}, weights).cost
    assert returned <= expected <= 5 * returned


async def test_introspection_of_too_much_is_refused(hub):
    lists = " ".join(
        f"t{each}: types {{ name description fields {{ name description type {{ name }} }} }}" for each in range(5)
    )
    query = "{ " + " ".join(f"s{each}: __schema {{ {lists} }}" for each in range(4)) + " }"
    _, _, body = await ask(hub, query)
    (error,) = body["errors"]
    assert error["extensions"]["limit"] == "cost"
    assert error["extensions"]["asked"] > 50_000


async def test_fragments_that_are_compared_in_pairs_are_charged_for_their_pairs(small):
    def document(many):
        spreads = " ".join(f"...F{each}" for each in range(10, 10 + many))
        return f"{{ city {{ {spreads} }} }} " + " ".join(
            f"fragment F{each} on City {{ name }}" for each in range(10, 10 + many)
        )

    costs = [int((await ask(small, document(many)))[1]["simpul-cost"]) for many in (1, 21)]
    pairs, tokens, characters = 21 * 20 // 2 // 8, 20 * 9, len(document(21)) // 200
    assert costs[1] - costs[0] == pairs + tokens + (21 * 9 + 5) // 8 - (9 + 5) // 8 + characters
