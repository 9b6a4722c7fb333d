"""Two hubs on one Redis and one PostgreSQL, which are killed, stopped and started in mid-load: docs/operations/degradation.md."""

import asyncio
from datetime import timedelta

import pytest

from auth.caller import Audience
from tests.conftest import listening
from tests.faults.questions import BEDS, LAWS
from tests.faults.servers import own_postgres, own_redis

SECRET = "a secret that both hubs know, long enough"
BED, LAW = BEDS.format("rs-contoh-benda"), LAWS.format("CITY")
PERSONAL = "{ me { nik(unmasked: true) } }"
WAYS = {"kill": "start", "pause": "resume"}
PATIENCE = 0.5
"""Seconds that the database may take here."""
PAUSE = timedelta(seconds=3)
"""After which a Redis that was gone is asked again."""
GUARD = 60.0


@pytest.fixture
async def hubs(configuration, clock):
    with own_redis() as redis, own_postgres() as postgres:
        settings = {
            "cache_url": redis.url, "secret": SECRET, "store_url": postgres.url, "store_timeout": PATIENCE, "quota": 10**9,
        }  # fmt: skip
        async with (
            listening(configuration, clock, **settings) as one,
            listening(configuration, clock, **settings) as two,
        ):
            follower = one.state.follower
            (laws,) = [feed for feed in follower.feeds if feed.agency.code == "jdih-kota"]
            await follower._follow_if_due(laws)
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


async def test_redis_goes_in_mid_load_and_returns(hubs, sandbox, clock):
    one, two, redis, _ = hubs
    truth = await one.data(BED)
    async with asyncio.timeout(GUARD):
        assert await shared(one, two, sandbox)
        for how, back in WAYS.items():
            answers = await loaded((one, two), BED, getattr(redis, how))
            assert all(answer["data"] == truth and "errors" not in answer for answer in answers)
            alone = sandbox.control.hits("rs-contoh-benda")
            await one.data(BED)
            await two.data(BED)
            assert sandbox.control.hits("rs-contoh-benda") == alone + 2
            await asyncio.to_thread(getattr(redis, back))
            while not await shared(one, two, sandbox):
                clock.advance(PAUSE)


async def test_postgresql_goes_in_mid_load_and_returns(hubs, sandbox, headers_of):
    one, two, _, postgres = hubs
    laws, beds = await one.data(LAW), await one.data(BED)
    assert laws["regulations"]["totalCount"] == 500
    async with asyncio.timeout(GUARD):
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
            await asyncio.to_thread(getattr(postgres, back))
            for hub in (one, two):
                while code_of(await hub.ask(LAW)):
                    await asyncio.sleep(0.05)
                assert await hub.data(LAW) == laws
                personal = await hub.ask(PERSONAL, None, **headers_of(Audience.CITIZEN))
                assert personal["data"]["me"]["nik"] == "3671014001900001"
