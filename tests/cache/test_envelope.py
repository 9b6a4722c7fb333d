"""What is served when, on both stores."""

import asyncio
import contextvars
from datetime import timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled, AgencyUnavailable
from connectors.kit.flights import LookEnded
from connectors.kit.reading import State
from tests.cache.conftest import Thing, until
from tests.clock import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

DOWN = AgencyUnavailable("agency", "down")


async def test_the_first_answer_is_live_and_the_next_is_cached(cache, asked):
    things = asked()
    first, second = await cache.get(things.read), await cache.get(things.read)
    assert (first.state, second.state) == (State.LIVE, State.CACHED)
    assert first.records == second.records == (Thing("a"),)
    assert first.fetched_at == second.fetched_at == NOON
    assert things.hits == 1


async def test_it_is_fresh_until_its_time_and_not_longer(cache, asked, clock):
    things = asked(ttl=MINUTE)
    await cache.get(things.read)
    clock.advance(MINUTE - SECOND)
    assert (await cache.get(things.read)).state is State.CACHED
    clock.advance(SECOND)
    assert (await cache.get(things.read)).state is State.LIVE
    assert things.hits == 2


async def test_what_changes_with_it_comes_back_whole(cache, asked):
    things = asked()
    things.answer = (Thing("é☃", NOON), Thing(""))
    await cache.get(things.read)
    assert (await cache.get(things.read)).records == (Thing("é☃", NOON), Thing(""))


async def test_other_arguments_are_another_answer(cache, asked):
    one, two = asked("1"), asked("2")
    two.answer = (Thing("b"),)
    assert (await cache.get(one.read)).records != (await cache.get(two.read)).records
    assert (one.hits, two.hits) == (1, 1)


class TestWhileRevalidating:
    async def test_a_late_answer_is_served_at_once_and_one_newer_is_fetched_behind_it(self, cache, asked, clock):
        things = asked(revalidate=MINUTE, stale=HOUR)
        await cache.get(things.read)
        clock.advance(MINUTE)
        things.go.clear()
        things.answer = (Thing("b"),)
        late = await asyncio.gather(*(cache.get(things.read) for _ in range(10)))
        assert {(each.state, each.records, each.problem) for each in late} == {(State.STALE, (Thing("a"),), None)}
        await until(lambda: things.hits == 2)
        things.go.set()
        await until(lambda: not cache._flights._under_way)
        newer = await cache.get(things.read)
        assert (newer.state, newer.records, newer.fetched_at) == (State.CACHED, (Thing("b"),), NOON + MINUTE)
        assert things.hits == 2

    async def test_a_refresh_that_fails_behind_is_logged_and_held_and_nobody_notices(self, cache, asked, clock):
        things = asked(revalidate=MINUTE, stale=HOUR)
        await cache.get(things.read)
        clock.advance(MINUTE)
        things.error = DOWN
        with capture_logs() as lines:
            assert (await cache.get(things.read)).problem is None
            await until(lambda: not cache._flights._under_way)
        assert [line["event"] for line in lines] == ["cache.load_failed"]
        held = await cache.get(things.read)
        assert (held.state, held.problem) == (State.STALE, "AGENCY_UNAVAILABLE")
        assert things.hits == 2

    async def test_once_access_was_refused_behind_it_is_served_no_more(self, cache, asked, clock):
        things = asked(revalidate=MINUTE, stale=HOUR)
        await cache.get(things.read)
        clock.advance(MINUTE)
        things.error = AgencyRejected("agency", "401")
        assert (await cache.get(things.read)).state is State.STALE
        await until(lambda: not cache._flights._under_way)
        with pytest.raises(AgencyRejected):
            await cache.get(things.read)
        assert things.hits == 3


