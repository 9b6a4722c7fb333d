"""What a process knows of the copies: asked for at most once a second, and told at once by whoever writes here."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from store.kit import copies
from store.kit.copies import KNOWN_FOR, Copies
from store.kit.follower import Follower
from store.registry import COPY_TABLES
from tests.store.test_follower import Script, Setting, more, whole


@pytest.fixture
def looks():
    """The statements that ask for the states of all copies."""
    found = []

    def note(_connection, _cursor, statement, *_):
        if "FROM feeds ORDER BY" in " ".join(statement.split()):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def at(database, clock):
    return Setting(database, clock)


async def test_another_process_sees_a_pass_within_a_second_and_looks_no_more_often(at, clock, looks, monkeypatch):
    seconds = [100.0]
    monkeypatch.setattr(copies, "_now", lambda: seconds[0])
    script, here = Script(clock, [whole("a", position="1")], [more("b", position="2")]), Copies(at.database)
    there = await at.following(script)
    key = (script.feed.agency.code, script.feed.name)
    known = []
    for passed in (0.0, KNOWN_FOR - 0.01, 0.01, 0.5):
        seconds[0] += passed
        known.append((await here.recent())[key].documents)
        looks.clear()
        await there.round()
        clock.advance(timedelta(minutes=1))
        looks.clear()
    assert known == [0, 0, 2, 2]
    seconds[0] += KNOWN_FOR
    await asyncio.gather(*(here.recent() for _ in range(50)))
    for _ in range(50):
        await here.recent()
    assert len(looks) == 1


async def test_who_follows_in_this_process_tells_it_at_once_and_nobody_looks(at, clock, looks, monkeypatch):
    monkeypatch.setattr(copies, "KNOWN_FOR", 3600.0)
    go_on = asyncio.Event()
    script = Script(clock, [go_on, whole("a", position="1")], [more("b", position="2")])
    await at.copies.ensure([script.feed])
    follower = Follower(at.database, [script.feed], COPY_TABLES, clock=clock, copies=at.copies, pause=0.01)
    first = await at.copies.wait_ready(script.feed, 0.0)
    assert (first.fetched_at, len(looks)) == (None, 1)
    waiting = [asyncio.create_task(at.copies.wait_ready(script.feed, 60.0)) for _ in range(20)]
    running = asyncio.create_task(follower.run())
    go_on.set()
    async with asyncio.timeout(20):
        done = await asyncio.gather(*waiting)
        assert {(each.documents, each.fetched_at, each.position) for each in done} == {(1, clock.now(), "1")}
        before = at.copies.version([script.feed])
        clock.advance(timedelta(minutes=1))
        while (await at.copies.recent())[script.feed.agency.code, script.feed.name].position != "2":
            await asyncio.sleep(0.01)
    follower.stop()
    await running
    assert at.copies.version([script.feed]) != before
    assert len(looks) == 1


async def test_a_feed_that_is_not_due_costs_no_transaction_that_writes(at, clock, monkeypatch):
    """Each feed is looked at every second, by every process."""
    writes, write = [], at.database.write

    async def counted(*given, **named):
        writes.append(given)
        return await write(*given, **named)

    script = Script(clock, [whole("a", position="1")])
    follower = await at.following(script)
    await follower.round()
    monkeypatch.setattr(at.database, "write", counted)
    for _ in range(10):
        await follower.round()
    assert (writes, script.asked) == ([], [None])


def test_the_version_of_copies_that_are_not_known_is_none(clock):
    script = Script(clock)
    assert Copies(None).version([script.feed]) is None
    assert Copies(None).version([]) == ()
