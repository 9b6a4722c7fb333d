"""One view of Redis for all parts of a hub: who waits for it, and how often."""

import asyncio
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from auth.caller import Caller
from auth.lookup_throttle import Bounds, LookupThrottle
from auth.rate_limiter import RateLimiter
from cache.factory import create_backend
from connectors.kit.redis_presence import PAUSE, RedisPresence
from tests.clock import FakeClock


@pytest.fixture
def presence(clock):
    return RedisPresence(clock, 60.0)


async def fails():
    raise RedisConnectionError


async def answers():
    return "an answer"


async def never():
    await asyncio.Event().wait()


async def test_those_who_wait_go_on_when_one_finds_that_it_is_gone(presence):
    with capture_logs() as lines:
        waiting = [asyncio.create_task(presence.ask(never, number)) for number in range(3)]
        await asyncio.sleep(0)
        assert await presence.ask(fails, "alone") == "alone"
        async with asyncio.timeout(5):
            assert await asyncio.gather(*waiting) == [0, 1, 2]
    assert [line["event"] for line in lines] == ["redis.gone"]


async def test_one_asks_in_each_pause_and_its_answer_is_for_all(presence, clock):
    asked = []

    async def counted():
        asked.append(clock.monotonic())
        return await (answers() if len(asked) > 2 else fails())

    with capture_logs() as lines:
        assert [await presence.ask(counted, None) for _ in range(3)] == [None] * 3
        assert len(asked) == 1
        clock.advance(timedelta(seconds=PAUSE))
        assert [await presence.ask(counted, None) for _ in range(3)] == [None] * 3
        assert len(asked) == 2
        clock.advance(timedelta(seconds=PAUSE))
        assert [await presence.ask(counted, None) for _ in range(3)] == ["an answer"] * 3
    assert [line["event"] for line in lines] == ["redis.gone", "redis.back"]


async def test_what_is_always_sent_is_sent_while_it_is_gone(presence):
    await presence.ask(fails, None)
    assert await presence.ask(answers, None, always=True) == "an answer"


async def test_a_silent_redis_is_waited_for_once_by_all_parts_of_a_hub():
    clock, heard = FakeClock(), []

    async def say_nothing(reader, writer):
        heard.append(1)
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    presence = RedisPresence(clock, 0.05)
    store = create_backend(url, max_bytes=1, clock=clock, presence=presence)
    limiter = RateLimiter(redis_url=url, secret=b"s", presence=presence)
    throttle = LookupThrottle(Bounds(most=1), clock=clock, redis_url=url, secret=b"s", presence=presence)
    for _ in range(3):
        assert (await limiter.hit("quota", "somebody", most=9, seconds=60)).allowed
        assert await store.find("key", (), None) is None
        assert (await throttle.look(Caller(), "192.0.2.1", "nop:1")).allowed
    assert len(heard) == 1
    for each in (limiter, store, throttle):
        await each.aclose()
    silent.close()
    await silent.wait_closed()
