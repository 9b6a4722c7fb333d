"""Two hubs on one Redis and one PostgreSQL, which are killed, stopped and started in mid-load: docs/operations/degradation.md."""

import asyncio
import re
from datetime import timedelta

import pytest
import redis

from auth.caller import Audience
from store.audit import bell
from store.platform import api_keys
from tests.auth.conftest import CREATE
from tests.conftest import listening
from tests.faults.questions import BEDS, LAWS
from tests.faults.servers import own_postgres, own_redis
from tests.schema.documents import DOCUMENTS
from tests.status.test_live import heard, told
from tests.talking import DATA_READ, talking, until_listening

SECRET = "a secret that both hubs know, long enough"
BED, LAW = BEDS.format("rs-contoh-benda"), LAWS.format("CITY")
PERSONAL = "{ me { nik(unmasked: true) } }"
WAYS = {"kill": "start", "pause": "resume"}
SLOTS = {"kill": "gor-kota/1-20261124T0300Z", "pause": "gor-kota/1-20261124T0500Z"}
PATIENCE = 0.5
"""Seconds that the database may take here."""
PAUSE = timedelta(seconds=3)
"""After which a Redis that was gone is asked again."""
GUARD = 60.0


@pytest.fixture
async def hubs(configuration, clock, monkeypatch):
    monkeypatch.setattr(bell, "PAUSE", 0.05)
    with own_redis() as redis, own_postgres() as postgres:
        settings = {
            "cache_url": redis.url, "secret": SECRET, "store_url": postgres.url, "store_timeout": PATIENCE, "quota": 10**9,
        }  # fmt: skip
        async with (
            listening(configuration, clock, **settings) as one,
            listening(configuration, clock, **settings) as two,
        ):
            follower = one.state.follower
            for each in follower._followed:
                if each.feed.agency.code in {"jdih-kota", "gor-kota"}:
                    await follower._follow_if_due(each)
            yield one, two, redis, postgres


def code_of(answer):
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


async def loaded(hubs, query, breaking):
    """All answers of some who ask both hubs while something breaks."""
    asking = [asyncio.create_task(hub.ask(query)) for hub in hubs for _ in range(10)]
    await asyncio.to_thread(breaking)
    asking += [asyncio.create_task(hub.ask(query)) for hub in hubs for _ in range(10)]
    return await asyncio.gather(*asking)


async def shared(one, two, sandbox):
    """Whether what one hub has asked the other answers without a call."""
    await one.state.cache.clear()
    await one.data(BED)
    before = sandbox.control.hits("rs-contoh-benda")
    await two.data(BED)
    return sandbox.control.hits("rs-contoh-benda") == before


CITY = "{ city { name } }"
LEFT = re.compile(r'"cost";r=([0-9]+);t=60')


async def charged(hub, **headers):
    """What one question costs its client, and what is left of the quota after it."""
    async with hub.session.post(f"{hub.url}/graphql", json={"query": CITY}, headers=headers) as response:
        assert response.status == 200
        return int(response.headers["simpul-cost"]), int(LEFT.fullmatch(response.headers["RateLimit"])[1])


async def counted_together(one, two):
    """Whether what one hub charges the other has less of. What was charged a minute ago counts less and less."""
    _, before = await charged(two)
    for _ in range(3):
        cost, _ = await charged(one)
    _, after = await charged(two)
    assert cost > 100
    return before - after > 2 * cost


async def done(hub, name, who, **variables):
    """The state of a booking after this."""
    answer = await hub.ask(DOCUMENTS[name].text, variables, **who)
    assert "errors" not in answer, answer["errors"]
    (found,) = answer["data"].values()
    return found["code"], found["state"]


async def key_of(hub, headers_of, clock):
    """The headers of an app with a key of its own."""
    wanted = {"app": "notaris", "label": "Tests", "expiresAt": (clock.now() + timedelta(days=9)).isoformat()}
    made = await hub.ask(CREATE, wanted, **headers_of(Audience.ADMIN))
    return {"x-api-key": made["data"]["createApiKey"]["key"]}


