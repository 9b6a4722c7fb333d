"""`dataRead` for many: one look for all, one reading on record for each event and person, and so many and no more."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from store.audit import news
from store.audit.audit_log import AuditLog, AuditLogBroken
from tests.conftest import listening
from tests.talking import DATA_READ, talking, until_listening

NIK = "{ me { nik(unmasked: true) } }"
USAGE = "{ me { dataUsage(first: 50) { nodes { categories operation } } } }"


@pytest.fixture(autouse=True)
def woken_only(monkeypatch):
    """No look but those that somebody rings for."""
    monkeypatch.setattr(news, "LOOKS_EVERY", 3600)


@pytest.fixture
def looks(monkeypatch):
    """The subjects of each look."""
    seen, newer = [], AuditLog.newer

    async def look(self, subjects, after):
        seen.append(len(subjects))
        return await newer(self, subjects, after)

    monkeypatch.setattr(AuditLog, "newer", look)
    return seen


@pytest.fixture
def person(sandbox, clock):
    """The headers of one of many people, by their number."""

    def headers(number):
        issuer, address = issuer_of(sandbox.control), f"{sandbox.url}/identity"
        claims = {"sub": f"person-{number}", "nik": f"990701400190{number:04}"}
        return {"Authorization": f"Bearer {issuer.token('citizen', address, clock.now(), **claims)}"}

    return headers


async def told(talk):
    said = await talk.hear()
    assert said["type"] == "next", said
    return said["payload"]["data"]["dataRead"]["categories"]


async def recorded(hub, headers):
    """How often it is on record that the person was told."""
    nodes = (await hub.ask(USAGE, **headers))["data"]["me"]["dataUsage"]["nodes"]
    return sum(each == {"categories": ["RECORD"], "operation": "Read"} for each in nodes)


async def test_many_subscriptions_are_one_look_and_one_reading_on_record(hub, person, looks):
    """Three people with four subscriptions each, over two connections of each."""
    async with AsyncExitStack() as stack:
        talks = {number: [] for number in range(3)}
        for number, name in ((number, name) for number in talks for name in ("ab", "cd")):
            talk = await stack.enter_async_context(talking(hub, person(number)))
            await talk.begin()
            for each in name:
                await talk.ask(DATA_READ, each)
            talks[number].append(talk)
        await until_listening(hub, 12)
        for _ in range(100):
            await asyncio.sleep(0)
        assert looks == []  # nothing has happened
        for event in range(1, 3):
            await hub.ask(NIK, **person(1))
            for talk in talks[1]:
                assert {(await talk.hear())["id"] for _ in range(2)} == set("ab" if talk is talks[1][0] else "cd")
            assert await recorded(hub, person(1)) == event
        # Each event wakes a look, and so do its telling and what `recorded` asks, which are on record themselves.
        assert len(looks) <= 2 * 3
        assert looks[-1] == 12  # by all names that three people have or had there
        await hub.ask(NIK, **person(2))
        for talk in talks[2]:
            assert [await told(talk) for _ in range(2)] == [["NIK"], ["NIK"]]
        assert [await recorded(hub, person(number)) for number in range(3)] == [0, 2, 1]
    await until_listening(hub, 0)


async def test_the_record_that_cannot_be_read_for_a_while_is_told_later(hub, person, monkeypatch):
    newer, fails = AuditLog.newer, [AuditLogBroken("x"), AuditLogBroken("x")]

    async def broken(self, subjects, after):
        if fails:
            raise fails.pop()
        return await newer(self, subjects, after)

    monkeypatch.setattr(news, "LOOKS_EVERY", 0.001)
    monkeypatch.setattr(AuditLog, "newer", broken)
    async with talking(hub, person(1)) as talk:
        await talk.begin()
        await talk.ask(DATA_READ)
        await until_listening(hub)
        await hub.ask(NIK, **person(1))
        assert await told(talk) == ["NIK"]
    assert fails == []


@pytest.mark.parametrize("woken", ["by the bell", "by the clock"])
async def test_what_another_process_reads_is_told_too(
    configuration, clock, store_url, person, request, monkeypatch, woken
):
    shared = {"store_url": store_url, "secret": "a secret of hubs that share a cache"}
    if woken == "by the bell":
        shared["cache_url"] = request.getfixturevalue("redis_url")
        rung = request.getfixturevalue("redis_server")
    else:
        monkeypatch.setattr(news, "LOOKS_EVERY", 0.01)
    async with (
        listening(configuration, clock, **shared) as one,
        listening(configuration, clock, **shared) as two,
        talking(one, person(1)) as talk,
    ):
        await talk.begin()
        await talk.ask(DATA_READ)
        await until_listening(one)
        async with asyncio.timeout(10):
            while woken == "by the bell" and not rung.pubsub_numsub("simpul:record")[0][1]:
                await asyncio.sleep(0.001)
        await two.ask(NIK, **person(1))
        assert await told(talk) == ["NIK"]


class TestSoManyAndNoMore:
    async def test_subscriptions_of_a_person_and_of_an_address(self, configuration, clock, store_url, person):
        most = {"subscriptions_per_person": 2, "subscriptions_per_address": 3}
        async with (
            listening(configuration, clock, store_url=store_url, websocket=most) as hub,
            talking(hub, person(1)) as first,
            talking(hub, person(1)) as second,
            talking(hub, person(2)) as another,
        ):
            for talk in (first, second, another):
                await talk.begin()

            async def refused(talk, name):
                await talk.ask(DATA_READ, name)
                said = await talk.hear()
                return said["type"], said["id"], [each["extensions"]["code"] for each in said["payload"]]

            await first.ask(DATA_READ, "1")
            await second.ask(DATA_READ, "2")
            await until_listening(hub, 2)
            assert await refused(first, "3") == ("error", "3", ["TOO_MANY_SUBSCRIPTIONS"])
            await another.ask(DATA_READ, "4")
            await until_listening(hub, 3)
            assert await refused(another, "5") == ("error", "5", ["TOO_MANY_SUBSCRIPTIONS"])
            await first.say("complete", "1")
            await until_listening(hub, 2)
            await second.ask(DATA_READ, "6")
            await until_listening(hub, 3)
            await second.socket.close()
            await until_listening(hub, 1)
            await hub.ask(NIK, **person(2))
            assert await told(another) == ["NIK"]

    async def test_connections_of_a_person(self, configuration, clock, store_url, person):
        most = {"connections_per_person": 1}
        async with listening(configuration, clock, store_url=store_url, websocket=most) as hub:
            async with talking(hub, person(1)) as first, talking(hub) as second, talking(hub, person(2)) as another:
                await first.begin()
                await another.begin()
                await second.say("connection_init", payload=person(1))
                assert await second.ended() == 1013  # which clients take for "try again later"
            async with talking(hub, person(1)) as again:
                await again.begin()

    async def test_connections_of_an_address(self, configuration, clock, store_url):
        async with listening(
            configuration, clock, store_url=store_url, websocket={"connections_per_address": 1}
        ) as hub:
            async with talking(hub) as first:
                await first.begin()
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    async with talking(hub):
                        pass
                assert (refused.value.status, refused.value.headers["retry-after"]) == (429, "60")
            async with asyncio.timeout(10):
                while True:
                    try:
                        async with talking(hub) as again:
                            await again.begin()
                            break
                    except aiohttp.WSServerHandshakeError:  # the first one's end is not seen at once
                        await asyncio.sleep(0.001)


async def test_an_app_that_subscribes_for_a_person_is_named_in_the_record_itself(hub, person, headers_of):
    """Only what the same reader is told is one reading."""
    app = headers_of(Audience.PARTNER)
    async with talking(hub, person(1)) as own, talking(hub, person(1) | app) as through:
        for talk in (own, through):
            await talk.begin()
            await talk.ask(DATA_READ)
        said = await through.hear()
        assert [each["extensions"]["code"] for each in said["payload"]] == ["FORBIDDEN"]
        await until_listening(hub)
        await hub.ask(NIK, **person(1))
        assert await told(own) == ["NIK"]
    assert await recorded(hub, person(1)) == 1
