"""Snapshots in both databases: what a process finds that begins anew, and what is written, bounded and forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from cache.envelope import Cache
from cache.factory import create_backend
from connectors.kit.errors import AgencyUnavailable, TooStale
from connectors.kit.reading import State
from store.kit.database import Database
from store.snapshots import snapshots as module
from store.snapshots import waiting
from store.snapshots.snapshots import SAME, Snapshots
from store.snapshots.statements import Change
from store.snapshots.tables import SNAPSHOTS
from store.snapshots.waiting import WaitingChanges
from tests.cache.conftest import Asked, Thing
from tests.clock import NOON, FakeClock
from tests.store.test_store_broken import stopped

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AT = SNAPSHOTS.c
DOWN = AgencyUnavailable("agency", "down")

in_sqlite = pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
"""For what is the same in both databases."""


class Hub:
    """A process with an empty cache. Its monotonic clock begins with it."""

    def __init__(self, database, at=NOON, *, secret=None, most_bytes=1_000_000):
        self.clock = FakeClock(at)
        self.database = database
        self.snapshots = Snapshots(database, self.clock, secret=secret, most_bytes=most_bytes)
        entries = create_backend("memory://", max_bytes=1_000_000, clock=self.clock)
        made = {"clock": self.clock, "secret": b"of this process", "random": Random(7), "jitter": 0.0}
        self.cache = Cache(entries, archive=self.snapshots, **made)

    def asked(self, *arguments, **more):
        return Asked(self.clock, *arguments, **{"stale": HOUR, **more})

    async def rows(self):
        """What is kept, after all that waits is written."""
        assert await self.snapshots.flush()
        return await self.database.read(lambda connection: connection.execute(select(SNAPSHOTS).order_by(AT.key)).all())

    async def aclose(self):
        await self.cache.aclose()
        await self.snapshots.aclose()


@pytest.fixture
async def begin(database, monkeypatch):
    """Begins processes on one database. They write only when they are told to, and what is late is never in the way."""
    monkeypatch.setattr(module, "EVERY", 3600.0)
    monkeypatch.setattr(module, "PATIENCE", 30.0)
    begun = []

    async def begin(at=NOON, **more):
        hub = Hub(database, at, **more)
        await hub.snapshots.open()
        begun.append(hub)
        return hub

    yield begin
    for hub in begun:
        await hub.aclose()


async def kept_by(begin, *answer, at=NOON, **more):
    """The first process fetches an answer and ends."""
    hub = await begin(at)
    things = hub.asked("9907400000000001", **more)
    things.answer = answer
    await hub.cache.get(things.read)
    await hub.aclose()


def facts(reading):
    return reading.state, reading.records, reading.problem, reading.fetched_at, reading.value_changed_at


async def test_a_new_process_serves_it_stale_with_its_age_while_the_agency_is_down(begin):
    await kept_by(begin, Thing("é☃", NOON), Thing(""))
    later = await begin(NOON + 10 * MINUTE)
    things = later.asked("9907400000000001")
    things.error = DOWN
    for _ in range(2):
        late = await later.cache.get(things.read)
        expected = (State.STALE, (Thing("é☃", NOON), Thing("")), "AGENCY_UNAVAILABLE", NOON, NOON)
        assert facts(late) == expected
        assert 600 <= late.age(later.clock) < 630
        assert late.stale_after == NOON + MINUTE
    assert things.hits == 1
    with pytest.raises(TooStale) as raised:
        await later.cache.get(things.read, at_most=5 * MINUTE)
    assert raised.value.age >= 600


@in_sqlite
async def test_a_new_process_asks_nobody_while_it_is_fresh_and_nobody_is_served_it_past_its_life(begin):
    await kept_by(begin, Thing("a"))
    soon, late = await begin(NOON + MINUTE / 2), await begin(NOON + HOUR + MINUTE)
    for hub, state in ((soon, State.CACHED), (late, None)):
        things = hub.asked("9907400000000001")
        things.error = DOWN
        if state:
            assert (await hub.cache.get(things.read)).state is state
            assert things.hits == 0
        else:
            with pytest.raises(AgencyUnavailable):
                await hub.cache.get(things.read)


@in_sqlite
async def test_the_first_day_of_the_values_is_carried_over(begin):
    await kept_by(begin, Thing("a"))
    hub = await begin(NOON + 10 * MINUTE)
    things = hub.asked("9907400000000001")
    live = await hub.cache.get(things.read)
    assert (live.state, live.fetched_at, live.value_changed_at) == (State.LIVE, NOON + 10 * MINUTE, NOON)
    assert (await hub.rows())[0].value_changed_at == NOON


async def test_the_same_values_are_written_once_and_their_moment_once_a_minute(begin):
    hub = await begin()
    things = hub.asked(ttl=timedelta(seconds=10))
    seen = []
    for second in range(0, 80, 20):
        await hub.cache.get(things.read)
        assert len(hub.snapshots._waiting) == (second in (0, 60))
        await hub.rows()
        await hub.database.write(
            lambda connection: connection.execute(update(SNAPSHOTS).values(body=b"not written again"))
        )
        (row,) = await hub.rows()
        seen.append((row.fetched_at - NOON).total_seconds())
        hub.clock.advance(timedelta(seconds=20))
    assert seen == [0, 0, 0, SAME]
    assert row.body == b"not written again"
    things.answer = (Thing("b"),)
    await hub.cache.get(things.read)
    (row,) = await hub.rows()
    assert row.body == msgspec.msgpack.encode(things.answer)
    assert row.value_changed_at == NOON + timedelta(seconds=80)


@in_sqlite
async def test_what_cannot_be_read_or_has_another_form_is_as_if_it_were_not_there(begin):
    class Thing(msgspec.Struct, frozen=True):  # it has the same name, and a newer hub reads another field
        name: str
        colour: str = "none"

    await kept_by(begin, Thing("a"))
    newer, older = await begin(), await begin()
    things = newer.asked("9907400000000001")
    things.answer = (Thing("b"),)
    things.read._typed = lambda: tuple[Thing, ...]
    assert (await newer.cache.get(things.read)).state is State.LIVE
    assert await older.snapshots.find(older.asked("9907400000000001").read) is not None
    await newer.rows()
    assert await older.snapshots.find(older.asked("9907400000000001").read) is None
    again = await begin()
    await again.database.write(lambda connection: connection.execute(update(SNAPSHOTS).values(body=b"\xc1")))
    assert await again.snapshots.find(things.read) is None


async def test_there_is_no_such_thing_ends_it_and_so_does_an_invalidation(begin):
    hub = await begin()
    for agency in ("agency", "other", "third"):
        await hub.cache.get(hub.asked(agency=agency).read)
    assert len(await hub.rows()) == 3
    hub.clock.advance(2 * MINUTE)
    gone = hub.asked()
    gone.answer = None
    await hub.cache.get(gone.read)
    assert [row.agency for row in await hub.rows()] == ["other", "third"]
    await hub.cache.invalidate("read:other.things")
    assert [row.agency for row in await hub.rows()] == ["third"]
    under_way = hub.asked("1", agency="third")
    under_way.go.clear()
    asking = asyncio.create_task(hub.cache.get(under_way.read))
    while not under_way.hits:
        await asyncio.sleep(0.001)
    await hub.cache.invalidate("domain:things")
    under_way.go.set()
    await asking
    assert await hub.rows() == []


@in_sqlite
async def test_only_what_may_be_served_stale_is_kept_and_no_argument_in_the_clear(begin):
    hub = await begin()
    for freshness in ({"stale": timedelta(0)}, {"ttl": timedelta(0), "stale": timedelta(0)}, {}):
        await hub.cache.get(hub.asked("9907400000000001", **freshness).read)
        hub.clock.advance(2 * MINUTE)
    (row,) = await hub.rows()
    assert row.key.startswith("agency:things:")
    assert "99074" not in repr(row)


async def test_the_keys_outlive_the_process_and_depend_on_its_secret(begin):
    for secret in (None, b"the secret of the settings"):
        hub = await begin(secret=secret)
        await hub.cache.get(hub.asked("1").read)
        await hub.rows()
        assert await (await begin(secret=secret)).snapshots.find(hub.asked("1").read) is not None
    assert len(await hub.rows()) == 2
    assert await (await begin(secret=b"another")).snapshots.find(hub.asked("1").read) is None


async def test_they_are_bounded_in_bytes_and_in_time(begin, monkeypatch):
    hub = await begin(most_bytes=2_000)
    for number in range(5):
        things = hub.asked(name=f"n{number}", stale=HOUR * (number + 1))
        things.answer = (Thing("x" * 600),)
        await hub.cache.get(things.read)
        await hub.rows()
        hub.clock.advance(timedelta(seconds=1))
    assert await hub.snapshots.clean()
    assert [row.key for row in await hub.rows()] == ["agency:n2", "agency:n3", "agency:n4"]
    if hub.database.dialect == "sqlite":  # its clock is that of the hub
        hub.clock.advance(4 * HOUR + MINUTE)
        assert await hub.snapshots.clean()
        assert [row.key for row in await hub.rows()] == ["agency:n4"]
    monkeypatch.setattr(module, "LARGEST", 100)
    large = hub.asked(name="large")
    large.answer = (Thing("x" * 200),)
    await hub.cache.get(large.read)
    assert "agency:large" not in [row.key for row in await hub.rows()]


def test_what_waits_is_bounded_too(monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 100)
    monkeypatch.setattr(waiting, "BATCH", 50)
    changes = WaitingChanges()
    for number in (3, 1, 2, 1, 4):
        changes.add(Change(str(number), {"size": 30}, 0, float))
    changes.again([Change("3", {"size": 10}, 0, float), Change("1", {"size": 99}, 0, float)])
    assert [[each.key for each in changes.batch()] for _ in range(3)] == [["1", "2"], ["3", "4"], []]
    assert (len(changes), changes._size) == (0, 0)


async def test_hubs_that_write_the_same_at_the_same_time_do_not_hinder_each_other(begin, new_database_url):
    hubs = [await begin() for _ in range(3)]
    others = [Database(new_database_url) for _ in hubs]
    for hub, database in zip(hubs, others, strict=True):
        hub.snapshots._database = hub.database = database
        for number in range(40):
            await hub.cache.get(hub.asked(str(number)).read)
    with capture_logs() as lines:
        assert await asyncio.gather(*(hub.snapshots.flush() for hub in hubs)) == [True] * 3
        assert await asyncio.gather(*(hub.snapshots.clean() for hub in hubs)) == [True] * 3
    assert lines == []
    assert len(await hubs[0].rows()) == 40
    for hub, database in zip(hubs, others, strict=True):
        await hub.aclose()
        await database.aclose()


@in_sqlite
async def test_a_store_that_is_out_of_order_is_as_if_nothing_were_kept(begin, database):
    hub = await begin()
    await database.write(lambda connection: connection.execute(text("ALTER TABLE snapshots RENAME TO away")))
    things = [hub.asked(str(number)) for number in range(10)]
    with capture_logs() as lines:
        assert {(await hub.cache.get(each.read)).state for each in things} == {State.LIVE}
        assert await hub.snapshots.flush() is False
        assert len(hub.snapshots._waiting) == 10
        await database.write(lambda connection: connection.execute(text("ALTER TABLE away RENAME TO snapshots")))
        assert len(await hub.rows()) == 10
    assert [line["event"] for line in lines] == ["snapshots.gone", "snapshots.back"]


async def test_a_database_that_hangs_is_waited_for_once_and_not_long(new_postgres_url, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 3600.0)
    monkeypatch.setattr(module, "AT_THE_END", 0.1)
    database = Database(new_postgres_url)
    await database.migrate()
    hub = Hub(database)
    await hub.snapshots.open()
    asked = []
    read = database.read

    async def reading(work, *, within=None):
        asked.append(within)
        return await read(work, within=within)

    database.read = reading
    with stopped(new_postgres_url), capture_logs() as lines:
        async with asyncio.timeout(5):
            states = [(await hub.cache.get(hub.asked(str(number)).read)).state for number in range(20)]
    assert states == [State.LIVE] * 20
    assert asked == [module.PATIENCE]
    assert [line["event"] for line in lines] == ["snapshots.gone"]
    hub.clock.advance(timedelta(seconds=module.PAUSE))
    monkeypatch.setattr(module, "PATIENCE", 30.0)
    async with asyncio.timeout(30):
        while hub.snapshots._gone_until is not None:
            await hub.snapshots.find(hub.asked("another").read)
            hub.clock.advance(timedelta(seconds=10))
    await hub.aclose()
    await database.aclose()


async def test_a_clock_that_was_set_while_no_hub_ran_makes_no_old_answer_new(begin):
    """PostgreSQL has a clock of its own; where SQLite's is behind what it holds, nobody knows the age."""
    fetched = datetime.now(UTC)
    await kept_by(begin, Thing("a"), at=fetched)
    for by in (-HOUR, -timedelta(seconds=3), HOUR):
        hub = await begin(fetched + by)
        found = await hub.snapshots.find(hub.asked("9907400000000001").read)
        if hub.database.dialect == "sqlite" and by < timedelta(0):
            assert found is None
        else:
            assert max(0, by.total_seconds()) <= found.reading.age(hub.clock) < max(0, by.total_seconds()) + 60


@in_sqlite
async def test_what_is_written_after_the_clock_was_set_back_is_found_with_its_age(begin):
    """Also by another process on the same file, and after the clock has caught up."""
    await kept_by(begin, Thing("a"))
    hub = await begin(NOON - HOUR)
    await hub.cache.get(hub.asked("9907400000000001").read)
    await hub.rows()
    hub.clock.advance(10 * MINUTE)
    hub.snapshots._missing.clear()
    found = await hub.snapshots.find(hub.asked("9907400000000001").read)
    assert found.reading.age(hub.clock) == 600
