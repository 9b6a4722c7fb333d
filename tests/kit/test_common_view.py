"""Hubs that share a Redis share what they know of a failing agency, counted at the agency's own socket."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.kit import common_view
from connectors.kit.agency import Agency, Limits
from connectors.kit.common_view import KEPT, CommonView
from connectors.kit.connector import Credentials, Options
from connectors.kit.observer import BreakerState, Observers
from tests.breakers import Noted
from tests.kit.test_throttle import BROKEN, GOOD, Rows, agency_at_a_socket, error_of
from tests.redis_server import redis_running

CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN


class OneHub:
    """What one hub has of an agency."""

    def __init__(self, url, clock, redis_url):
        self.noted, observers = Noted(), Observers()
        agency = Agency(
            code="agency", domain="things", connector="rows", name="A", url=url, limits=Limits(retries=0, timeout=30)
        )
        self.rows = Rows(agency, Options(), Credentials(), clock=clock, zone=None, observer=observers)
        self.view = CommonView(redis_url, [self.rows])
        observers.add(self.noted)
        observers.add(self.view)

    @property
    def state(self):
        return self.rows.throttle.breaker.state

    async def aclose(self):
        await self.view.aclose()
        await self.rows.aclose()


@pytest.fixture
async def hubs(clock, redis_url, monkeypatch):
    monkeypatch.setattr(common_view, "PATIENCE", 30.0)  # a busy machine loses no Redis
    async with agency_at_a_socket(BROKEN) as socket:
        made = [OneHub(socket.url, clock, redis_url) for _ in range(3)]
        yield socket, *made
        for each in made:
            await each.aclose()


async def exchange(*hubs):
    for hub in hubs:
        await hub.view.exchange()


async def probing(clock, *hubs):
    """All that probes now."""
    clock.advance(timedelta(seconds=31))
    for hub in hubs:
        hub.rows.throttle.prober.wake()
    await asyncio.gather(*(hub.rows.throttle.prober.ended() for hub in hubs))


async def test_what_one_hub_saw_fail_no_other_tries_and_one_probes_for_all(hubs, clock):
    socket, one, two, three = hubs
    for _ in range(2):
        await error_of(one.rows.all())
    await exchange(one, two, three)
    errors = [await error_of(hub.rows.all()) for hub in (one, two, three)]
    assert {each.reason for each in errors} == {"its breaker is open: answered 500"}
    assert len(socket.paths) == 2
    assert [hub.noted.states for hub in (one, two, three)] == [[OPEN]] * 3
    for count in (3, 4):
        await probing(clock, two, three, one)
        await exchange(one, two, three)
        assert (len(socket.paths), [one.state, two.state, three.state]) == (count, [OPEN] * 3)
    socket.says = GOOD
    await probing(clock, one, two, three)
    await exchange(two, one, three)
    assert [one.state, two.state, three.state] == [HALF_OPEN] * 3
    for hub in (one, two, three):
        await hub.rows.all().fetch()
    await exchange(one, two, three)
    assert [hub.noted.states for hub in (one, two, three)] == [[OPEN, HALF_OPEN, CLOSED]] * 3
    assert len(socket.paths) == 5 + 3


async def test_another_hub_probes_where_the_one_that_did_is_gone(hubs, clock, redis_server):
    socket, one, two, _ = hubs
    for _ in range(2):
        await error_of(one.rows.all())
    await exchange(one, two)
    await probing(clock, one)
    assert 0 < redis_server.ttl("simpul:breaker:agency") <= KEPT
    await one.aclose()
    await probing(clock, two)
    assert (len(socket.paths), two.state) == (4, OPEN)


async def test_an_opening_is_forgotten_where_no_hub_goes_by_it(hubs, redis_server):
    _, one, two, _ = hubs
    for _ in range(2):
        await error_of(one.rows.all())
    await exchange(one, two)
    redis_server.delete("simpul:breaker:agency")  # as after its time
    await exchange(two)
    assert (one.state, two.state) == (OPEN, HALF_OPEN)


async def test_without_redis_each_hub_goes_by_its_own_view_and_they_agree_again_when_it_is_back(tmp_path, clock):
    async with agency_at_a_socket(BROKEN) as socket:
        with redis_running(tmp_path) as server:
            one, two = (OneHub(socket.url, clock, server.url) for _ in range(2))
            await exchange(one, two)
        with capture_logs() as lines:
            for _ in range(2):
                await error_of(one.rows.all())
            await exchange(one, two)
            await exchange(one, two)
        assert [line["event"] for line in lines if line["event"].startswith("breakers")] == ["breakers.alone"] * 2
        assert (one.state, two.state) == (OPEN, CLOSED)
        await probing(clock, one)
        assert len(socket.paths) == 3
        (tmp_path / "redis.socket").unlink(missing_ok=True)
        with redis_running(tmp_path), capture_logs() as lines:
            await exchange(one, two)
            assert (one.state, two.state) == (OPEN, OPEN)
            await one.aclose()
            await two.aclose()
    assert [line["event"] for line in lines if line["event"].startswith("breakers")] == ["breakers.shared"] * 2
    assert len(socket.paths) == 3
