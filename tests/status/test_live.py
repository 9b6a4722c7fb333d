"""Subscriptions on polled sources: one call for all subscribers of a thing, the present value first, only changes after
it, and the end when the last one leaves."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from auth.caller import Audience
from resolvers.kit import live
from sandbox.identity.issuer import issuer_of
from tests.conftest import listening
from tests.schema.documents import DOCUMENTS
from tests.talking import talking

BEDS = DOCUMENTS["bed-changes"].text
PRICE = DOCUMENTS["price-of-the-day"].text
BOOKING = DOCUMENTS["booking-changes"].text
HOSPITAL = "rs-contoh-benda"
SLOT = {"slot": "gor-kota/1-20261124T0300Z", "idempotencyKey": "a wish"}
USAGE = "{ me { dataUsage(first: 100) { nodes { categories operation } } } }"


@pytest.fixture(autouse=True)
def looked_at_only_when_told(monkeypatch):
    """No look but those that a test wakes: how long a value counts as new is the cache's to say."""
    monkeypatch.setattr(live, "SOON", 3600.0)
    monkeypatch.setattr(live, "AGAIN", 3600.0)


@pytest.fixture
def of_person(sandbox, clock):
    def headers(account):
        token = issuer_of(sandbox.control).token(account, f"{sandbox.url}/identity", clock.now())
        return {"Authorization": f"Bearer {token}"}

    return headers


async def heard(talk):
    said = await talk.hear()
    assert said["type"] == "next", said
    return said["payload"]


async def subscribed(hub, number):
    async with asyncio.timeout(10):
        while hub.state.live.subscribers != number:
            await asyncio.sleep(0.001)


async def silent(talk):
    """Nothing comes but the answer to what is asked now."""
    await talk.ask("{ city { name } }", "probe")
    said = await talk.hear()
    assert (said["type"], said["id"]) == ("next", "probe"), said
    assert await talk.hear() == {"type": "complete", "id": "probe"}


async def told(hub, talk):
    """What is told next. An answer that is being fetched behind a late one needs a look after it, whenever that is."""
    hearing = asyncio.create_task(heard(talk))
    while not hearing.done():
        hub.state.live.wake()
        await asyncio.sleep(0.002)
    return await hearing


async def looked(hub):
    """Everything that is subscribed to was looked at once more."""
    before = hub.state.live.looks
    hub.state.live.wake()
    async with asyncio.timeout(10):
        while hub.state.live.looks == before:
            await asyncio.sleep(0.001)


async def test_fifty_subscribers_of_one_hospital_cost_one_call_while_its_answer_lives(hub, sandbox, clock):
    def calls():
        return sandbox.control.hits(HOSPITAL)

    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talking(hub)) for _ in range(5)]
        for talk in talks:
            await talk.begin()
            for number in range(10):
                await talk.ask(BEDS, str(number))
        firsts = [await heard(talk) for talk in talks for _ in range(10)]
        assert len({json.dumps(each["data"]["hospitalBeds"]["classes"]) for each in firsts}) == 1
        assert {each["extensions"]["sources"][0]["agency"] for each in firsts} == {HOSPITAL}
        once = calls()
        await hub.data('{ hospital(code: "rs-contoh-benda") { beds { free } } }')
        assert calls() == once  # the hub had it already
        await looked(hub)
        await silent(talks[0])
        assert calls() == once
        clock.advance(timedelta(seconds=61))
        seconds = [await told(hub, talks[0])]
        seconds += [await heard(talk) for talk in talks for _ in range(10 if talk is not talks[0] else 9)]
        assert len({each["data"]["hospitalBeds"]["observedAt"] for each in (*firsts, *seconds)}) == 2
        assert calls() == once + 1
        for talk in talks[1:]:
            await talk.socket.close()
        await subscribed(hub, 10)
        await talks[0].say("complete", "0")
        await subscribed(hub, 9)
    await subscribed(hub, 0)
    assert hub.state.live._pollers == {}


async def test_an_agency_that_does_not_answer_is_an_event_and_so_is_its_return(hub, sandbox, clock):
    sandbox.control.set(HOSPITAL, "down")
    async with talking(hub) as talk:
        await talk.begin()
        await talk.ask(BEDS)
        first = await heard(talk)
        assert first["data"] == {"hospitalBeds": None}
        assert [each["extensions"]["code"] for each in first["errors"]] == ["AGENCY_UNAVAILABLE"]
        sandbox.control.set(HOSPITAL, "ok")
        clock.advance(timedelta(seconds=61))
        second = await told(hub, talk)
        assert (second["data"]["hospitalBeds"]["source"]["state"], "errors" in second) == ("LIVE", False)


