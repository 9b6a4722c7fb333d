"""`/graphql` as server-sent events, in the protocol graphql-sse, "distinct connections mode": over real sockets."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
import structlog

from auth.caller import Audience
from engine.http import sse
from resolvers.kit import live
from sandbox.identity.issuer import issuer_of
from tests.conftest import listening
from tests.profiles import CITY_NAME
from tests.schema.documents import DOCUMENTS
from tests.talking import DATA_READ, until_listening

EVENTS = {"accept": "text/event-stream"}
BEDS = DOCUMENTS["bed-changes"].text
NIK = "{ me { nik(unmasked: true) } }"
CITY = "{ city { name } }"


class Stream:
    """A client that reads a stream of events."""

    def __init__(self, response):
        self.response = response
        self.comments = 0

    async def next(self):
        """The next event and its data; comments are counted."""
        event, data = None, None
        async with asyncio.timeout(10):
            while True:
                line = (await self.response.content.readline()).decode()
                if line == "":
                    return "end", None
                name, _, value = line.rstrip("\n").partition(":")
                if not name and line.startswith(":"):
                    self.comments += 1
                elif name == "event":
                    event = value.strip()
                elif name == "data":
                    data = json.loads(value) if value.strip() else None
                elif line == "\n" and event:
                    return event, data


@asynccontextmanager
async def streaming(hub, query, headers=None, method="POST", **variables):
    sent = EVENTS | (headers or {})
    if method == "GET":
        asked = hub.session.get(f"{hub.url}/graphql", params={"query": query}, headers=sent)
    else:
        asked = hub.session.post(f"{hub.url}/graphql", json={"query": query, "variables": variables}, headers=sent)
    async with asked as response:
        assert (response.status, response.content_type) == (200, "text/event-stream"), await response.text()
        assert "content-encoding" not in response.headers
        yield Stream(response)


async def codes(stream):
    event, told = await stream.next()
    assert event == "next"
    return [each["extensions"]["code"] for each in told["errors"]]


async def subscribed(hub, number):
    async with asyncio.timeout(10):
        while hub.state.live.subscribers != number:
            await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def looked_at_only_when_told(monkeypatch):
    monkeypatch.setattr(live, "SOON", 3600.0)
    monkeypatch.setattr(live, "AGAIN", 3600.0)


async def test_a_subscription_streams_its_events_and_ends_when_the_client_leaves(hub, clock):
    async with streaming(hub, BEDS) as stream, streaming(hub, BEDS, method="GET") as other:
        first = [await each.next() for each in (stream, other)]
        assert [event for event, _ in first] == ["next", "next"]
        assert first[0][1]["data"] == first[1][1]["data"]
        assert [each["agency"] for each in first[0][1]["extensions"]["sources"]] == ["rs-contoh-benda"]
        await subscribed(hub, 2)
        clock.advance(timedelta(seconds=61))
        hearing = asyncio.create_task(stream.next())
        while not hearing.done():
            hub.state.live.wake()
            await asyncio.sleep(0.002)
        event, second = await hearing
        assert (event, second["data"] != first[0][1]["data"]) == ("next", True)
        other.response.close()
        await subscribed(hub, 1)
    await subscribed(hub, 0)


async def test_queries_mutations_and_what_is_wrong_come_as_one_event_and_complete(hub, headers_of):
    async with streaming(hub, CITY) as stream:
        assert await stream.next() == (
            "next",
            {"data": {"city": {"name": CITY_NAME}}, "extensions": {"sources": []}},
        )
        assert await stream.next() == ("complete", None)
        assert await stream.next() == ("end", None)
    withdrawing = 'mutation { withdrawAnnouncement(code: "none") { code } }'
    admin = headers_of(Audience.ADMIN)
    for query, headers, method, told in [
        ("{ nothing }", {}, "POST", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ city", {}, "POST", ["GRAPHQL_PARSE_FAILED"]),
        ("query A { city { name } } query B { city { name } }", {}, "POST", ["BAD_REQUEST"]),
        (withdrawing, admin, "POST", ["NOT_FOUND"]),
        (withdrawing, admin, "GET", ["METHOD_NOT_ALLOWED"]),
        ('subscription { hospitalBeds(code: "none") { free } }', {}, "GET", ["NOT_FOUND"]),
    ]:
        async with streaming(hub, query, headers, method) as stream:
            assert await codes(stream) == told, query
            assert await stream.next() == ("complete", None)


async def test_who_may_not_come_is_refused_before_a_stream_begins(hub):
    for headers, query, status, code in [
        ({"authorization": "Bearer x"}, CITY, 401, "UNAUTHENTICATED"),
        ({}, "", 400, "BAD_REQUEST"),
        ({"accept": "text/event-stream;q=0.5, application/json"}, BEDS, 405, "METHOD_NOT_ALLOWED"),
        ({"accept": "text/plain"}, CITY, 406, "NOT_ACCEPTABLE"),
    ]:
        async with hub.session.post(f"{hub.url}/graphql", json={"query": query}, headers=EVENTS | headers) as response:
            told = await response.json()
            assert (response.status, told["errors"][0]["extensions"]["code"]) == (status, code)


async def test_the_quota_and_the_log_are_those_of_any_operation(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, quota=700) as hub:
        with structlog.testing.capture_logs() as logged:
            async with streaming(hub, CITY) as stream:
                assert (await stream.next())[0] == "next"
        (line,) = (each for each in logged if each["event"] == "graphql.operation")
        assert (line["audience"], line["codes"], line["cost"] > 0) == ("PUBLIC", [], True)
        status = 200
        while status == 200:
            async with hub.session.post(f"{hub.url}/graphql", json={"query": CITY}, headers=EVENTS) as response:
                status, told = response.status, await response.text()
        assert (status, response.headers["retry-after"], "QUOTA_EXCEEDED" in told) == (429, "60", True)


async def test_the_limits_of_subscriptions_are_those_of_the_websocket(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, websocket={"subscriptions_per_address": 1}) as hub:
        async with streaming(hub, BEDS) as first:
            assert (await first.next())[0] == "next"
            async with streaming(hub, BEDS) as second:
                assert await codes(second) == ["TOO_MANY_SUBSCRIPTIONS"]
                assert await second.next() == ("complete", None)
        await subscribed(hub, 0)
        async with streaming(hub, BEDS) as again:
            assert (await again.next())[0] == "next"


async def test_a_personal_subscription_keeps_its_rules_and_ends_with_its_token(hub, sandbox, clock, monkeypatch):
    monkeypatch.setattr(sse, "KEPT_ALIVE_EVERY", 0.01)
    issuer, address = issuer_of(sandbox.control), f"{sandbox.url}/identity"
    token = {"Authorization": f"Bearer {issuer.token('citizen', address, clock.now())}"}
    async with streaming(hub, DATA_READ) as stream:
        assert await codes(stream) == ["GRAPHQL_VALIDATION_FAILED"]
    async with streaming(hub, DATA_READ, token) as stream:
        await until_listening(hub)
        assert stream.response.headers["cache-control"] == "private, no-store"
        await hub.ask(NIK, **token)
        event, told = await stream.next()
        assert (event, told["data"]["dataRead"]["categories"]) == ("next", ["NIK"])
        assert stream.comments
        clock.advance(timedelta(days=1))
        assert await codes(stream) == ["UNAUTHENTICATED"]
        assert await stream.next() == ("complete", None)
    await until_listening(hub, 0)


async def test_a_stream_that_has_no_end_does_not_hold_up_the_end_of_the_hub(configuration, clock, store_url, caplog):
    """It breaks off, so that the client asks again elsewhere; a `complete` would end its subscription."""
    async with aiohttp.ClientSession() as session:
        async with listening(configuration, clock, store_url=store_url) as hub:
            response = await session.post(f"{hub.url}/graphql", json={"query": BEDS}, headers=EVENTS)
            stream = Stream(response)
            assert (await stream.next())[0] == "next"
        with pytest.raises(aiohttp.ClientPayloadError):
            await stream.next()
        response.close()
    assert [each.message for each in caplog.records if "timeout" in each.message] == []