class TestWhenTheAgencyFails:
    @pytest.mark.parametrize("error", [DOWN, AgencyChanged("agency", "?"), AgencyThrottled("agency", "429")])
    async def test_an_older_answer_is_served_and_says_why(self, cache, asked, clock, error):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        things.error = error
        clock.advance(HOUR)
        late = await cache.get(things.read)
        assert (late.state, late.problem, late.fetched_at) == (State.STALE, error.code, NOON)

    async def test_it_is_not_served_for_ever(self, cache, asked, clock):
        things = asked(ttl=MINUTE, stale=HOUR)
        await cache.get(things.read)
        things.error = DOWN
        clock.advance(MINUTE + HOUR)
        with pytest.raises(AgencyUnavailable):
            await cache.get(things.read)

    async def test_but_not_where_access_was_refused(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        things.error = AgencyRejected("agency", "401")
        clock.advance(2 * MINUTE)
        for _ in range(2):
            with pytest.raises(AgencyRejected):
                await cache.get(things.read)
        assert things.hits == 3

    async def test_it_is_left_alone_for_a_while(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        things.error = DOWN
        clock.advance(2 * MINUTE)
        for _ in range(5):
            assert (await cache.get(things.read)).problem == "AGENCY_UNAVAILABLE"
        assert things.hits == 2
        clock.advance(timedelta(seconds=5))
        await cache.get(things.read)
        assert things.hits == 3

    async def test_it_is_left_alone_for_as_long_as_it_asked(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        things.error = AgencyThrottled("agency", "429", retry_after=60)
        clock.advance(2 * MINUTE)
        await cache.get(things.read)
        clock.advance(timedelta(seconds=59))
        await cache.get(things.read)
        assert things.hits == 2
        clock.advance(SECOND)
        await cache.get(things.read)
        assert things.hits == 3

    async def test_its_return_ends_the_hold(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        things.error = DOWN
        clock.advance(2 * MINUTE)
        await cache.get(things.read)
        things.error = None
        clock.advance(timedelta(seconds=5))
        assert (await cache.get(things.read)).state is State.LIVE
        assert (await cache.get(things.read)).state is State.CACHED

    async def test_errors_are_never_kept(self, cache, asked):
        things = asked(stale=HOUR)
        things.error = DOWN
        for _ in range(3):
            with pytest.raises(AgencyUnavailable):
                await cache.get(things.read)
        assert things.hits == 3
        things.error = None
        assert (await cache.get(things.read)).state is State.LIVE


class TestAbsence:
    async def test_that_there_is_no_such_thing_is_believed_for_its_own_time(self, cache, asked, clock):
        things = asked(ttl=HOUR, absent=MINUTE, stale=HOUR)
        things.answer = None
        assert (await cache.get(things.read)).records is None
        assert (await cache.get(things.read)).state is State.CACHED
        clock.advance(MINUTE)
        things.error = DOWN
        with pytest.raises(AgencyUnavailable):
            await cache.get(things.read)

    async def test_without_such_a_time_it_is_not_kept(self, cache, asked):
        things = asked()
        things.answer = None
        await cache.get(things.read)
        await cache.get(things.read)
        assert things.hits == 2

    async def test_it_ends_an_older_answer_even_where_it_is_not_kept(self, cache, asked, clock):
        things = asked(ttl=MINUTE, stale=HOUR)
        await cache.get(things.read)
        clock.advance(MINUTE)
        things.answer = None
        assert (await cache.get(things.read)).records is None
        things.error = DOWN
        with pytest.raises(AgencyUnavailable):
            await cache.get(things.read)
        assert things.hits == 3

    async def test_an_empty_list_is_an_answer(self, cache, asked):
        things = asked()
        things.answer = ()
        await cache.get(things.read)
        assert (await cache.get(things.read)).records == ()
        assert things.hits == 1


class TestOneFlight:
    async def test_all_who_ask_at_once_share_one_load(self, cache, asked):
        things = asked()
        things.go.clear()
        waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(50)]
        await until(lambda: things.hits == 1)
        things.go.set()
        assert {each.state for each in await asyncio.gather(*waiting)} == {State.LIVE}
        assert things.hits == 1

    async def test_all_who_joined_a_failed_load_get_the_same_older_answer(self, cache, asked, clock):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        clock.advance(2 * MINUTE)
        things.error = DOWN
        things.go.clear()
        waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(20)]
        await until(lambda: things.hits == 2)
        things.go.set()
        late = await asyncio.gather(*waiting)
        assert {(each.state, each.problem) for each in late} == {(State.STALE, "AGENCY_UNAVAILABLE")}
        assert things.hits == 2

    async def test_all_who_joined_a_failed_load_get_an_error_of_their_own(self, cache, asked):
        things = asked()
        things.error = AgencyThrottled("agency", "429", retry_after=9)
        things.go.clear()
        waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(20)]
        await until(lambda: things.hits == 1)
        things.go.set()
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert {(type(each), each.retry_after) for each in errors} == {(AgencyThrottled, 9)}
        assert len({id(each) for each in errors}) == 20
        assert things.hits == 1

    async def test_a_caller_who_leaves_does_not_cancel_the_others(self, cache, asked):
        things = asked()
        things.go.clear()
        first, second = (asyncio.create_task(cache.get(things.read)) for _ in range(2))
        await until(lambda: things.hits == 1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        things.go.set()
        assert (await second).state is State.LIVE
        assert first.cancelled()
        assert things.hits == 1

    async def test_if_everybody_leaves_nobody_is_asked_any_more(self, cache, asked):
        things = asked()
        things.go.clear()
        waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(2)]
        await until(lambda: things.hits == 1)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await until(lambda: not cache._flights._under_way)
        things.go.set()
        assert (await cache.get(things.read)).state is State.LIVE
        assert things.hits == 2

    async def test_a_load_knows_what_the_hub_knows_and_not_who_asked_first(self, store, make_cache, asked):
        who = contextvars.ContextVar("who", default="nobody")
        seen = []
        things = asked()
        load = things.read._load

        async def looking():
            seen.append(who.get())
            return await load()

        things.read._load = looking
        who.set("the hub")
        cache = make_cache(store)
        who.set("a citizen")
        await cache.get(things.read)
        assert seen == ["the hub"]
        await cache.aclose()

    async def test_a_load_that_breaks_is_told_to_who_asked_and_not_kept(self, cache, asked):
        things = asked()
        things.error = ZeroDivisionError()
        with capture_logs() as lines, pytest.raises(AgencyChanged):
            await cache.get(things.read)
        assert [line["event"] for line in lines] == [
            "agency.unreadable",
            "agency.finding",
            "cache.load_failed",
        ]
        things.error = None
        assert (await cache.get(things.read)).state is State.LIVE


class TestTags:
    @pytest.mark.parametrize("tag", ["domain:things", "agency:agency", "read:agency.things"])
    async def test_each_tag_of_a_read_makes_it_void(self, cache, asked, tag):
        things = asked("1")
        await cache.get(things.read)
        for _ in range(2):
            await cache.invalidate(tag)
            assert (await cache.get(things.read)).state is State.LIVE
            assert (await cache.get(things.read)).state is State.CACHED
        assert things.hits == 3

    async def test_others_stay(self, cache, asked):
        ours, theirs = asked(), asked(agency="other")
        await cache.get(ours.read)
        await cache.get(theirs.read)
        await cache.invalidate("agency:other")
        assert (await cache.get(ours.read)).state is State.CACHED
        assert (await cache.get(theirs.read)).state is State.LIVE

    async def test_an_invalid_answer_is_not_served_late_either(self, cache, asked):
        things = asked(stale=HOUR)
        await cache.get(things.read)
        await cache.invalidate("agency:agency")
        things.error = DOWN
        with pytest.raises(AgencyUnavailable):
            await cache.get(things.read)

    async def test_an_answer_asked_for_before_and_come_after_is_void(self, cache, asked):
        things = asked()
        things.go.clear()
        waiting = asyncio.create_task(cache.get(things.read))
        await until(lambda: things.hits == 1)
        await cache.invalidate("agency:agency")
        things.go.set()
        await waiting
        assert (await cache.get(things.read)).state is State.LIVE
        assert things.hits == 2


async def test_jitter_shortens_a_life_and_never_lengthens_it(store, make_cache, asked, clock):
    cache = make_cache(store, jitter=0.5)
    things = [asked(str(number), ttl=timedelta(seconds=100)) for number in range(40)]
    for each in things:
        await cache.get(each.read)
    expected = Random(7)
    lives = [100 * (1 - 0.5 * expected.random()) for _ in things]
    assert min(lives) >= 50
    assert len(set(lives)) == 40
    clock.advance(timedelta(seconds=75))
    for each in things:
        await cache.get(each.read)
    assert [each.hits for each in things] == [2 if life <= 75 else 1 for life in lives]
    await cache.aclose()


async def test_clear_throws_all_away(cache, asked):
    things = asked()
    await cache.get(things.read)
    await cache.clear()
    assert (await cache.get(things.read)).state is State.LIVE


async def test_no_argument_is_in_a_key(store, make_cache, asked):
    kept = []
    keep = store.keep

    async def looking(key, entry, body, seconds):
        kept.append(key)
        await keep(key, entry, body, seconds)

    store.keep = looking
    cache = make_cache(store)
    for arguments in (("9907400000000001",), ("9907400000000002",), ()):
        await cache.get(asked(*arguments).read)
    assert "99074" not in str(kept)
    one, two, none = kept
    assert one != two
    assert none == "agency:things"
    assert all(len(key) == len("agency:things:") + 32 for key in (one, two))
    await cache.aclose()


async def test_closing_ends_what_is_under_way(store, make_cache, asked):
    cache = make_cache(store)
    things = asked()
    things.go.clear()
    waiting = asyncio.create_task(cache.get(things.read))
    await until(lambda: things.hits == 1)
    await cache.aclose()
    with pytest.raises(LookEnded):
        await waiting


class TestAtHand:
    """What is kept in memory and fresh is had without waiting; anything else has to be asked for."""

    async def test_it_is_the_kept_answer_while_it_is_fresh_and_new_enough(self, cache, asked, clock, url):
        things = asked(ttl=MINUTE, stale=HOUR)
        assert cache.at_hand(things.read) is None
        await cache.get(things.read)
        clock.advance(MINUTE / 2)
        had = [cache.at_hand(things.read), cache.at_hand(things.read, at_most=MINUTE / 2)]
        assert had == ([await cache.get(things.read)] * 2 if url == "memory://" else [None, None])
        assert cache.at_hand(things.read, at_most=MINUTE / 2 - SECOND) is None
        clock.advance(MINUTE / 2)
        assert cache.at_hand(things.read) is None
        assert things.hits == 1

    async def test_what_is_void_or_never_kept_is_not(self, cache, asked):
        things, personal = asked(), asked(name="personal", ttl=timedelta(0))
        await cache.get(things.read)
        await cache.get(personal.read)
        await cache.invalidate("agency:agency")
        assert (cache.at_hand(things.read), cache.at_hand(personal.read)) == (None, None)