WRONG = [
    (BEDS, {"code": "none"}, "NOT_FOUND"),
    (PRICE, {"commodity": "none"}, "NOT_FOUND"),
    (PRICE, {"market": "none"}, "BAD_USER_INPUT"),
    (BOOKING, {"booking": "gor-kota/none"}, "GRAPHQL_VALIDATION_FAILED"),
]


async def asked_wrongly(talk, query, variables, code):
    await talk.ask(query, variables=variables)
    said = await talk.hear()
    assert (said["type"], [each["extensions"]["code"] for each in said["payload"]]) == ("error", [code]), said


async def test_a_thing_that_is_not_there_ends_its_subscription_with_a_code(hub):
    async with talking(hub) as talk:
        await talk.begin()
        for case in WRONG:
            await asked_wrongly(talk, *case)
        await subscribed(hub, 0)


async def test_the_price_of_the_day_is_told_again_on_another_day(hub, clock):
    async with talking(hub) as talk:
        await talk.begin()
        await talk.ask(PRICE, variables={"market": "9101"})
        first = (await heard(talk))["data"]["priceOfTheDay"]
        asked = 'query ($on: Date) { commodity(code: "67") { price(market: "9101", on: $on) { amount day } } }'
        same = (await hub.data(asked))["commodity"]["price"]
        assert (first["amount"], first["day"]) == (same["amount"], same["day"])
        await looked(hub)
        await silent(talk)
        clock.advance(timedelta(days=1))
        second = (await told(hub, talk))["data"]["priceOfTheDay"]
        assert (second["day"], second["carriedForward"]) == ("2026-11-24", False)


class TestABooking:
    """A personal subscription: to its owner alone, each event on record, and told at once what the hub does itself."""

    @staticmethod
    async def held(hub, who):
        return (await hub.ask(DOCUMENTS["hold-slot"].text, SLOT, **who))["data"]["holdSlot"]["code"]

    @staticmethod
    async def done(hub, name, code, who):
        return await hub.ask(DOCUMENTS[name].text, {"booking": code}, **who)

    async def test_is_told_to_its_owner_and_each_event_is_on_record(self, hub, of_person, headers_of):
        mine = of_person("citizen")
        code = await self.held(hub, mine)
        async with AsyncExitStack() as stack:
            own, other, through = [
                await stack.enter_async_context(talking(hub, who))
                for who in (mine, of_person("neighbour"), mine | headers_of(Audience.PARTNER))
            ]
            for talk in (own, other, through):
                await talk.begin()
                await talk.ask(BOOKING, variables={"booking": code})
            assert (await heard(own))["data"]["bookingState"]["state"] == "HELD"
            for talk, refused in ((other, "BOOKING_NOT_FOUND"), (through, "FORBIDDEN")):
                said = await talk.hear()
                assert (said["type"], [each["extensions"]["code"] for each in said["payload"]]) == ("error", [refused])
            await subscribed(hub, 1)
            looks = hub.state.live.looks
            for name, state in (("confirm-booking", "CONFIRMED"), ("cancel-booking", "CANCELLED")):
                await self.done(hub, name, code, mine)
                assert (await heard(own))["data"]["bookingState"]["state"] == state
            assert hub.state.live.looks == looks  # nobody was asked for what the hub has just heard
            await looked(hub)
            await silent(own)
        nodes = (await hub.ask(USAGE, **mine))["data"]["me"]["dataUsage"]["nodes"]
        assert sum(each == {"categories": ["BOOKINGS"], "operation": "BookingChanges"} for each in nodes) == 3

    async def test_that_another_hub_changes_is_told_through_redis(
        self, configuration, clock, store_url, redis_url, redis_server, of_person
    ):
        mine, shared = of_person("citizen"), {"store_url": store_url, "cache_url": redis_url}
        shared["secret"] = "a secret of hubs that share a cache"
        async with listening(configuration, clock, **shared) as one, listening(configuration, clock, **shared) as two:
            code = await self.held(two, mine)
            async with talking(one, mine) as talk:
                await talk.begin()
                await talk.ask(BOOKING, variables={"booking": code})
                assert (await heard(talk))["data"]["bookingState"]["state"] == "HELD"
                async with asyncio.timeout(10):
                    while not redis_server.pubsub_numsub("simpul:live")[0][1]:
                        await asyncio.sleep(0.001)
                await self.done(two, "cancel-booking", code, mine)
                assert (await heard(talk))["data"]["bookingState"]["state"] == "CANCELLED"
