"""`/graphql` over a WebSocket: the protocol, who may come, the same limits, and each event under the same policies."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from auth.caller import Audience
from resolvers import identity
from resolvers.recording import Recording
from tests.conftest import listening

CITY = "{ city { name } }"
DATA_READ = "subscription Read { dataRead { text categories byOneself } }"
NIK = "{ me { nik(unmasked: true) } }"


@pytest.fixture(autouse=True)
def subscribed(monkeypatch):
    """Set once a subscription has looked where the record ends: what is read after that, it tells."""
    looked, newest = asyncio.Event(), Recording.newest

    async def look(self):
        found = await newest(self)
        looked.set()
        return found

    monkeypatch.setattr(Recording, "newest", look)
    monkeypatch.setattr(identity, "LOOKS_EVERY", 0.01)
    return looked


class Talk:
    """A client of the protocol."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, type_, name=None, payload=None):
        message = {"type": type_, "id": name, "payload": payload}
        await self.socket.send_json({key: value for key, value in message.items() if value is not None})

    async def hear(self):
        async with asyncio.timeout(10):
            return await self.socket.receive_json()

    async def begin(self, payload=None):
        await self.say("connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, query, name="1", **payload):
        await self.say("subscribe", name, {"query": query, **payload})

    async def ended(self):
        """The code with which the other side closes."""
        async with asyncio.timeout(10):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return message.data


def talking(hub, headers=None, protocol="graphql-transport-ws"):
    @asynccontextmanager
    async def connected():
        url = hub.url.replace("http", "ws", 1) + "/graphql"
        async with hub.session.ws_connect(url, protocols=(protocol,), headers=headers) as socket:
            yield Talk(socket)

    return connected()


class TestTheProtocol:
    async def test_a_query_is_answered_and_complete(self, hub):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.ask(CITY)
            said = await talk.hear()
            assert (said["type"], said["id"]) == ("next", "1")
            assert said["payload"]["data"] == {"city": {"name": "Kota Tangerang"}}
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
        [({"type": "subscribe", "id": "1", "payload": {"query": CITY}}, 4401), ({"type": "x"}, 4401), ([], 4400)],
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

    async def test_only_so_many_operations_run_at_once(self, hub, headers_of):
        async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
            await talk.begin()
            for number in range(21):
                await talk.ask(DATA_READ, str(number))
            assert await talk.ended() == 4429

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

    @pytest.mark.parametrize("payload", [{"authorization": None}, {"x-api-key": 1}, {"simpul-case": ["x"]}])
    async def test_nor_what_is_no_text(self, hub, payload):
        async with talking(hub) as talk:
            await talk.say("connection_init", payload=payload)
            assert await talk.ended() == 4400

    async def test_a_browser_says_in_the_payload_what_it_cannot_in_headers(self, hub, headers_of):
        async with talking(hub) as talk:
            await talk.begin({"Authorization": headers_of(Audience.OFFICER)["Authorization"], "accept-language": "en"})
            await talk.ask("{ me { audience } }")
            assert (await talk.hear())["payload"]["data"] == {"me": {"audience": "OFFICER"}}

    async def test_both_at_once_is_refused(self, hub, headers_of):
        async with talking(hub, headers_of(Audience.OFFICER)) as talk:
            await talk.say("connection_init", payload=headers_of(Audience.CITIZEN))
            assert await talk.ended() == 4401

    async def test_nobody_is_not_told_that_there_are_subscriptions(self, hub):
        async with talking(hub) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            said = await talk.hear()
            assert (said["type"], "dataRead" in str(said)) == ("error", False)


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
    async def test_a_person_is_told_when_somebody_reads_their_data(self, hub, headers_of, subscribed):
        citizen = headers_of(Audience.CITIZEN)
        async with talking(hub, citizen | {"Accept-Language": "en"}) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await subscribed.wait()
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

    async def test_its_reading_of_the_record_is_on_record_once(self, hub, headers_of, subscribed):
        citizen = headers_of(Audience.CITIZEN)
        async with talking(hub, citizen) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await subscribed.wait()
            for _ in range(2):
                await hub.ask(NIK, **citizen)
                await talk.hear()
        answer = await hub.ask("{ me { dataUsage { nodes { categories operation } } } }", **citizen)
        found = [(each["categories"], each["operation"]) for each in answer["data"]["me"]["dataUsage"]["nodes"]]
        assert found.count((["RECORD"], "Read")) == 1
        assert found.count((["NIK"], None)) == 2

    async def test_an_app_without_the_scope_is_told_nothing(self, hub, headers_of):
        both = headers_of(Audience.PARTNER) | headers_of(Audience.CITIZEN)
        async with talking(hub, both) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            said = await talk.hear()
            assert (said["type"], [each["extensions"]["code"] for each in said["payload"]]) == ("error", ["FORBIDDEN"])

    async def test_with_the_token_ends_what_it_opened(self, hub, headers_of, clock, subscribed):
        async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
            await talk.begin()
            await talk.ask(DATA_READ)
            await subscribed.wait()
            clock.advance(timedelta(minutes=20))
            await hub.ask(NIK, **headers_of(Audience.CITIZEN))
            assert await talk.ended() == 4401

    async def test_who_leaves_holds_nothing_up(self, hub, headers_of):
        for _ in range(5):
            async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
                await talk.begin()
                await talk.ask(DATA_READ)
                await talk.ask("{ hospitals(first: 3) { nodes { name beds { free } } } }", "2")
        assert (await hub.ask(CITY))["data"] == {"city": {"name": "Kota Tangerang"}}
