"""After a restart with every agency down, a hub answers what may be served stale, with its age, from its own store."""

import asyncio
from datetime import timedelta

import pytest

from cache.envelope import Cache
from connectors.kit.read import freshness_of_reads
from connectors.kit.reading import State
from connectors.registry import CONNECTORS
from engine import services
from store.snapshots import snapshots
from tests.clock import NOON, FakeClock
from tests.conftest import listening
from tests.profiles import here
from tests.schema.documents import EVERYBODYS

LATER = timedelta(minutes=20)
SECRET = "a secret that both hubs know, long enough"
GLANCE = here("""{ hospitals(first: 1) { totalCount nodes { beds { free source { state problem ageSeconds } } } }
  vacancies(first: 1) { totalCount nodes { title source { state problem ageSeconds } } }
  priceMoves(over: WEEK, first: 1) { nodes { price { amount source { state problem ageSeconds } } } }
  taxObject(nop: "${nop}") { asOfYear } }""")
STALE = {"state": "STALE", "problem": "AGENCY_UNAVAILABLE", "ageSeconds": 1200}
CACHED = {"state": "CACHED", "problem": None, "ageSeconds": 1200}


@pytest.fixture(autouse=True)
def patient_hubs(monkeypatch):
    """Hubs and sandbox share one loop, which may be late: no timing decides what is found."""
    monkeypatch.setattr(snapshots, "PATIENCE", 30.0)


def all_down(sandbox):
    for code in sandbox.control.agencies:
        sandbox.control.set(code, "down")


async def settled(hub):
    """All that is loaded behind the scenes has ended."""
    async with asyncio.timeout(30):
        while hub.state.cache._flights._under_way:
            await asyncio.sleep(0.005)


async def test_every_read_that_may_be_stale_is_answered_after_a_restart_with_its_age(
    configuration, sandbox, clock, store_url, monkeypatch
):
    settings, answered, connected = {"store_url": store_url, "snapshot_bytes": 10_000_000}, {}, []
    get, connect = Cache.get, services.connect_agencies
    monkeypatch.setattr(services, "connect_agencies", lambda *given: connected.append(connect(*given)) or connected[-1])

    async def noting(self, read, **more):
        reading = await get(self, read, **more)
        if read.freshness.stale and reading.records is not None:
            answered.setdefault((read.agency.domain, read.name), (read, reading))
        return reading

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "get", noting)
        async with listening(configuration, clock, **settings) as hub:
            for document in EVERYBODYS:
                await hub.ask(document.text)
    reads = list(answered.values())
    declared = {
        f"{connector.domain}.{name}"
        for connector in CONNECTORS
        for name, each in freshness_of_reads(connector).items()
        if each.stale
    }
    of_checks = {"prices.regencies"}  # only `agencies check` asks it by itself
    assert {f"{read.agency.domain}.{read.name}" for read, _ in reads} == declared - of_checks
    all_down(sandbox)
    now = FakeClock(clock.now() + timedelta(seconds=1))
    async with listening(configuration, now, **settings) as hub:
        connectors = {each.agency.code: each for each in connected[-1]}
        for read, before in sorted(reads, key=lambda pair: pair[0].freshness.ttl + pair[0].freshness.stale / 2):
            again = getattr(connectors[read.agency.code], read.name)(*read.arguments)
            now.advance(NOON + read.freshness.ttl + read.freshness.stale / 2 - now.now())
            first = await hub.state.cache.get(again)
            await settled(hub)
            late = await hub.state.cache.get(again)
            assert (first.state, late.state, late.problem) == (State.STALE, State.STALE, "AGENCY_UNAVAILABLE"), (
                read.name
            )
            assert (late.fetched_at, late.changed_at) == (before.fetched_at, before.changed_at)
            assert late.records == before.records
            assert late.age(now) == (now.now() - NOON).total_seconds()


@pytest.mark.parametrize("kind", ["postgresql", "no Redis"])
async def test_the_city_at_a_glance_after_a_restart_says_how_old_it_is(
    kind, configuration, sandbox, clock, request, tmp_path
):
    """Also where the Redis of the hubs is gone with all that it kept."""
    settings = {"snapshot_bytes": 10_000_000, "store_url": f"sqlite:///{tmp_path}/store.db"}
    if kind == "postgresql":
        settings["store_url"] = request.getfixturevalue("new_postgres_url")
    else:
        settings |= {"cache_url": f"unix://{tmp_path}/nobody.socket", "secret": SECRET}
    async with listening(configuration, clock, **settings) as hub:
        before = await hub.data(GLANCE)
    all_down(sandbox)
    async with listening(configuration, FakeClock(clock.now() + LATER), **settings) as hub:
        await hub.ask(GLANCE)
        await settled(hub)
        answer = await hub.ask(GLANCE)
    data = answer["data"]
    assert data["hospitals"]["nodes"][0]["beds"] == before["hospitals"]["nodes"][0]["beds"] | {"source": STALE}
    assert data["vacancies"]["totalCount"] == before["vacancies"]["totalCount"]
    assert data["vacancies"]["nodes"][0] == before["vacancies"]["nodes"][0] | {"source": STALE}
    (price,) = (each["price"] for each in before["priceMoves"]["nodes"])
    assert data["priceMoves"]["nodes"] == [{"price": price | {"source": CACHED}}]  # fresh for one hour
    assert data["taxObject"] is None
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["taxObject"], "AGENCY_UNAVAILABLE")
