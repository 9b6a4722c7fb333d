"""`/graphql` over a WebSocket: the protocol, who may come, the same limits, and each event under the same policies."""

import asyncio
import itertools
from datetime import timedelta

import aiohttp
import pytest

from auth.caller import Audience
from engine.http import websocket
from tests.conftest import listening
from tests.profiles import CITY_NAME
from tests.talking import DATA_READ, talking, until_listening


async def until_run(number):
    """Until so many operations of connections run, and no more."""
    async with asyncio.timeout(10):
        while sum("Connection._run" in repr(task.get_coro()) for task in asyncio.all_tasks()) != number:
            await asyncio.sleep(0.001)


CITY = "{ city { name } }"
NIK = "{ me { nik(unmasked: true) } }"


class TestTheProtocol:
    async def test_a_query_is_answered_and_complete(self, hub):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.ask(CITY)
            said = await talk.hear()
            assert (said["type"], said["id"]) == ("next", "1")
            assert said["payload"]["data"] == {"city": {"name": CITY_NAME}}
            assert said["payload"]["extensions"] == {"sources": []}
            assert await talk.hear() == {"type": "complete", "id": "1"}
            await talk.ask(CITY)
            assert (await talk.hear())["type"] == "next"

    async def test_pings_are_answered_before_and_after_the_beginning(self, hub):
        async with talking(hub) as talk:
            for _ in range(2):
                await talk.say("ping")
                assert await talk.hear() == {"type": "pong"}
                await talk.say("pong")
            await talk.begin()
            await talk.say("ping")
            assert await talk.hear() == {"type": "pong"}

    @pytest.mark.parametrize(
        ("first", "code"),
        [
            ({"type": "subscribe", "id": "1", "payload": {"query": CITY}}, 4401),
            ({"type": "complete", "id": "1"}, 4401),
            ({"type": "x"}, 4400),
            ({"type": "next", "id": "1"}, 4400),
            ({"type": "connection_init", "payload": "x"}, 4400),
            ([], 4400),
        ],
    )
    async def test_nothing_is_answered_before_it_is_said_who_asks(self, hub, first, code):
        async with talking(hub) as talk:
            await talk.socket.send_json(first)
            assert await talk.ended() == code

    @pytest.mark.parametrize(
        ("message", "code"),
        [
            ({"type": "connection_init"}, 4429),
            ({"type": "subscribe", "payload": {"query": CITY}}, 4400),
            ({"type": "subscribe", "id": "", "payload": {"query": CITY}}, 4400),
            ({"type": "subscribe", "id": "1"}, 4400),
            ({"type": "next", "id": "1"}, 4400),
            ({"id": "1"}, 4400),
            ("text", 4400),
            ({"type": "ping", "payload": "x" * 1_000_001}, 1009),
        ],
    )
    async def test_what_the_protocol_does_not_know_ends_it(self, hub, message, code):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.socket.send_json(message)
            assert await talk.ended() == code

    async def test_bytes_are_no_message(self, hub):
        async with talking(hub) as talk:
            await talk.socket.send_bytes(b"{}")
            assert await talk.ended() == 4400

    async def test_another_protocol_is_not_spoken(self, hub):
        async with talking(hub, protocol="graphql-ws") as talk:
            assert await talk.ended() == 4406

    async def test_one_name_is_for_one_operation_at_a_time(self, hub, headers_of):
        async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await talk.ask(DATA_READ)
            assert await talk.ended() == 4409

    async def test_only_so_many_operations_run_at_once_and_one_more_is_told_so(self, hub, headers_of):
        async with talking(hub, headers_of(Audience.CITIZEN) | {"Accept-Language": "en"}) as talk:
            await talk.begin()
            for number in range(20):
                await talk.ask(DATA_READ, str(number))
            await talk.ask(DATA_READ, "one more")
            said = await talk.hear()
            assert said == {
                "type": "error",
                "id": "one more",
                "payload": [
                    {
                        "message": "One connection runs 20 operations at once at most.",
                        "extensions": {"code": "TOO_MANY_OPERATIONS", "most": 20},
                    }
                ],
            }
            await talk.say("complete", "0")
            await talk.ask(CITY, "one more")
            assert (await talk.hear())["type"] == "next"

    async def test_what_nobody_wants_any_more_does_not_count_and_leaves_nothing_behind(self, hub, headers_of):
        """However soon after its beginning it is ended: a subscription, and a query that waits for a slow agency."""
        sandbox_is_slow = "{ hospitals(first: 3) { nodes { beds { free } } } }"
        async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
            await talk.begin()
            for number in range(100):
                await talk.ask(DATA_READ if number % 2 else sandbox_is_slow, str(number))
                for _ in range(number % 5):
                    await asyncio.sleep(0)
                await talk.say("complete", str(number))
            await talk.ask(DATA_READ, "kept")
            await until_listening(hub)
            await talk.ask(CITY, "last")
            while (said := await talk.hear()) != {"type": "complete", "id": "last"}:
                assert said["type"] in ("next", "complete"), said
            await until_run(1)
        await until_listening(hub, 0)
        await until_run(0)

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
            ({"query": "{ city {"}, "GRAPHQL_PARSE_FAILED"),
            ({"query": ""}, "BAD_REQUEST"),
            ({"query": "query A { city { name } } query B { city { name } }"}, "BAD_REQUEST"),
            ({"query": CITY, "operationName": "B"}, "BAD_REQUEST"),
            ({"documentId": "sha256:" + "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
        ],
    )
    async def test_an_operation_that_cannot_begin_is_an_error_and_the_others_go_on(self, hub, payload, code):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.say("subscribe", "1", payload)
            said = await talk.hear()
            assert (said["type"], said["id"], [each["extensions"]["code"] for each in said["payload"]]) == (
                "error",
                "1",
                [code],
            )
            await talk.ask(CITY)
            assert (await talk.hear())["type"] == "next"


