"""A hub is killed between what the venue has written and its own answer; the next one finds it, and books nothing twice."""

import asyncio
import contextlib
import sqlite3
from contextlib import closing

import aiohttp
import psycopg
import pytest

from sandbox.server import running
from sandbox.venues.open_booking import orders_of
from tests.venues.city import on_postgresql, on_sqlite
from tests.venues.processes import (
    CONFIRM,
    HOLD,
    configuration,
    database_agency,
    hub_running,
    open_booking_agency,
    token_of,
)


@pytest.fixture
async def sandbox():
    async with running(port=0) as sandbox:
        yield sandbox


class Store:
    """The hub's own, looked at and kept busy from outside."""

    def __init__(self, path):
        self.path = path

    @property
    def url(self):
        return f"sqlite:///{self.path}"

    def count(self, table):
        with closing(sqlite3.connect(self.path, timeout=30)) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608

    @contextlib.contextmanager
    def busy(self):
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            yield
            lock.execute("ROLLBACK")


@contextlib.contextmanager
def nobody_writes(url):
    """The city's database makes who would write there wait."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition("///")[2], timeout=30, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            yield
            lock.execute("ROLLBACK")
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as lock:
            lock.execute("LOCK TABLE bookings IN SHARE MODE")
            yield
            lock.rollback()


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.005)


async def killed_after_the_write(hub, store, city, asking, table, written):
    """The hub has asked and may write; the venue has written; the hub waits for its own store, and is killed there."""
    before = store.count(table)
    with nobody_writes(city.url):
        task = asyncio.create_task(asking)
        await until(lambda: store.count(table) > before)
        await asyncio.sleep(0.2)
        stopped = contextlib.ExitStack()
        stopped.enter_context(store.busy())
    with stopped:
        await until(written)
        assert not task.done()
        await hub.kill()
    with pytest.raises(aiohttp.ClientError):
        await task


@pytest.fixture
def city(request, tmp_path):
    if request.param == "sqlite":
        return on_sqlite(tmp_path / "city.db")
    return on_postgresql(request.getfixturevalue("new_postgres_url"))


def states(city):
    return [state for (state,) in city.run("SELECT state FROM bookings")]


@pytest.mark.parametrize("city", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
async def test_killed_after_the_city_has_written_a_hold(city, tmp_path, sandbox):
    path, store = configuration(sandbox, tmp_path, database_agency(city.url)), Store(tmp_path / "store.db")
    token = token_of(sandbox, 1)
    async with hub_running(path, store.url) as hub:
        slot, *_ = await hub.free_slots("gor-kota/1")
        asking = hub.ask(HOLD, token, slot=slot, key="k")
        await killed_after_the_write(hub, store, city, asking, "orders", lambda: states(city) == ["held"])
    async with hub_running(path, store.url) as hub:
        held = (await hub.ask(HOLD, token, slot=slot, key="k"))["data"]["holdSlot"]
        assert (held["state"], states(city)) == ("HELD", ["held"])
        other = await hub.ask(HOLD, token_of(sandbox, 2), slot=slot, key="k")
        assert other["errors"][0]["extensions"]["code"] == "SLOT_TAKEN"
        found = (await hub.ask(CONFIRM, token, code=held["code"]))["data"]["confirmBooking"]
        assert found == {"code": held["code"], "state": "CONFIRMED"}
    assert states(city) == ["confirmed"]


@pytest.mark.soak
@pytest.mark.parametrize("city", ["sqlite", "postgresql"], indirect=True)
async def test_killed_after_the_city_has_written_a_confirmation(city, tmp_path, sandbox):
    path, store = configuration(sandbox, tmp_path, database_agency(city.url)), Store(tmp_path / "store.db")
    token = token_of(sandbox, 1)
    async with hub_running(path, store.url) as hub:
        slot, *_ = await hub.free_slots("gor-kota/1")
        held = (await hub.ask(HOLD, token, slot=slot, key="k"))["data"]["holdSlot"]
        asking = hub.ask(CONFIRM, token, code=held["code"])
        await killed_after_the_write(hub, store, city, asking, "usages", lambda: states(city) == ["confirmed"])
    async with hub_running(path, store.url) as hub:
        for query, asked in ((CONFIRM, {"code": held["code"]}), (HOLD, {"slot": slot, "key": "k"})):
            (found,) = (await hub.ask(query, token, **asked))["data"].values()
            assert found == {"code": held["code"], "state": "CONFIRMED"}
    assert states(city) == ["confirmed"]


@pytest.mark.soak
async def test_killed_after_the_booking_system_has_written(tmp_path, sandbox):
    path = configuration(sandbox, tmp_path, open_booking_agency(sandbox.url))
    store, token, orders = Store(tmp_path / "store.db"), token_of(sandbox, 1), orders_of(sandbox.control)

    async def killed(hub, asking, written):
        sandbox.control.hold("gor-contoh", after=True)
        task = asyncio.create_task(asking)
        while not written():
            await asyncio.sleep(0.01)
            sandbox.control.release("gor-contoh")
            sandbox.control.hold("gor-contoh", after=True)
        await hub.kill()
        sandbox.control.release("gor-contoh")
        with pytest.raises(aiohttp.ClientError):
            await task

    async with hub_running(path, store.url) as hub:
        slot = (await hub.free_slots("gor-contoh/1"))[5]
        await killed(hub, hub.ask(HOLD, token, slot=slot, key="k"), lambda: orders.leases)
    async with hub_running(path, store.url) as hub:
        held = (await hub.ask(HOLD, token, slot=slot, key="k"))["data"]["holdSlot"]
        assert (held["state"], len(orders.leases)) == ("HELD", 1)
        await killed(hub, hub.ask(CONFIRM, token, code=held["code"]), lambda: orders.orders)
    async with hub_running(path, store.url) as hub:
        found = (await hub.ask(CONFIRM, token, code=held["code"]))["data"]["confirmBooking"]
        assert found == {"code": held["code"], "state": "CONFIRMED"}
    assert (len(orders.orders), len(orders.leases)) == (1, 0)
