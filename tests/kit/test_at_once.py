"""What is asked at once gives what is there, and begins nothing where something has to be waited for."""

import asyncio

import pytest

from connectors.kit.at_once import NotAtHand, asked_at_once, at_once
from connectors.kit.errors import AgencyUnavailable
from connectors.kit.flights import Flights
from connectors.kit.redis_presence import RedisPresence
from connectors.kit.together import both, outcomes, together
from resolvers.kit.at_hand import at_hand_of, seldom_waits
from resolvers.kit.batches import Batches
from store.kit.database import Database

DOWN = AgencyUnavailable("agency", "down")


class Things:
    """What was begun."""

    def __init__(self):
        self.begun = []

    async def give(self, value):
        self.begun.append(value)
        if isinstance(value, Exception):
            raise value
        return value


@pytest.fixture
def things():
    return Things()


@pytest.fixture
def tasks(monkeypatch):
    """How many tasks were made."""
    made, create = [], asyncio.BaseEventLoop.create_task
    monkeypatch.setattr(
        asyncio.BaseEventLoop, "create_task", lambda *given, **named: made.append(given) or create(*given, **named)
    )
    return made


async def test_what_is_there_needs_no_task(things, tasks):
    flights, looked = Flights().of_one_operation(), []
    tasks.clear()  # the test is one itself

    async def ask():
        assert asked_at_once()
        some = await together(things.give(each) for each in (1, 2))
        pair = await both(things.give(3), together([things.give(4)]))
        sorted_out = await outcomes(things.give(each) for each in (5, DOWN))
        looked.extend([await flights.join("six", lambda: things.give(6)) for _ in range(2)])
        return some, pair, sorted_out

    assert at_once(ask) == ([1, 2], (3, [4]), [5, DOWN])
    assert (looked, things.begun, tasks) == ([6, 6], [1, 2, 3, 4, 5, DOWN, 6], [])
    assert not asked_at_once()
    assert await flights.join("six", lambda: things.give(7)) == 6  # it stays the answer of the operation
    assert (tasks, flights.knows("six"), flights.result("six")) == ([], True, 6)


async def refused(things, clock):
    """Each wall, and what it would begin."""
    database = Database.__new__(Database)  # it is not looked at
    yield "a task that others share", lambda: Flights().join("key", lambda: things.give(1))
    yield "a batch", lambda: Batches().ask("question", "key", things.give)
    yield "reading the store", lambda: database.read(things.give)
    yield "writing to the store", lambda: database.write(things.give)
    yield "Redis", lambda: RedisPresence(clock).ask(lambda: things.give(1), None)
    yield "the second of two", lambda: both(asyncio.sleep(0), things.give(1))
    yield "one of many", lambda: together(each for each in (asyncio.sleep(0), things.give))


async def test_whatever_has_to_wait_begins_nothing(things, tasks, clock):
    tasks.clear()
    async for name, ask in refused(things, clock):
        with pytest.raises(NotAtHand):
            at_once(ask)
        assert (name, things.begun, tasks, asked_at_once()) == (name, [], [], False)


async def test_what_waits_for_something_else_is_ended_in_order(things):
    ended = []

    async def ask():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    with pytest.raises(NotAtHand):
        at_once(ask)
    assert ended == ["ended"]
    for error in (DOWN, ValueError("wrong")):
        with pytest.raises(type(error)):
            at_once(lambda error=error: things.give(error))
        assert not asked_at_once()


async def test_a_look_that_failed_at_once_is_not_remembered(things):
    flights = Flights().of_one_operation()
    with pytest.raises(ValueError, match="wrong"):
        at_once(lambda: flights.join("key", lambda: things.give(ValueError("wrong"))))
    assert not flights.knows("key")
    assert await flights.join("key", lambda: things.give("right")) == "right"
    with pytest.raises(NotAtHand):
        at_once(lambda: flights.join("under way", lambda: asyncio.sleep(0)))
    assert not flights.knows("under way")


async def test_a_resolver_that_seldom_waits_has_the_same_signature_and_answer(things):
    @seldom_waits
    async def resolver(root: None, ctx: Things, *, wait: bool) -> int:
        if wait:
            await asyncio.sleep(0)
        return await ctx.give(1)

    quick = at_hand_of(resolver)
    assert quick(None, things, wait=False) == await resolver(None, things, wait=True) == 1
    with pytest.raises(NotAtHand):
        quick(None, things, wait=True)
