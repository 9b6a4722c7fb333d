"""Pages of other origins: those that are named may ask, others are not helped."""

import pytest

from tests.conftest import listening

APP = "https://app.example"


@pytest.fixture
async def open_hub(configuration, clock, store_url):
    async with listening(
        configuration, clock, store_url=store_url, cors_origins=f"{APP}, http://localhost:3000"
    ) as hub:
        yield hub


async def preflight(hub, origin, method="POST", headers="authorization,content-type"):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    async with hub.session.options(f"{hub.url}/graphql", headers=asked) as response:
        return response.status, {name.lower(): value for name, value in response.headers.items()}


@pytest.mark.parametrize("origin", [APP, "http://localhost:3000"])
async def test_a_page_that_is_named_may_ask(open_hub, origin):
    status, headers = await preflight(open_hub, origin)
    assert (status, headers["access-control-allow-origin"]) == (200, origin)
    assert "access-control-allow-credentials" not in headers
    sent = {"Origin": origin}
    async with open_hub.session.post(
        f"{open_hub.url}/graphql", json={"query": "{ city { name } }"}, headers=sent
    ) as it:
        assert it.headers["Access-Control-Allow-Origin"] == origin
        assert "simpul-cost" in it.headers["Access-Control-Expose-Headers"]


SENT_BY = {
    "Apollo Client": "content-type,apollographql-client-name,apollographql-client-version,apollo-require-preflight",
    "Apollo Kotlin": "content-type,x-apollo-operation-name,x-apollo-operation-id",
    "urql and Relay": "accept,content-type,x-requested-with,graphql-preflight",
    "OpenTelemetry": "traceparent,tracestate,baggage,b3,x-b3-traceid,x-b3-spanid,x-b3-sampled",
    "Sentry": "sentry-trace,baggage",
    "caches": "if-none-match,if-modified-since,cache-control",
    "the hub's own": "authorization,x-api-key,simpul-purpose,simpul-case,accept-language",
}


@pytest.mark.parametrize("headers", SENT_BY.values(), ids=SENT_BY)
async def test_what_clients_send_is_let_through(open_hub, headers):
    status, answered = await preflight(open_hub, APP, headers=headers)
    assert status == 200
    assert {*headers.split(",")} <= {
        each.strip().lower() for each in answered["access-control-allow-headers"].split(",")
    }


@pytest.mark.parametrize("header", ["cookie2", "x-forwarded-for", "forwarded", "x-real-ip", "x-unknown"])
async def test_what_nobody_has_to_send_is_not(open_hub, header):
    assert (await preflight(open_hub, APP, headers=f"content-type,{header}"))[0] == 400


async def test_a_page_may_read_all_that_an_answer_tells_of_itself(open_hub):
    async with open_hub.session.post(
        f"{open_hub.url}/graphql", json={"query": "{ city { name } }"}, headers={"Origin": APP}
    ) as it:
        exposed = {each.strip() for each in it.headers["Access-Control-Expose-Headers"].split(",")}
        own = {each.lower() for each in it.headers if each.lower().startswith(("simpul", "ratelimit"))}
    assert own == {"simpul-cost", "ratelimit", "ratelimit-policy"}
    assert own | {"retry-after", "www-authenticate", "etag", "simpul-unavailable"} <= exposed


@pytest.mark.parametrize("origin", ["https://app.example.attacker.example", "null", "https://app.example:444"])
async def test_another_is_not_helped(open_hub, origin):
    status, headers = await preflight(open_hub, origin)
    assert (status, "access-control-allow-origin" in headers) == (400, False)


async def test_without_the_setting_nobody_is(hub):
    status, headers = await preflight(hub, APP)
    assert (status, "access-control-allow-origin" in headers) == (400, False)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_only_what_the_hub_takes_is_allowed(open_hub, method):
    assert (await preflight(open_hub, APP, method=method))[0] == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_what_a_page_may_send_without_asking_first_runs_nothing(hub, kind):
    headers = {"Content-Type": kind} if kind else {}
    body = b'{"query": "{ city { name } }"}'
    async with hub.session.post(f"{hub.url}/graphql", data=body, headers=headers) as response:
        assert response.status == 415
