"""A client that leaves ends its own work, never another's, and never what changes something at an agency."""

import asyncio

from auth.caller import Audience
from sandbox.venues.open_booking import orders_of
from tests.talking import talking
from tests.venues.test_bookings import HOLD, MINE

PINANG = '{ hospital(code: "rs-contoh-pinang") { beds { free } } }'
CODE = "rs-contoh-pinang"


async def until(true):
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.002)


def loads(hub):
    return hub.state.cache._flights._under_way


def callers(hub):
    return sum(each.waiting for each in hub.state.cache._flights._known.values())


async def test_the_last_one_to_leave_ends_the_call_and_nobody_elses(hub, sandbox):
    sandbox.control.hold(CODE)
    one, other = (asyncio.create_task(hub.ask(PINANG)) for _ in range(2))
    async with talking(hub) as talk:
        await talk.begin()
        await talk.ask(PINANG)
        await until(lambda: sandbox.control.hits(CODE) == 1 and len(loads(hub)) == 1)
        (load,) = loads(hub)
        await until(lambda: callers(hub) == 3)
        one.cancel()
        await talk.say("complete", "1")
        await until(lambda: callers(hub) == 1)
        assert not load.done()
        sandbox.control.release(CODE)
        answer = await other
        assert answer["data"]["hospital"]["beds"]["free"] is not None
        calls = sandbox.control.hits(CODE)
        await hub.state.cache.clear()
        sandbox.control.hold(CODE)
        leaving = asyncio.create_task(hub.ask(PINANG))
        await talk.ask(PINANG, "2")
        await until(lambda: sandbox.control.hits(CODE) == calls + 1 and callers(hub) == 2)
        (load,) = loads(hub)
        leaving.cancel()
        await talk.say("complete", "2")
        await until(lambda: not loads(hub))
        assert load.cancelled()
        sandbox.control.release(CODE)
        assert (await hub.ask(PINANG))["data"]["hospital"]["beds"] == answer["data"]["hospital"]["beds"]
        assert sandbox.control.hits(CODE) == 2 * calls + 1  # of the one that was ended nothing more was asked


async def test_who_leaves_in_the_midst_of_a_booking_has_booked(hub, sandbox, headers_of):
    who = headers_of(Audience.CITIZEN)
    slot = "gor-contoh/S1-20261124-10"
    sandbox.control.hold("gor-contoh", after=True)
    body = {"query": HOLD, "variables": {"slot": slot, "key": "one wish"}}
    calls = sandbox.control.hits("gor-contoh")
    task = asyncio.create_task(hub.session.post(f"{hub.url}/graphql", json=body, headers=who))
    await until(lambda: sandbox.control.hits("gor-contoh") > calls)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    sandbox.control.release("gor-contoh")
    await until(lambda: len(orders_of(sandbox.control).leases) == 1)
    booked: list[tuple[str, str]] = []
    async with asyncio.timeout(20):
        while booked != [("HELD", "2026-11-24T03:00:00+00:00")]:
            mine = (await hub.ask(MINE, **who))["data"]["me"]["bookings"]["nodes"]
            booked = [(each["state"], each["startsAt"]) for each in mine]
