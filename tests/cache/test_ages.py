"""No clock that is set back or forward makes an old answer look new."""

from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cache.ages import AHEAD, Ages
from cache.entry import encode_records
from cache.envelope import Cache
from cache.factory import create_backend
from connectors.kit.reading import State
from tests.clock import FakeClock

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

JUMPS = st.sampled_from([-86_400, -3_600, -60, -3, 3, 60, 3_600, 86_400])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("time_passes"), st.integers(1, 7_200)),
        st.tuples(st.just("set_hub"), JUMPS),
        st.tuples(st.just("set_place"), JUMPS),
        st.tuples(st.just("fetch"), st.integers(0, 3)),
        st.tuples(st.just("restart"), st.integers(0, 1)),
        st.tuples(st.just("look"), st.none()),
    ),
    max_size=30,
)


class Hub:
    """One process: its monotonic clock begins with it, and the clock on the wall is that of its machine."""

    def __init__(self, clock):
        self.clock = FakeClock(clock.now())
        self.ages = Ages(self.clock)


class World:
    """Two hubs, the true time, the clock of the place that they share, and what they keep there."""

    def __init__(self, right):
        self.truth, self.place, self.kept, self.right = 0.0, 1_000_000.0, {}, right
        self.hubs = [Hub(FakeClock()), Hub(FakeClock())]
        self.look(None)

    def look(self, _):
        for hub in self.hubs:
            hub.ages.look(self.place)

    def time_passes(self, by):
        self.truth, self.place = self.truth + by, self.place + by
        for hub in self.hubs:
            hub.clock.advance(timedelta(seconds=by))

    def set_hub(self, by):
        if self.right != "hub":
            self.hubs[0].clock.set(timedelta(seconds=by))

    def set_place(self, by):
        if self.right != "place":
            self.place += by

    def fetch(self, number):
        hub = self.hubs[number % 2]
        self.kept[str(number)] = hub.ages.stamp(str(number), hub.clock.monotonic()), self.truth

    def restart(self, number):
        self.hubs[number] = Hub(self.hubs[number].clock)
        self.hubs[number].ages.look(self.place)


@given(STEPS, st.sampled_from(["hub", "place"]))
def test_the_age_is_never_less_than_the_true_one_while_one_of_two_clocks_is_right(steps, right):
    world = World(right)
    for step, by in steps:
        getattr(world, step)(by)
        for hub in world.hubs:
            for key, (stamp, at) in world.kept.items():
                born = hub.ages.born(key, stamp)
                assert born is None or hub.clock.monotonic() - born >= world.truth - at - 1


@given(STEPS)
def test_what_the_process_fetched_itself_is_exactly_as_old_as_it_is_whatever_clock_is_set(steps):
    world = World("none")
    for step, by in steps:
        if step != "restart":
            getattr(world, step)(by)
        for key, (stamp, at) in world.kept.items():
            hub = world.hubs[int(key) % 2]
            assert hub.clock.monotonic() - hub.ages.born(key, stamp) == world.truth - at


@pytest.mark.parametrize(("by", "void"), [(-AHEAD, False), (-AHEAD - 1, True), (10, False)])
def test_an_answer_from_the_future_is_void(by, void):
    hub = Hub(FakeClock())
    stamp = hub.ages.stamp("k", 0.0)
    other = Hub(hub.clock)
    other.clock.set(timedelta(seconds=by))
    assert (other.ages.born("k", stamp) is None) is void


async def test_a_clock_that_is_set_changes_no_age_and_no_life(cache, asked, clock):
    things = asked(ttl=MINUTE, stale=HOUR)
    await cache.get(things.read)
    clock.advance(MINUTE / 2)
    for by in (-HOUR, 2 * HOUR, -HOUR, timedelta(days=-400), timedelta(days=400)):
        clock.set(by)
        kept = await cache.get(things.read)
        assert (kept.state, kept.age(clock)) == (State.CACHED, 30)
    clock.set(-HOUR)
    clock.advance(MINUTE / 2)
    assert (await cache.get(things.read)).state is State.LIVE
    assert things.hits == 2


async def test_a_hub_whose_clock_was_set_back_believes_the_clock_of_redis(redis_url, asked):
    """Another hub keeps an answer of one minute ago. Redis has the true time."""
    there, here = FakeClock(), FakeClock()
    here.set(-HOUR)
    one, other = (
        Cache(create_backend(redis_url, max_bytes=1, clock=clock), clock=clock, secret=b"s", random=Random(7))
        for clock in (there, here)
    )
    things = asked(ttl=HOUR)
    things.read._clock = there
    await one.get(things.read)
    entry = await one._store.find("agency:things", things.read.tags, things.read.type)
    minute_ago = msgspec.structs.replace(entry.reading, born=-60.0)
    older = msgspec.structs.replace(entry, reading=minute_ago)
    await one._store.keep("agency:things", older, encode_records(minute_ago.records), 3_600)
    kept = await other.get(things.read)
    assert kept.state is State.CACHED
    assert 60 <= kept.age(here) < 90
    for cache in (one, other):
        await cache.aclose()