async def test_redis_goes_in_mid_load_and_returns(hubs, sandbox, clock, headers_of):
    one, two, server, _ = hubs
    truth, mine = await one.data(BED), headers_of(Audience.CITIZEN)
    app = await key_of(one, headers_of, clock)
    async with asyncio.timeout(GUARD), talking(one, mine) as talk:
        await talk.begin()
        assert await shared(one, two, sandbox)
        assert await counted_together(one, two)
        for how, back in WAYS.items():
            code, state = await done(two, "hold-slot", mine, slot=SLOTS[how], idempotencyKey=how)
            await talk.ask(DOCUMENTS["booking-changes"].text, how, variables={"booking": code})
            assert (await heard(talk))["data"]["bookingState"]["state"] == state == "HELD"
            answers = await loaded((one, two), BED, getattr(server, how))
            assert all(answer["data"] == truth and "errors" not in answer for answer in answers)
            alone = sandbox.control.hits("rs-contoh-benda")
            await one.data(BED)
            await two.data(BED)
            assert sandbox.control.hits("rs-contoh-benda") == alone + 2
            assert not await counted_together(one, two)
            await charged(two, **app)
            await done(
                two, "confirm-booking", mine, booking=code
            )  # nothing tells the other hub, and it looks by itself
            assert (await told(one, talk))["data"]["bookingState"]["state"] == "CONFIRMED"
            await asyncio.to_thread(getattr(server, back))
            while not await shared(one, two, sandbox):
                clock.advance(PAUSE)
            assert await counted_together(one, two)
            with redis.Redis.from_url(server.url) as client:
                while not client.pubsub_numsub("simpul:live")[0][1]:
                    await asyncio.sleep(0.005)
            await done(two, "cancel-booking", mine, booking=code)  # and now it is told at once
            assert (await heard(talk))["data"]["bookingState"]["state"] == "CANCELLED"
            await talk.say("complete", how)


async def status_of(hub, **headers):
    """The status of an answer, the code of its error, and when to ask again."""
    async with hub.session.post(f"{hub.url}/graphql", json={"query": CITY}, headers=headers) as response:
        return response.status, code_of(await response.json()), response.headers.get("Retry-After")


async def test_postgresql_goes_in_mid_load_and_returns(hubs, sandbox, clock, headers_of):
    one, two, _, postgres = hubs
    laws, beds = await one.data(LAW), await one.data(BED)
    assert laws["regulations"]["totalCount"] == 500
    app = await key_of(one, headers_of, clock)
    async with asyncio.timeout(GUARD), talking(one, headers_of(Audience.CITIZEN)) as talk:
        await talk.begin()
        await talk.ask(DATA_READ)
        await until_listening(one)
        for how, back in WAYS.items():
            answers = await loaded((one, two), LAW, getattr(postgres, how))
            assert {code for answer in answers for code in code_of(answer)} <= {"STORE_UNAVAILABLE"}
            assert all(answer["data"] in (laws, {"regulations": None}) for answer in answers)
            while not (codes := code_of(await one.ask(LAW))):
                await asyncio.sleep(0.05)  # what is known of the copies is believed for a second
            assert codes == {"STORE_UNAVAILABLE"}
            personal = await two.ask(PERSONAL, None, **headers_of(Audience.CITIZEN))
            assert (code_of(personal), personal["data"]["me"]["nik"]) == ({"RECORD_UNAVAILABLE"}, None)
            assert await two.data(BED) == beds
            assert await counted_together(one, two)
            clock.advance(timedelta(seconds=api_keys.KNOWN_FOR + 1))  # what is known of the keys is believed so long
            assert await status_of(two, **app) == (503, {"IDENTITY_UNAVAILABLE"}, "10")
            await asyncio.to_thread(getattr(postgres, back))
            for hub in (one, two):
                while code_of(await hub.ask(LAW)):
                    await asyncio.sleep(0.05)
                assert await hub.data(LAW) == laws
                personal = await hub.ask(PERSONAL, None, **headers_of(Audience.CITIZEN))
                assert personal["data"]["me"]["nik"] == "9907014001900001"
                assert (await heard(talk))["data"]["dataRead"]["byOneself"] is True  # it has waited, and goes on
            assert (await status_of(two, **app))[0] == 200
