"""While an older answer may be served, nobody waits long for a newer one; who wants no older one gets none."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from cache.factory import create_backend
from connectors.kit.errors import AgencyRejected, AgencyUnavailable, TooStale
from connectors.kit.reading import PATIENCE, State
from connectors.kit.urgency import URGENCY, Urgency
from tests.cache.conftest import Thing, until
from tests.clock import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
SHORT = timedelta(milliseconds=5)
"""A patience that ends while the agency is held."""
LONG = timedelta(seconds=30)
"""A patience that never ends in a test."""

DOWN = AgencyUnavailable("agency", "down")


class Counted(msgspec.Struct, frozen=True):
    """A record that says when the agency counted."""

    free: int
    observed_at: datetime | None


def facts(reading):
    return reading.state, reading.records, reading.problem


OLD = State.STALE, (Thing("a"),), None


async def test_nobody_waits_longer_than_the_patience_and_the_load_goes_on_for_all(cache, asked, clock):
    things = asked(stale=HOUR, patience=SHORT)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    things.go.clear()
    things.answer = (Thing("b"),)
    async with asyncio.timeout(5):
        assert {facts(each) for each in await asyncio.gather(*(cache.get(things.read) for _ in range(20)))} == {OLD}
        assert facts(await cache.get(things.read)) == OLD
    await until(lambda: things.hits == 2)
    things.go.set()
    await until(lambda: not cache._flights._under_way)
    assert facts(await cache.get(things.read)) == (State.CACHED, (Thing("b"),), None)
    assert things.hits == 2


async def test_who_asks_a_slow_agency_for_several_things_waits_once(cache, asked, clock):
    slow = [asked(str(number), stale=HOUR, patience=SHORT if number == 0 else LONG) for number in range(5)]
    other = asked(stale=HOUR, agency="other", patience=LONG)
    for each in (*slow, other):
        await cache.get(each.read)
    clock.advance(2 * MINUTE)
    for each in slow:
        each.go.clear()
    async with asyncio.timeout(10):
        assert [facts(await cache.get(each.read)) for each in slow] == [OLD] * 5
    assert (await cache.get(other.read)).state is State.LIVE
    await until(lambda: [each.hits for each in slow] == [2] * 5)
    for each in slow:
        each.go.set()
    await until(lambda: not cache._flights._under_way)
    clock.advance(2 * MINUTE)
    assert [(await cache.get(each.read)).state for each in slow[1:]] == [State.LIVE] * 4
    assert not cache._patience.is_over("agency")


async def test_what_comes_within_the_patience_is_served_and_a_failure_is_named(cache, asked, clock):
    things = asked(stale=HOUR, patience=LONG)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    things.answer = (Thing("b"),)
    assert facts(await cache.get(things.read)) == (State.LIVE, (Thing("b"),), None)
    clock.advance(2 * MINUTE)
    things.error = DOWN
    assert facts(await cache.get(things.read)) == (State.STALE, (Thing("b"),), "AGENCY_UNAVAILABLE")


async def test_a_load_that_fails_behind_is_named_from_then_on(cache, asked, clock):
    things = asked(stale=HOUR, patience=SHORT)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    things.go.clear()
    things.error = DOWN
    assert facts(await cache.get(things.read)) == OLD
    things.go.set()
    await until(lambda: not cache._flights._under_way)
    assert facts(await cache.get(things.read)) == (State.STALE, (Thing("a"),), "AGENCY_UNAVAILABLE")
    assert things.hits == 2


async def test_after_access_was_refused_there_is_no_patience(cache, asked, clock):
    things = asked(stale=HOUR, patience=SHORT)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    things.go.clear()
    things.error = AgencyRejected("agency", "401")
    assert facts(await cache.get(things.read)) == OLD
    things.go.set()
    await until(lambda: not cache._flights._under_way)
    things.go.clear()
    asking = asyncio.create_task(cache.get(things.read))
    await until(lambda: things.hits == 3)
    done, _ = await asyncio.wait({asking}, timeout=3 * SHORT.total_seconds())
    assert not done
    things.go.set()
    with pytest.raises(AgencyRejected):
        await asking


async def test_a_lease_of_another_hub_makes_nobody_wait_longer(redis_url, redis_server, clock, make_cache, asked):
    cache = make_cache(create_backend(redis_url, max_bytes=1, clock=clock))
    things = asked(stale=HOUR, patience=SHORT)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    redis_server.set("simpul:lease:agency:things", "another hub", px=60_000)
    async with asyncio.timeout(5):
        assert facts(await cache.get(things.read)) == OLD
    assert things.hits == 1
    await cache.aclose()


def test_the_patience_is_300_ms_unless_a_read_says_otherwise(asked):
    assert (asked().read.freshness.patience, PATIENCE) == (timedelta(milliseconds=300),) * 2


class TestAtMost:
    async def test_a_kept_answer_that_is_new_enough_is_served_without_a_call(self, cache, asked, clock):
        things = asked(ttl=HOUR)
        await cache.get(things.read)
        clock.advance(MINUTE)
        assert (await cache.get(things.read, at_most=MINUTE)).state is State.CACHED
        assert things.hits == 1

    @pytest.mark.parametrize("freshness", [{"ttl": HOUR}, {"stale": HOUR, "revalidate": HOUR, "patience": SHORT}])
    async def test_an_older_one_is_not_and_the_agency_is_asked(self, cache, asked, clock, freshness):
        things = asked(**freshness)
        await cache.get(things.read)
        clock.advance(MINUTE + SECOND)
        things.answer = (Thing("b"),)
        newer = await cache.get(things.read, at_most=MINUTE)
        assert (facts(newer), newer.age(clock)) == ((State.LIVE, (Thing("b"),), None), 0)
        assert things.hits == 2

    async def test_it_waits_longer_than_the_patience(self, cache, asked, clock):
        things = asked(stale=HOUR, patience=SHORT)
        await cache.get(things.read)
        clock.advance(2 * MINUTE)
        things.go.clear()
        asking = asyncio.create_task(cache.get(things.read, at_most=MINUTE))
        await until(lambda: things.hits == 2)
        assert not (await asyncio.wait({asking}, timeout=3 * SHORT.total_seconds()))[0]
        things.go.set()
        assert (await asking).state is State.LIVE

    async def test_where_only_an_older_one_can_be_had_it_is_an_error_with_the_age(self, cache, asked, clock):
        things = asked("9907400000000001", stale=HOUR)
        await cache.get(things.read)
        clock.advance(timedelta(seconds=90.7))
        things.error = DOWN
        for _ in range(2):
            with pytest.raises(TooStale) as raised:
                await cache.get(things.read, at_most=timedelta(seconds=60))
            error = raised.value
            assert (error.code, error.age, error.at_most, error.retryable) == ("TOO_STALE", 90, 60, True)
            assert str(error) == "agency: things: 91 s old"
        assert things.hits == 2  # the second is within the hold
        late = await cache.get(things.read, at_most=timedelta(seconds=91))
        assert (late.state, late.problem) == (State.STALE, "AGENCY_UNAVAILABLE")
        again = error.again()
        assert (again.age, again.at_most, again.agency) == (90, 60, "agency")

    async def test_where_nothing_is_kept_the_agency_s_own_error_is_raised(self, cache, asked, clock):
        things = asked(stale=MINUTE)
        await cache.get(things.read)
        clock.advance(2 * MINUTE)
        things.error = DOWN
        with pytest.raises(AgencyUnavailable):
            await cache.get(things.read, at_most=MINUTE)

    async def test_refused_access_is_told_as_such(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        clock.advance(2 * MINUTE)
        things.error = AgencyRejected("agency", "401")
        with pytest.raises(AgencyRejected):
            await cache.get(things.read, at_most=MINUTE)

    async def test_what_another_hub_keeps_is_asked_for_anew_if_it_is_too_old(self, redis_url, clock, make_cache, asked):
        caches = [make_cache(create_backend(redis_url, max_bytes=1, clock=clock)) for _ in range(2)]
        things = asked(ttl=HOUR)
        await caches[0].get(things.read)
        clock.advance(2 * MINUTE)
        assert (await caches[1].get(things.read, at_most=MINUTE)).state is State.LIVE
        assert things.hits == 2
        for cache in caches:
            await cache.aclose()


async def test_the_three_dates_stay_apart_and_the_values_keep_their_first_day(cache, asked, clock):
    things = asked(ttl=MINUTE, stale=HOUR)
    first = await cache.get(things.read)
    assert (first.fetched_at, first.value_changed_at, first.stale_after) == (NOON, NOON, NOON + MINUTE)
    seen = []
    for answer in ("a", "b", "b", "a"):
        clock.advance(2 * MINUTE)
        things.answer = (Thing(answer),)
        live, kept = await cache.get(things.read), await cache.get(things.read)
        assert (live.fetched_at, live.stale_after) == (clock.now(), clock.now() + MINUTE)
        assert (kept.value_changed_at, kept.stale_after) == (live.value_changed_at, live.stale_after)
        assert live.changed_at is None
        seen.append((live.value_changed_at - NOON) / MINUTE)
    assert seen == [0, 4, 4, 8]


async def test_the_first_day_outlives_the_kept_answer_and_is_shared(redis_url, clock, make_cache, asked):
    one, other = (make_cache(create_backend(redis_url, max_bytes=1, clock=clock)) for _ in range(2))
    things, short = asked(ttl=HOUR), asked("short", ttl=MINUTE)
    await one.get(things.read)
    await one.get(short.read)
    clock.advance(timedelta(minutes=30))
    assert (await other.get(things.read)).value_changed_at == NOON
    assert (await other.get(things.read, at_most=MINUTE)).value_changed_at == NOON
    await one._store.clear()
    assert (await one.get(short.read)).value_changed_at == NOON
    for cache in (one, other):
        await cache.aclose()


async def test_when_the_agency_looked_at_a_value_is_no_value(cache, asked, clock):
    things = asked(ttl=MINUTE)
    seen = []
    for free, observed_at in ((1, None), (1, NOON), (1, NOON + MINUTE), (2, NOON + MINUTE)):
        things.answer = (Counted(free, observed_at),)
        reading = await cache.get(things.read)
        seen.append((reading.value_changed_at - NOON) / MINUTE)
        assert reading.records == things.answer
        clock.advance(2 * MINUTE)
    assert seen == [0, 0, 0, 6]


async def test_what_is_never_kept_has_none_of_these(cache, asked):
    reading = await cache.get(asked(ttl=timedelta(0)).read)
    assert (reading.state, reading.value_changed_at, reading.stale_after) == (State.LIVE, None, None)


async def test_a_load_is_as_urgent_as_the_caller_that_begins_it(cache, asked, clock):
    things = asked(stale=HOUR, patience=SHORT)
    load, seen = things.read._load, []

    async def looking():
        seen.append(URGENCY.get())
        return await load()

    things.read._load = looking
    token = URGENCY.set(Urgency.EMERGENCY)
    await cache.get(things.read)
    clock.advance(2 * MINUTE)
    URGENCY.set(Urgency.CRAWLER)
    things.go.clear()
    await cache.get(things.read)
    URGENCY.set(Urgency.STAFF)
    await cache.get(things.read)
    URGENCY.reset(token)
    things.go.set()
    await until(lambda: not cache._flights._under_way)
    assert seen == [Urgency.EMERGENCY, Urgency.CRAWLER]
