"""The store of one process: the records themselves, bounded in bytes."""

from datetime import timedelta

import pytest

from cache.factory import create_backend
from cache.memory import BoundedMemory, MemoryStore
from connectors.kit.reading import State
from tests.cache.conftest import Thing


@pytest.fixture
def backend(clock):
    return BoundedMemory(10_000, clock)


@pytest.fixture
async def cache(backend, make_cache):
    cache = make_cache(MemoryStore(backend))
    yield cache
    await cache.aclose()


async def test_the_records_themselves_come_back(cache, asked):
    things = asked()
    await cache.get(things.read)
    assert (await cache.get(things.read)).records is things.answer


async def test_it_never_holds_more_bytes_than_allowed(cache, backend, asked):
    for number in range(200):
        things = asked(str(number))
        things.answer = (Thing("x" * 400),)
        await cache.get(things.read)
        assert backend.bytes_kept <= 10_000
    assert backend.bytes_kept > 8_000


async def test_what_was_used_least_recently_goes_first(cache, asked):
    def big(name):
        things = asked(name)
        things.answer = (Thing("x" * 3_000),)
        return things

    one, two, three, four = (big(str(number)) for number in range(4))
    for each in (one, two, three):
        await cache.get(each.read)
    await cache.get(one.read)
    await cache.get(four.read)
    assert [(await cache.get(each.read)).state for each in (one, three, four)] == [State.CACHED] * 3
    assert (await cache.get(two.read)).state is State.LIVE


async def test_what_is_larger_than_the_whole_is_not_kept_and_pushes_nothing_out(cache, asked):
    small, large = asked("small"), asked("large")
    large.answer = (Thing("x" * 20_000),)
    await cache.get(small.read)
    assert (await cache.get(large.read)).records == large.answer
    assert (await cache.get(large.read)).state is State.LIVE
    assert (await cache.get(small.read)).state is State.CACHED


async def test_what_is_past_its_time_takes_no_room(cache, backend, asked, clock):
    things = asked(ttl=timedelta(minutes=1))
    await cache.get(things.read)
    clock.advance(timedelta(minutes=2))
    backend._kept.expire()
    assert backend.bytes_kept == 0


def test_an_address_that_is_none_is_refused(clock):
    with pytest.raises(ValueError, match="expected memory://"):
        create_backend("memcached://x", max_bytes=1, clock=clock)


@pytest.mark.parametrize(
    "address", ["hub:pass/word@host:6379/1", "hub:pass[word]@host:6379/1", "hub:password@host:6379/1?nonsense=1"]
)
def test_a_wrong_address_is_refused_without_a_word_of_its_password(clock, address):
    with pytest.raises(ValueError, match="redis://…") as refused:
        create_backend(f"redis://{address}", max_bytes=1, clock=clock)
    assert refused.value.__suppress_context__
    assert not any(part in str(refused.value) for part in ("pass", "word", "hub"))
