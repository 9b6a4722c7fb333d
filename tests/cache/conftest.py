"""Both stores, a real Redis, and reads that count how often they are asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
import redis

from cache.backend import Backend
from cache.envelope import Cache
from cache.factory import create_backend
from connectors.kit.agency import Agency, Limits
from connectors.kit.read import Read
from connectors.kit.reading import Freshness
from tests.clock import FakeClock

SECRET = b"a secret of the cache's keys, long enough"


class Thing(msgspec.Struct, frozen=True):
    """A record."""

    name: str
    at: datetime | None = None


class Asked:
    """A read whose answer, failure and slowness a test decides."""

    def __init__(
        self, clock: FakeClock, *arguments: object, name: str = "things", agency: str = "agency", **freshness: Any
    ) -> None:
        self.hits = 0
        self.answer: Any = (Thing("a"),)
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()
        self.read: Read[Any] = Read(
            agency=Agency(
                code=agency, domain="things", connector="x", name="A", url="http://127.0.0.1", limits=Limits(timeout=5)
            ),
            clock=clock,
            name=name,
            arguments=arguments,
            freshness=Freshness(**{"ttl": timedelta(minutes=1), **freshness}),
            load=self._load,
            typed=lambda: tuple[Thing, ...] | None,
        )

    async def _load(self) -> Any:
        self.hits += 1
        await self.go.wait()
        if self.error:
            raise self.error
        return self.answer


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")


@pytest.fixture
def make_store(clock: FakeClock, url: str) -> Any:
    return lambda max_bytes=1_000_000: create_backend(url, max_bytes=max_bytes, clock=clock)


@pytest.fixture
async def store(make_store: Any) -> AsyncIterator[Backend]:
    store = make_store()
    yield store
    await store.aclose()


@pytest.fixture
def make_cache(clock: FakeClock) -> Any:
    def make(store: Backend, **more: Any) -> Cache:
        return Cache(store, clock=clock, secret=SECRET, random=Random(7), **{"jitter": 0.0, **more})

    return make


@pytest.fixture
async def cache(store: Backend, make_cache: Any) -> AsyncIterator[Cache]:
    cache = make_cache(store)
    yield cache
    await cache.aclose()


@pytest.fixture
def asked(clock: FakeClock) -> Any:
    return lambda *arguments, **more: Asked(clock, *arguments, **more)


def leases_asked(server: redis.Redis) -> int:
    """How often anybody asked this Redis for a lease or ended one."""
    return server.info("commandstats").get("cmdstat_eval", {"calls": 0})["calls"]


async def until(condition: Any) -> None:
    """Let others run until it is so."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)