class TestWhoMayCome:
    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
    async def test_a_page_of_another_origin_is_not_let_in(self, hub, origin):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with talking(hub, {"Origin": origin}):
                pass
        assert refused.value.status == 403

    async def test_the_hubs_own_page_and_those_that_are_named_are(self, configuration, clock, store_url):
        app = "https://app.example"
        async with listening(configuration, clock, store_url=store_url, cors_origins=app) as hub:
            for origin in (hub.url, app):
                async with talking(hub, {"Origin": origin}) as talk:
                    await talk.begin()

    @pytest.mark.parametrize("payload", [{"authorization": "Bearer x"}, {"x-api-key": "x"}, {"X-API-Key": "x"}])
    async def test_what_does_not_hold_is_not_ignored(self, hub, payload):
        async with talking(hub) as talk:
            await talk.say("connection_init", payload=payload)
            assert await talk.ended() == 4401

    async def test_nor_what_is_not_understood(self, hub):
        for payload in (
            {"authorization": 0},
            {"x-api-key": 1},
            {"simpul-case": ["x"]},
            {"headers": "Bearer x"},
            {"headers": ["x"]},
            {"headers": {"authorization": ["Bearer x"]}},
            {"token": "x"},
            {"authToken": "x"},
            {"headers": {"access_token": "x"}},
            {"Authorization ": "Bearer x"},
            {"auth": {"token": "x"}},
        ):
            async with talking(hub) as talk:
                await talk.say("connection_init", payload=payload)
                assert await talk.ended() == 4400, payload

    async def test_a_browser_says_in_the_payload_what_it_cannot_in_headers(self, hub, headers_of):
        async with talking(hub) as talk:
            await talk.begin({"Authorization": headers_of(Audience.OFFICER)["Authorization"], "accept-language": "en"})
            await talk.ask("{ me { audience } }")
            assert (await talk.hear())["payload"]["data"] == {"me": {"audience": "OFFICER"}}

    @pytest.mark.parametrize("name", ["headers", "Headers"])
    async def test_or_in_an_object_of_headers(self, hub, headers_of, name):
        said = {"Authorization": headers_of(Audience.OFFICER)["Authorization"], "Accept-Language": "en", "cookie": "x"}
        async with talking(hub) as talk:
            await talk.begin({name: said, "authorization": None})
            await talk.ask("{ me { audience } }")
            assert (await talk.hear())["payload"]["data"] == {"me": {"audience": "OFFICER"}}

    async def test_nothing_and_empty_texts_are_no_credentials(self, hub):
        for headers, payload in itertools.product(
            ({}, {"Authorization": "", "x-api-key": " "}),
            (
                None,
                {},
                {"authorization": None, "x-api-key": None, "simpul-purpose": None},
                {"Authorization": "", "X-API-Key": "  ", "accept-language": ""},
                {"headers": None},
                {"headers": {}},
                {"headers": {"authorization": None, "x-api-key": ""}},
                {"token": None, "authToken": ""},
                {"clientName": "x", "reconnect": True},
            ),
        ):
            async with talking(hub, headers) as talk:
                await talk.begin(payload)
                await talk.ask("{ me { audience } }")  # of which nobody's schema tells
                assert (await talk.hear())["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
                await talk.ask(CITY)
                assert (await talk.hear())["payload"]["data"] == {"city": {"name": CITY_NAME}}

    async def test_both_at_once_is_refused(self, hub, headers_of):
        async with talking(hub, headers_of(Audience.OFFICER)) as talk:
            await talk.say("connection_init", payload=headers_of(Audience.CITIZEN))
            assert await talk.ended() == 4401

    async def test_nobody_is_told_of_the_subscriptions_of_people(self, hub):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            said = await talk.hear()
            (error,) = said["payload"]
            assert (said["type"], error["extensions"]["code"]) == ("error", "GRAPHQL_VALIDATION_FAILED")
            await talk.ask("{ __schema { subscriptionType { fields { name } } } }")
            told = (await talk.hear())["payload"]["data"]["__schema"]["subscriptionType"]["fields"]
            assert "dataRead" not in {each["name"] for each in told}


class TestTheSameLimits:
    async def test_of_a_document(self, hub, sandbox):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.ask("{ city { name " + " ".join(f"a{each}: name" for each in range(60)) + " } }")
            (error,) = (await talk.hear())["payload"]
            assert error["extensions"]["code"] == "LIMIT_EXCEEDED"

    async def test_of_the_minute(self, configuration, clock, store_url):
        async with listening(configuration, clock, store_url=store_url, quota=200) as hub, talking(hub) as talk:
            await talk.begin()
            await talk.ask(CITY)
            assert [(await talk.hear())["type"] for _ in range(2)] == ["next", "complete"]
            await talk.ask(CITY)
            (error,) = (await talk.hear())["payload"]
            assert error["extensions"]["code"] == "QUOTA_EXCEEDED"


class TestEachEvent:
    async def test_a_person_is_told_when_somebody_reads_their_data(self, hub, headers_of):
        citizen = headers_of(Audience.CITIZEN)
        async with talking(hub, citizen | {"Accept-Language": "en"}) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await until_listening(hub)
            await hub.ask(NIK, **citizen)
            said = await talk.hear()
            assert said["payload"]["data"] == {
                "dataRead": {"text": "You yourself read your NIK.", "categories": ["NIK"], "byOneself": True}
            }
            await hub.ask(NIK, **headers_of(Audience.OFFICER))  # of the officer's own: nothing of the citizen's
            await hub.ask(NIK, **citizen)
            assert (await talk.hear())["payload"]["data"]["dataRead"]["categories"] == ["NIK"]
            await talk.say("complete", "1")
            await hub.ask(NIK, **citizen)
            await talk.ask(CITY, "2")
            assert (await talk.hear())["id"] == "2"

    async def test_an_app_without_the_scope_is_told_nothing(self, hub, headers_of):
        both = headers_of(Audience.PARTNER) | headers_of(Audience.CITIZEN)
        async with talking(hub, both) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            said = await talk.hear()
            assert (said["type"], [each["extensions"]["code"] for each in said["payload"]]) == ("error", ["FORBIDDEN"])

    async def test_with_the_token_ends_what_it_opened(self, hub, headers_of, clock):
        async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await until_listening(hub)
            clock.advance(timedelta(minutes=20))
            await hub.ask(NIK, **headers_of(Audience.CITIZEN))
            assert await talk.ended() == 4401

    async def test_and_what_is_idle(self, hub, headers_of, clock, monkeypatch):
        """A connection without a token has no end."""
        monkeypatch.setattr(websocket, "LOOKS_EVERY", 0.001)
        token = headers_of(Audience.CITIZEN)
        async with talking(hub, token) as by_header, talking(hub) as by_payload, talking(hub) as nobodys:
            await by_header.begin()
            await by_payload.begin({"headers": token})
            await nobodys.begin()
            await by_payload.ask(DATA_READ)
            await until_listening(hub)
            clock.advance(timedelta(minutes=20))
            assert await by_header.ended() == 4401
            assert await by_payload.ended() == 4401
            await nobodys.ask(CITY)
            assert (await nobodys.hear())["type"] == "next"

    async def test_who_leaves_holds_nothing_up(self, hub, headers_of):
        for _ in range(5):
            async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
                await talk.begin()
                await talk.ask(DATA_READ)
                await talk.ask("{ hospitals(first: 3) { nodes { name beds { free } } } }", "2")
        assert (await hub.ask(CITY))["data"] == {"city": {"name": CITY_NAME}}
