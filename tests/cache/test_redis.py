"""The store of several processes, on a real Redis: what is shared, who asks, and what happens without it."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from cache.factory import create_backend
from connectors.kit.errors import AgencyThrottled
from connectors.kit.reading import State
from connectors.kit.redis_presence import PAUSE
from tests.cache.conftest import Thing, leases_asked, until
from tests.redis_server import redis_running

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def caches(redis_url, clock, make_cache):
    """Two hubs on one Redis."""
    made = [make_cache(create_backend(redis_url, max_bytes=1, clock=clock)) for _ in range(2)]
    yield made
    for cache in made:
        await cache.aclose()


async def test_what_one_has_the_other_has(caches, asked):
    things = asked("9907400000000001")
    await caches[0].get(things.read)
    assert (await caches[1].get(things.read)).state is State.CACHED
    assert things.hits == 1


async def test_who_does_not_get_the_lease_waits_for_who_does(caches, asked, redis_server):
    before = leases_asked(redis_server)
    things = asked()
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for cache in caches]
    await until(lambda: leases_asked(redis_server) == before + 2)
    things.go.set()
    assert [each.records for each in await asyncio.gather(*waiting)] == [(Thing("a"),)] * 2
    assert things.hits == 1


async def test_who_waited_shares_the_failure_too(caches, asked, redis_server):
    before = leases_asked(redis_server)
    things = asked()
    things.error = AgencyThrottled("agency", "429", retry_after=7)
    things.go.clear()
    waiting = [asyncio.create_task(cache.get(things.read)) for cache in caches]
    await until(lambda: leases_asked(redis_server) == before + 2)
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


async def test_who_gets_the_lease_when_the_answer_is_there_already_does_not_ask(redis_url, clock, make_cache, asked):
    first, second = (create_backend(redis_url, max_bytes=1, clock=clock) for _ in range(2))
    quick, slow = make_cache(first), make_cache(second)
    things = asked()
    take_lease = second.take_lease

    async def late(key, token, seconds):
        await quick.get(things.read)
        return await take_lease(key, token, seconds)

    second.take_lease = late
    assert (await slow.get(things.read)).state is State.CACHED
    assert things.hits == 1
    await quick.aclose()
    await slow.aclose()


async def test_a_lease_lasts_for_the_agencys_time_limit_and_a_margin(caches, asked, redis_server):
    things = asked()
    things.go.clear()
    waiting = asyncio.create_task(caches[0].get(things.read))
    await until(lambda: things.hits)
    assert 5_000 < redis_server.pttl("simpul:lease:agency:things") <= 7_000
    things.go.set()
    await waiting


async def test_word_of_a_failure_is_no_lease(redis_url, clock):
    store = create_backend(redis_url, max_bytes=1, clock=clock)
    await store.take_lease("k", "mine", 10)
    await store.end_lease("k", "mine", AgencyThrottled("agency", "429"))
    assert await store.take_lease("k", "other", 10) is None
    await store.aclose()


async def test_nobody_ends_a_lease_that_is_not_theirs(redis_url, clock, redis_server):
    store = create_backend(redis_url, max_bytes=1, clock=clock)
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


async def test_more_who_ask_at_once_than_there_are_connections_wait_for_one(redis_url, clock, make_cache, asked):
    cache = make_cache(create_backend(f"{redis_url}?max_connections=2", max_bytes=1, clock=clock))
    things = [asked(str(number)) for number in range(50)]
    with capture_logs() as lines:
        for _ in range(2):
            await asyncio.gather(*(cache.get(each.read) for each in things))
    assert lines == []
    assert [each.hits for each in things] == [1] * 50
    await cache.aclose()


async def test_no_argument_is_in_redis_in_the_clear(caches, asked, redis_server):
    await caches[0].get(asked("9907400000000001", 2026).read)
    assert all(b"99074" not in key for key in redis_server.keys("*"))


async def test_without_redis_the_answer_comes_from_the_agency(tmp_path, clock, make_cache, asked):
    things = asked()
    with redis_running(tmp_path) as server:
        cache = make_cache(create_backend(server.url, max_bytes=1, clock=clock))
        await cache.get(things.read)
    with capture_logs() as lines:
        for _ in range(3):
            assert (await cache.get(things.read)).state is State.LIVE
        await cache.invalidate("agency:agency")
    assert [line["event"] for line in lines] == ["redis.gone"]
    assert things.hits == 4
    await cache.aclose()


async def test_it_is_looked_for_now_and_then_and_its_return_is_said_once(tmp_path, clock, make_cache, asked):
    things = asked()
    with redis_running(tmp_path) as server:
        cache = make_cache(create_backend(server.url, max_bytes=1, clock=clock))
        await cache.get(things.read)
    (tmp_path / "redis.socket").unlink()
    with capture_logs() as lines:
        await cache.get(things.read)
        with redis_running(tmp_path) as server:
            assert (await cache.get(things.read)).state is State.LIVE
            assert server.client.dbsize() == 0
            clock.advance(timedelta(seconds=PAUSE))
            assert [(await cache.get(things.read)).state for _ in range(2)] == [State.LIVE, State.CACHED]
            await cache.aclose()
    assert [line["event"] for line in lines] == ["redis.gone", "redis.back"]
    assert things.hits == 4


async def test_an_invalidation_does_not_wait_until_it_is_looked_for(tmp_path, clock, make_cache, asked):
    things = asked()
    with redis_running(tmp_path) as server:
        cache = make_cache(create_backend(server.url, max_bytes=1, clock=clock))
        await cache.get(things.read)
    (tmp_path / "redis.socket").unlink()
    await cache.get(things.read)
    with redis_running(tmp_path) as server:
        await cache.invalidate("agency:agency")
        assert server.client.exists("simpul:tag:agency:agency") == 1
        await cache.aclose()


async def test_a_redis_that_is_silent_is_waited_for_once(clock, make_cache, asked):
    heard = 0

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += 1
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    cache = make_cache(create_backend(f"redis://127.0.0.1:{port}?socket_timeout=0.05", max_bytes=1, clock=clock))
    things = asked()
    with capture_logs() as lines:
        for _ in range(3):
            assert (await cache.get(things.read)).state is State.LIVE
        assert heard == 1
        clock.advance(timedelta(seconds=PAUSE))
        await asyncio.gather(*(cache.get(asked(str(number)).read) for number in range(10)))
        assert heard == 2
    assert [line["event"] for line in lines] == ["redis.gone"]
    await cache.aclose()
    silent.close()
    await silent.wait_closed()


ASK = """
import asyncio, json, sys
from datetime import timedelta
from random import Random
from connectors.kit.agency import Agency, Limits
from connectors.kit.clock import SystemClock
from connectors.kit.call import Call
from connectors.kit.http import Http
from connectors.kit.read import Read
from connectors.kit.reading import Freshness
from connectors.kit.signatures import unsigned
from cache.envelope import Cache
from cache.factory import create_backend

async def main(redis, url):
    clock = SystemClock()
    agency = Agency(code="agency", domain="things", connector="x", name="A", url=url, limits=Limits(timeout=10))
    http = Http(agency, unsigned(), clock)
    cache = Cache(create_backend(redis, max_bytes=1, clock=clock), clock=clock, secret=b"s" * 32, random=Random())
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


async def test_two_processes_on_one_redis_make_one_call(redis_server, redis_url):
    """The agency does not answer before both have asked for the lease."""
    before = leases_asked(redis_server)
    calls = 0

    async def things(_: web.Request) -> web.Response:
        nonlocal calls
        calls += 1
        await until(lambda: leases_asked(redis_server) == before + 2)
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


async def test_equal_bytes_are_decoded_once_and_other_bytes_anew(caches, asked, clock):
    things, cache = asked(ttl=timedelta(minutes=1)), caches[0]
    await cache.get(things.read)
    first, again = [(await cache.get(things.read)).records for _ in range(2)]
    assert again is first
    clock.advance(timedelta(minutes=1))
    await cache.get(things.read)
    assert (await cache.get(things.read)).records == first
    things.answer = ()
    clock.advance(timedelta(minutes=1))
    await cache.get(things.read)
    assert (await cache.get(things.read)).records == ()
