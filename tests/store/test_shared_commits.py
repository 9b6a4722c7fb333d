"""Those who wait for SQLite's one writer share a commit: one wait for the disk, and one that fails costs no other."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import event, text

from store.kit import workers
from store.kit.database import Database, StoreBroken

ADD, ALL = text("INSERT INTO notes (name) VALUES (:name)"), text("SELECT name FROM notes ORDER BY id")
FOR_EVER = text(
    "INSERT INTO notes (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'n' || i FROM n"
)


class Writer:
    """A store whose writer waits until it may go on, so that others wait behind it."""

    def __init__(self, database):
        self.database, self.commits = database, []
        self.go, self.begun = threading.Event(), threading.Event()
        self.first = None
        event.listen(database._engine, "commit", lambda _: self.commits.append("one"))

    def add(self, name, **given):
        return asyncio.ensure_future(self.database.write(lambda at: at.execute(ADD, {"name": name}).rowcount, **given))

    async def keep(self):
        """From now on all who write wait."""

        def wait(at):
            self.begun.set()
            assert self.go.wait(30)
            return at.execute(ADD, {"name": "first"}).rowcount

        self.commits.clear()
        self.first = asyncio.ensure_future(self.database.write(wait))
        await asyncio.to_thread(self.begun.wait, 30)

    async def names(self):
        return await self.database.read(lambda at: at.execute(ALL).scalars().all())


@pytest.fixture
async def writer(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "SHARED_FOR", 60.0)  # however slow the machine is
    database = Database(f"sqlite:///{tmp_path}/new.db", timeout=30)
    await database.write(lambda at: at.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")))
    writer = Writer(database)
    yield writer
    writer.go.set()
    await database.aclose()


async def waiting(*tasks):
    """All of them are asked of the store, and nobody is told anything."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert not any(each.done() for each in tasks)
    return tasks


async def test_all_that_wait_share_one_commit_and_are_told_after_it(writer):
    await writer.keep()
    tasks = await waiting(*(writer.add(str(number)) for number in range(20)))
    seen = []
    event.listen(writer.database._engine, "commit", lambda _: seen.extend(each.done() for each in tasks))
    writer.go.set()
    assert await asyncio.gather(writer.first, *tasks) == [1] * 21
    assert (writer.commits, seen) == (["one"], [False] * 20)
    assert await writer.names() == ["first", *map(str, range(20))]


async def test_one_that_fails_takes_back_what_it_wrote_and_no_more(writer):
    def fails(at):
        at.execute(ADD, {"name": "taken back"})
        raise LookupError("no")

    await writer.keep()
    tasks = await waiting(
        writer.add("a"), asyncio.ensure_future(writer.database.write(fails)), writer.add("a"), writer.add("b")
    )
    writer.go.set()
    found = await asyncio.gather(writer.first, *tasks, return_exceptions=True)
    assert [found[0], found[1], found[4]] == [1, 1, 1]
    assert (type(found[2]), type(found[3]), found[3].refused) == (LookupError, StoreBroken, True)
    assert writer.commits == ["one"]
    assert await writer.names() == ["first", "a", "b"]


async def test_one_that_ends_the_transaction_costs_the_others_a_second_attempt(writer):
    """SQLite gives the whole transaction up when a statement that writes is interrupted."""

    def interrupted(at):
        driver = at.connection.driver_connection
        driver.set_progress_handler(lambda: 1, 10_000)
        try:
            at.execute(FOR_EVER)
        finally:
            driver.set_progress_handler(None, 0)

    await writer.keep()
    before, late, after = await waiting(
        writer.add("before"), asyncio.ensure_future(writer.database.write(interrupted)), writer.add("after")
    )
    writer.go.set()
    assert await asyncio.gather(writer.first, before, after) == [1, 1, 1]
    with pytest.raises(StoreBroken, match="OperationalError"):
        await late
    assert await writer.names() == ["first", "before", "after"]


async def test_where_the_commit_fails_all_are_told_so_and_nothing_holds(writer):
    await writer.keep()
    tasks = await waiting(*(writer.add(str(number)) for number in range(3)))

    def full(_connection):
        event.remove(writer.database._engine, "commit", full)
        raise sqlite3.OperationalError("database or disk is full")

    event.listen(writer.database._engine, "commit", full)
    writer.go.set()
    found = await asyncio.gather(writer.first, *tasks, return_exceptions=True)
    assert {(type(each), str(each), each.refused) for each in found} == {(StoreBroken, "OperationalError", False)}
    assert await writer.names() == []
    assert await writer.add("after") == 1


async def test_what_has_a_time_limit_of_its_own_shares_with_nobody(writer):
    """It is work in the background, and may take long."""
    await writer.keep()
    tasks = await waiting(writer.add("a"), writer.add("behind", within=20.0), writer.add("b"), writer.add("c"))
    writer.go.set()
    await asyncio.gather(writer.first, *tasks)
    assert writer.commits == ["one"] * 3
    assert await writer.names() == ["first", "a", "behind", "b", "c"]


async def test_who_leaves_before_it_is_begun_writes_nothing_and_holds_up_nobody(writer):
    await writer.keep()
    left, stayed = await waiting(writer.add("left"), writer.add("stayed"))
    left.cancel()
    await asyncio.wait([left])
    writer.go.set()
    assert await asyncio.gather(writer.first, stayed) == [1, 1]
    assert await writer.names() == ["first", "stayed"]


async def test_no_more_join_than_the_first_may_be_kept_waiting_for(writer, monkeypatch):
    monkeypatch.setattr(workers, "SHARED_BY", 4)
    await writer.keep()
    tasks = await waiting(*(writer.add(str(number)) for number in range(8)))
    writer.go.set()
    await asyncio.gather(writer.first, *tasks)
    assert writer.commits == ["one"] * 3
