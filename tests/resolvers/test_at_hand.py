"""An operation does not wait for what is at hand, and has one answer to a question from its beginning to its end."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from cache.envelope import Cache
from cache.factory import create_backend
from connectors.kit.errors import AgencyUnavailable
from connectors.kit.reading import State
from connectors.registry import Agencies
from resolvers.kit.context import Context
from resolvers.kit.readings import readings
from tests.cache.conftest import Asked

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def operation(clock):
    """A new operation of the same hub, each time."""
    cache = Cache(
        create_backend("memory://", max_bytes=10**6, clock=clock), clock=clock, secret=b"s" * 40, random=Random(1)
    )
    yield lambda: Context(agencies=Agencies(()), cache=cache, clock=clock, regions=None, store=None)
    await cache.aclose()


async def test_what_is_at_hand_needs_no_task_and_stays_the_answer(operation, clock):
    one, other = Asked(clock, "1", ttl=MINUTE), Asked(clock, "2", ttl=MINUTE)
    first = operation()
    assert first.at_hand(one.read) is None
    live, _ = await readings(first, [one.read, other.read])
    assert {each.state for each in live} == {State.LIVE}
    assert [first.at_hand(each.read) for each in (one, other)] == live  # LIVE for this operation to its end
    second = operation()
    before = asyncio.all_tasks()
    kept, unavailable = await readings(second, [one.read, other.read])
    assert (asyncio.all_tasks(), unavailable) == (before, [])
    assert [(each.state, each.records) for each in kept] == [(State.CACHED, each.records) for each in live]
    clock.advance(MINUTE)
    assert [second.at_hand(one.read), await second.reading(one.read), (await readings(second, [other.read]))[0][0]] == [
        kept[0], kept[0], kept[1],
    ]  # fmt: skip
    (touched,) = second.sources.listed()
    assert (touched.reads, touched.state, second.sources.asked) == (2, "CACHED", False)
    assert operation().at_hand(one.read) is None
    assert (one.hits, other.hits) == (1, 1)


async def test_a_failure_is_the_answer_of_its_operation_too(operation, clock):
    down = Asked(clock, ttl=MINUTE)
    down.error = AgencyUnavailable("agency", "down")
    ctx = operation()
    for _ in range(2):
        with pytest.raises(AgencyUnavailable):
            await ctx.reading(down.read)
        assert ctx.at_hand(down.read) is None
    assert down.hits == 1


async def test_the_next_event_of_a_subscription_asks_anew(operation, clock):
    thing = Asked(clock, ttl=MINUTE)
    await operation().reading(thing.read)
    ctx = operation()
    assert ctx.at_hand(thing.read).state is State.CACHED
    clock.advance(MINUTE)
    ctx.begin_event(operation().sources)
    assert ctx.at_hand(thing.read) is None
    assert (await ctx.reading(thing.read)).state is State.LIVE


async def test_the_place_is_looked_at_once_until_it_changes(clock, monkeypatch):
    backend = create_backend("memory://", max_bytes=10**6, clock=clock)
    cache = Cache(backend, clock=clock, secret=b"s" * 40, random=Random(1), jitter=0)
    looked = list[str]()
    place, at_hand = backend.at_hand, lambda key, tags: looked.append(key) or place(key, tags)
    monkeypatch.setattr(backend, "at_hand", at_hand)

    def operation():
        return Context(agencies=Agencies(()), cache=cache, clock=clock, regions=None, store=None)

    one, other = Asked(clock, "1", ttl=MINUTE), Asked(clock, "2", ttl=MINUTE)
    live = await operation().reading(one.read)
    looked.clear()
    for number in range(1, 4):
        clock.advance(timedelta(seconds=1))
        ctx = operation()
        given = [ctx.at_hand(one.read) for _ in range(3)]
        assert {(each.records, each.state, each.fetched_at) for each in given} == {
            (live.records, State.CACHED, live.fetched_at)
        }
        (touched,) = ctx.sources.listed()
        assert (touched.age_seconds, touched.reads, touched.took_ms, touched.state) == (number, 1, 0.0, "CACHED")
        assert (ctx.life.ends, ctx.life.tags) == (given[0].born + 60, {*one.read.tags})
    assert len(looked) == 1  # three operations, nine questions
    await operation().reading(other.read)
    looked.clear()
    assert [operation().at_hand(one.read) is None for _ in range(2)] == [False] * 2
    assert len(looked) == 1  # something was kept, so that the place knows what is used
    await cache.invalidate(one.read.tags[-1])
    assert operation().at_hand(one.read) is None
    await operation().reading(one.read)
    await cache.clear()
    assert operation().at_hand(one.read) is None
    await cache.aclose()


async def test_what_is_asked_for_often_is_not_thrown_out_for_what_is_asked_once(clock):
    cache = Cache(
        create_backend("memory://", max_bytes=2_000, clock=clock), clock=clock, secret=b"s" * 40, random=Random(1)
    )
    often = Asked(clock, "often", ttl=MINUTE)
    for number in range(20):
        ctx = Context(agencies=Agencies(()), cache=cache, clock=clock, regions=None, store=None)
        await ctx.reading(often.read)
        await ctx.reading(Asked(clock, str(number), ttl=MINUTE).read)
    assert (often.hits, cache.use().entries < 10) == (1, True)
    await cache.aclose()
