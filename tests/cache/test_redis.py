"""The store of several processes, on a real Redis: what is shared, who asks, and what happens without it."""

import asyncio
import json
import sys
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from cache.places import store_at
from cache.redis import RedisStore
from connectors.kit.errors import AgencyThrottled
from connectors.kit.reading import State
from tests.cache.conftest import Thing, until
from tests.redis_server import redis_running

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def caches(redis_url, clock, make_cache):
    """Two hubs on one Redis."""
    made = [make_cache(store_at(redis_url, max_bytes=1, clock=clock)) for _ in range(2)]
    yield made
    for cache in made:
        await cache.aclose()


async def test_what_one_has_the_other_has(caches, asked):
    things = asked("3671400000000001")
    await caches[0].get(things.read)
    assert (await caches[1].get(things.read)).state is State.CACHED
    assert things.hits == 1


async def test_who_does_not_get_the_lease_waits_for_who_does(caches, asked):
    things = asked()
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for cache in caches]
    await until(lambda: things.hits == 1)
    await asyncio.sleep(0.05)
    things.go.set()
    assert [each.records for each in await asyncio.gather(*waiting)] == [(Thing("a"),)] * 2
    assert things.hits == 1


async def test_who_waited_shares_the_failure_too(caches, asked):
    things = asked()
    things.error = AgencyThrottled("agency", "429", retry_after=7)
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for cache in caches]
    await until(lambda: things.hits == 1)
    await asyncio.sleep(0.05)
    things.go.set()
    errors = await asyncio.gather(*waiting, return_exceptions=True)
    assert [(type(each), each.reason, each.retry_after) for each in errors] == [(AgencyThrottled, "429", 7)] * 2
    assert things.hits == 1


async def test_who_comes_after_a_failure_asks_anew(caches, asked):
    things = asked()
    things.error = AgencyThrottled("agency", "429")
    with pytest.raises(AgencyThrottled):
        await caches[0].get(things.read)
    things.error = None
    assert (await caches[1].get(things.read)).state is State.LIVE


async def test_the_lease_of_a_process_that_died_runs_out(caches, asked, redis_server):
    things = asked()
    redis_server.set("simpul:lease:agency:things", "somebody who died", px=150)
    assert (await caches[0].get(things.read)).state is State.LIVE
    assert things.hits == 1


async def test_nobody_ends_a_lease_that_is_not_theirs(redis_url, clock, redis_server):
    store = store_at(redis_url, max_bytes=1, clock=clock)
    assert await store.take_lease("k", "mine", 10) is None
    await store.end_lease("k", "other", None)
    assert await store.take_lease("k", "other", 10) == "mine"
    await store.end_lease("k", "mine", None)
    assert await store.take_lease("k", "other", 10) is None
    await store.aclose()


async def test_after_a_load_no_lease_is_left(caches, asked, redis_server):
    await caches[0].get(asked().read)
    assert redis_server.keys("simpul:lease:*") == []


async def test_a_record_that_has_changed_its_shape_is_a_miss(caches, asked):
    class Other(msgspec.Struct, frozen=True):
        number: int

    things = asked()
    await caches[0].get(things.read)
    changed = asked()
    changed.answer = (Other(1),)
    changed.read._typed = lambda: tuple[Other, ...]
    assert (await caches[1].get(changed.read)).state is State.LIVE
    assert (await caches[1].get(changed.read)).records == (Other(1),)


async def test_reading_is_one_round_trip(caches, asked, redis_server):
    things = asked()
    await caches[0].get(things.read)
    before = redis_server.info("commandstats")
    await caches[0].get(things.read)
    after = redis_server.info("commandstats")
    made = {name: after[name]["calls"] - before.get(name, {"calls": 0})["calls"] for name in after}
    assert {name: count for name, count in made.items() if count} == {"cmdstat_mget": 1, "cmdstat_info": 1}


async def test_a_tag_that_redis_forgot_brings_nothing_back(caches, asked, redis_server):
    things = asked()
    await caches[0].get(things.read)
    await caches[0].invalidate("agency:agency")
    redis_server.delete("simpul:tag:agency:agency")
    assert (await caches[0].get(things.read)).state is State.LIVE


async def test_no_argument_is_in_redis_in_the_clear(caches, asked, redis_server):
    await caches[0].get(asked("3671400000000001", 2026).read)
    assert all(b"36714" not in key for key in redis_server.keys("*"))


async def test_without_redis_the_answer_comes_from_the_agency(tmp_path, clock, make_cache, asked):
    things = asked()
    with redis_running(tmp_path) as server:
        cache = make_cache(store_at(server.url, max_bytes=1, clock=clock))
        await cache.get(things.read)
    with capture_logs() as lines:
        for _ in range(3):
            assert (await cache.get(things.read)).state is State.LIVE
        await cache.invalidate("agency:agency")
    assert [line["event"] for line in lines] == ["cache.gone"]
    assert things.hits == 4
    await cache.aclose()


async def test_its_return_is_said_once(redis_url, clock, make_cache, asked):
    store = store_at("redis://127.0.0.1:1/0", max_bytes=1, clock=clock)
    cache = make_cache(store)
    things = asked()
    with capture_logs() as lines:
        await cache.get(things.read)
        assert isinstance(store, RedisStore)
        gone, store._backend = store._backend, store_at(redis_url, max_bytes=1, clock=clock)._backend
        await cache.get(things.read)
        assert (await cache.get(things.read)).state is State.CACHED
    assert [line["event"] for line in lines] == ["cache.gone", "cache.back"]
    await gone.close()
    await cache.aclose()


ASK = """
import asyncio, json, sys
from datetime import timedelta
from random import Random
from connectors.kit.agency import Agency, Limits
from connectors.kit.clock import SystemClock
from connectors.kit.http import Call, Http
from connectors.kit.read import Read
from connectors.kit.reading import Freshness
from connectors.kit.signatures import unsigned
from cache.envelope import Cache
from cache.places import store_at

async def main(redis, url):
    clock = SystemClock()
    agency = Agency(code="agency", domain="things", connector="x", name="A", url=url, limits=Limits(timeout=10))
    http = Http(agency, unsigned(), clock)
    cache = Cache(store_at(redis, max_bytes=1, clock=clock), clock=clock, secret=b"s" * 32, random=Random())
    read = Read(agency=agency, clock=clock, name="things", arguments=("1",), freshness=Freshness(ttl=timedelta(minutes=1)),
                load=lambda: http.json(Call(path="/things")), typed=lambda: dict[str, int])
    print("ready", flush=True)
    sys.stdin.readline()
    reading = await cache.get(read)
    print(json.dumps([reading.state.value, reading.records]))
    await cache.aclose()
    await http.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_on_one_redis_make_one_call(redis_url):
    calls = 0

    async def things(_: web.Request) -> web.Response:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.3)
        return web.json_response({"n": 1})

    app = web.Application()
    app.router.add_get("/things", things)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.DEVNULL}
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ASK, redis_url, url, cwd=ROOT, **pipes)
        for _ in range(2)
    ]
    for process in processes:
        line = b""
        while line.strip() != b"ready":
            line = await process.stdout.readline()
            assert line
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    await runner.cleanup()
    answers = sorted(json.loads(out.splitlines()[-1]) for out, _ in told)
    assert answers == [["CACHED", {"n": 1}], ["LIVE", {"n": 1}]]
    assert calls == 1
