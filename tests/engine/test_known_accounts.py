"""How often the counter of the quotas is asked for one operation, and that it is told what was taken without it."""

import asyncio
from contextlib import suppress

import pytest

from auth.rate_limiter import RateLimiter
from engine.execution import quota as quotas
from engine.execution.known_accounts import ENOUGH
from engine.execution.quota import Quota
from tests.clock import FakeClock
from tests.conftest import listening

CHEAP = "{ city { name } }"
PAGE = "{ hospitals(first: 100) { nodes { name } } }"
SECRET = "a secret that both hubs know, long enough"
MOST = 10**9


@pytest.fixture
def rounds(monkeypatch):
    """What the counters were told, one after the other."""
    told, hit = [], RateLimiter.hit

    async def heard(self, *asked, cost=1, **given):
        told.append(cost)
        return await hit(self, *asked, cost=cost, **given)

    monkeypatch.setattr(RateLimiter, "hit", heard)
    monkeypatch.setattr(quotas, "BEHIND", 3600)  # the counter is told when the test says so
    return told


def limiter(redis_url=None):
    return RateLimiter(redis_url=redis_url, secret=SECRET.encode())


def account(counter, most=MOST):
    return Quota(most, counter, FakeClock().monotonic).at("192.0.2.1")


async def asked(hub, query):
    """What it costs, and what is left after it."""
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}) as response:
        assert response.status == 200
        return int(response.headers["simpul-cost"]), int(response.headers["RateLimit"].split("=")[1].split(";")[0])


async def test_a_hub_that_counts_by_itself_asks_its_counter_for_the_first_operation(configuration, clock, rounds):
    async with listening(configuration, clock, quota=MOST) as hub:
        left = MOST
        for query in (CHEAP, PAGE, CHEAP, PAGE, CHEAP):
            cost, after = await asked(hub, query)
            left -= cost
            assert after == left
        assert rounds == [150]
    assert sum(rounds) == MOST - left  # it is told the rest when it ends, in one


async def test_hubs_that_count_together_ask_the_counter_once_for_each(
    configuration, clock, rounds, redis_url, redis_server
):
    settings = {"quota": MOST, "cache_url": redis_url, "secret": SECRET}
    async with listening(configuration, clock, **settings) as one, listening(configuration, clock, **settings) as two:
        for hub, query in ((one, PAGE), (two, CHEAP), (one, PAGE)):
            await asked(hub, query)
        before = redis_server.info("commandstats")["cmdstat_evalsha"]["calls"]
        rounds.clear()
        costs = [await asked(one, CHEAP) for _ in range(4)]
        assert len(rounds) == 4
        assert redis_server.info("commandstats")["cmdstat_evalsha"]["calls"] - before == 8  # taken, and what is left
        cost, left = costs[-1]
        assert [each for _, each in costs] == [left + times * cost for times in (3, 2, 1, 0)]
        assert (await asked(two, CHEAP))[1] == left - cost  # what was charged there is known here at once


async def test_what_is_given_back_before_the_counter_was_told_is_never_charged(rounds):
    counter = limiter()
    own = account(counter)
    await own.charge(150, later=True)
    for cost in (5_000, -4_900, 150, 700, -700):
        charged = await own.charge(cost, later=True)
    assert (rounds, charged.remaining, own.owes) == ([150], MOST - 400, 250)
    assert await counter.left("quota", "at:192.0.2.1", most=MOST, seconds=60) == MOST - 400  # whoever looks, sees it
    assert rounds == [150, 250, 0]
    await own.settle()
    assert rounds == [150, 250, 0]


async def test_whoever_has_not_enough_is_refused_and_has_paid_for_coming_in(rounds, redis_url):
    for counter in (limiter(), limiter(redis_url)):
        own = account(counter, 1_000)
        other = account(counter, 1_000)
        assert (await own.charge(150, later=True)).remaining == 850
        refused = await own.charge(900)
        assert (refused.allowed, refused.remaining) == (False, 850)
        assert (await own.charge(700)).remaining == 150
        await own.settle()
        assert (await other.charge(300, done=True)).remaining == 0
        await counter.aclose()
    assert rounds[:2] == [150, 900]


async def test_near_its_end_hubs_tell_each_other_each_step(redis_url, rounds):
    counters = [limiter(redis_url) for _ in range(2)]
    one, two = (account(each, ENOUGH + 1_000) for each in counters)
    await one.charge(150, later=True)
    assert (await one.charge(150, later=True)).remaining == ENOUGH + 700
    assert rounds == [150]
    assert (await one.charge(800)).remaining == ENOUGH - 100  # with what was owed
    assert rounds == [150, 950]
    for step, cost in enumerate((150, 400, -300, 150, 99_600)):
        charged = await (one, two)[step % 2].charge(cost, later=True)
    assert (rounds[2:], charged.allowed, charged.remaining) == ([150, 400, -300, 150, 99_600], False, 99_500)
    for each in counters:
        await each.aclose()


async def test_what_is_owed_is_not_lost_with_who_leaves(rounds, monkeypatch):
    own = account(limiter())
    monkeypatch.setattr(RateLimiter, "is_shared", True)
    await own.charge(150, later=True)
    await own.charge(150, later=True)
    asking, hit = asyncio.Event(), RateLimiter.hit

    async def silent(*_, **__):
        asking.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(RateLimiter, "hit", silent)
    leaving = asyncio.create_task(own.charge(700))
    await asking.wait()
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    monkeypatch.setattr(RateLimiter, "hit", hit)
    assert own.owes == 150
    await own.settle()
    assert rounds == [150, 150]
