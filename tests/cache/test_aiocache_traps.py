"""Each trap found in aiocache 0.12.3, and that we do not fall into it. Its own behaviour is shown where that is cheap."""

import asyncio
from datetime import timedelta

import pytest
import redis.asyncio as redis

from cache.entry import Entry
from cache.factory import create_backend
from cache.memory import BoundedMemory
from cache.redis import OwnRedis
from connectors.kit.errors import AgencyUnavailable
from connectors.kit.reading import Reading, State
from tests.cache.conftest import Thing, leases_asked, until
from tests.clock import NOON

ENTRY = Entry(Reading(agency="a", records=(Thing("a"),), fetched_at=NOON), 0.0, 0.0, (), b"", 20)


@pytest.fixture
async def own_redis(redis_url):
    backend = OwnRedis(redis_url)
    yield backend
    await backend.close()


async def test_clear_on_a_namespaced_redis_flushes_the_whole_database(cache, asked, redis_server, redis_url):
    redis_server.set("somebody:else", "1")
    await cache.get(asked().read)
    await cache.clear()
    assert redis_server.get("somebody:else") == b"1"


def test_memory_clear_leaves_timers_that_delete_newer_values(clock):
    backend = BoundedMemory(10_000, clock)
    backend.set("k", ENTRY, ttl=10)
    backend.clear()
    backend.set("k", ENTRY, ttl=100)
    clock.advance(timedelta(seconds=50))
    assert backend.get("k") is ENTRY
    assert not [handle for handle in vars(backend) if "handle" in handle]


def test_memory_has_no_size_bound(clock):
    backend = BoundedMemory(1_000, clock)
    for number in range(100):
        backend.set(str(number), ENTRY, ttl=100)
    assert 0 < backend.bytes_kept <= 1_000


async def test_a_failing_function_is_called_by_everyone(cache, asked):
    things = asked()
    things.error = AgencyUnavailable("agency", "down")
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(20)]
    await until(lambda: things.hits)
    things.go.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert things.hits == 1


async def test_a_function_slower_than_the_lease_is_called_by_everyone(store, make_cache, asked):
    cache = make_cache(store, lease_margin=timedelta(seconds=-4.9))
    things = asked()
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for _ in range(20)]
    await until(lambda: things.hits)
    await asyncio.sleep(0.25)
    waiting += [asyncio.create_task(cache.get(things.read)) for _ in range(20)]
    await asyncio.sleep(0.05)
    things.go.set()
    await asyncio.gather(*waiting)
    assert things.hits == 1
    await cache.aclose()


async def test_cached_does_not_single_flight(cache, asked):
    things = asked()
    await asyncio.gather(*(cache.get(things.read) for _ in range(20)))
    assert things.hits == 1


async def test_redlock_does_not_wait_across_processes(redis_server, redis_url, clock, make_cache, asked):
    before = leases_asked(redis_server)
    caches = [make_cache(create_backend(redis_url, max_bytes=1, clock=clock)) for _ in range(3)]
    things = asked()
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for cache in caches]
    await until(lambda: leases_asked(redis_server) == before + 3)
    things.go.set()
    await asyncio.gather(*waiting)
    assert things.hits == 1
    for cache in caches:
        await cache.aclose()


async def test_none_is_never_cached(cache, asked):
    things = asked(absent=timedelta(minutes=1))
    things.answer = None
    await cache.get(things.read)
    assert (await cache.get(things.read)).state is State.CACHED
    assert things.hits == 1


@pytest.mark.parametrize("ttl", [0, -1])
async def test_a_ttl_of_nothing_is_for_ever_in_memory_and_an_error_on_redis(clock, own_redis, ttl):
    memory = BoundedMemory(10_000, clock)
    memory.set("k", ENTRY, ttl=ttl)
    await own_redis.set("k", b"x", ttl=ttl)
    assert memory.get("k") is None
    assert await own_redis.get("k") is None


async def test_the_default_timeout_costs_a_task_for_every_get(own_redis):
    assert own_redis.timeout is None


async def test_redis_8_deprecates_setex_and_close(own_redis):
    """Warnings are errors here, and a connection that is left open is one."""
    await own_redis.set("k", b"x", ttl=10.0)
    assert await own_redis.get("k") == b"x"
    assert 0 < await own_redis.client.pttl("simpul:k") <= 10_000


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("rediss://hub:word@127.0.0.1:6380/3", redis.SSLConnection, {"username": "hub", "password": "word", "db": 3}),
        ("unix://hub:word@/run/valkey.sock?db=2", redis.UnixDomainSocketConnection, {"username": "hub", "db": 2}),
        ("redis://hub:word@127.0.0.1:6379/1", redis.Connection, {"username": "hub", "port": 6379}),
    ],
)
async def test_no_tls_no_sockets_and_no_user_names_through_its_own_arguments(url, kind, expected):
    backend = OwnRedis(url)
    pool = backend.client.connection_pool
    assert pool.connection_class is kind
    assert expected.items() <= pool.connection_kwargs.items()
    assert (pool.connection_kwargs["socket_timeout"], pool.timeout) == (1.0, 1.0)
    await backend.close()
