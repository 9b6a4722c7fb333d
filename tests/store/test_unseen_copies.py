"""A copy of any size is written unseen, in small transactions, and shown at once: whatever ends in the middle."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from connectors.kit.errors import AgencyUnavailable
from connectors.kit.feed import Batch
from store.jdih.regulations import RegulationCopies
from store.jdih.tables import REGULATIONS
from store.kit.copy_table import AT_ONCE
from store.kit.follower import HELD
from tests.store.test_follower import Script, Setting
from tests.store.test_regulations import found, keys, regulation


def whole(names, position=None, about="CONTOH"):
    return Batch(records=tuple(regulation(name, about=about) for name in names), full=True, position=position)


class Shown(Setting):
    """What is there, and what of that is read."""

    def script(self, *passes):
        return Script(self.clock, *passes, atomic=True, code="jdih", name="regulations")

    async def keys(self):
        return "".join(sorted(keys(await found(RegulationCopies(self.database), ""))))

    async def rows(self):
        counting = select(func.count()).select_from(REGULATIONS)
        return await self.database.read(lambda connection: connection.execute(counting).scalar_one())

    async def written(self, rows):
        while await self.rows() < rows:
            await asyncio.sleep(0.01)


@pytest.fixture
def at(database, clock):
    return Shown(database, clock)


async def test_a_new_copy_is_seen_whole_at_its_end_and_others_write_meanwhile(at, clock):
    go_on = asyncio.Event()
    script = at.script([whole("ab", "1")], [whole("bc", "2", about="BARU"), go_on, whole("d", "2", about="BARU")])
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    following = asyncio.create_task(follower.round())
    await at.written(4)
    assert (await at.keys(), (await at.copies.of(script.feed)).position) == ("ab", "1")
    assert keys(await found(RegulationCopies(at.database), "baru")) == ""
    async with asyncio.timeout(5):
        assert not await at.copies.renew(script.feed, "somebody else", clock.now())
    go_on.set()
    await following
    assert (await at.keys(), await at.rows()) == ("bcd", 3)
    assert sorted(keys(await found(RegulationCopies(at.database), "baru"))) == ["b", "c", "d"]
    copy = await at.copies.of(script.feed)
    assert (copy.position, copy.documents, copy.generation, copy.shown, copy.problem) == ("2", 3, 2, 2, None)


async def test_one_who_writes_gets_its_turn_between_two_batches_and_between_two_steps_of_tidying(at, clock):
    names = [f"{number:05d}" for number in range(4 * AT_ONCE)]
    batches = [whole(names[start : start + AT_ONCE], "1") for start in range(0, len(names), AT_ONCE)]
    script = at.script(batches, batches)
    follower = await at.following(script)
    seen = []

    async def others():
        counting = select(func.count()).select_from(REGULATIONS)
        while True:
            seen.append(await at.database.write(lambda connection: connection.execute(counting).scalar_one()))

    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        writing = asyncio.create_task(others())
        await follower.round()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    if at.database.dialect == "sqlite":  # in PostgreSQL they need not wait, and take no turns
        assert {number * AT_ONCE for number in range(1, 9)} <= {*seen}
        assert seen[-1] < 5 * AT_ONCE
    assert len({*seen}) > 2
    assert await at.rows() == 4 * AT_ONCE


async def test_a_follower_that_dies_within_a_copy_leaves_the_old_one_and_the_heir_begins_anew(at, clock):
    script = at.script([whole("ab", "1")], [whole("cd", "2"), asyncio.Event()], [whole("de", "3")])
    dead, heir = await at.following(script), await at.following(script)
    await dead.round()
    clock.advance(timedelta(minutes=1))
    dying = asyncio.create_task(dead.round())
    await at.written(4)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await at.keys(), await at.rows()) == ("ab", 4)
    clock.advance(HELD)
    await heir.round()
    assert script.asked == [None, "1", "1"]
    assert (await at.keys(), await at.rows()) == ("de", 2)


async def test_one_who_has_lost_the_feed_shows_and_throws_away_nothing(at, clock):
    late = asyncio.Event()
    script = at.script([whole("ab")], [whole("x"), late, whole("y")], [whole("cd", "3")])
    slow, heir = await at.following(script), await at.following(script)
    await slow.round()
    clock.advance(timedelta(minutes=1))
    losing = asyncio.create_task(slow.round())
    await at.written(3)
    clock.advance(HELD)
    await heir.round()
    late.set()
    await losing
    assert (await at.keys(), await at.rows()) == ("cd", 2)
    assert (await at.copies.of(script.feed)).position == "3"


async def test_copies_that_fail_do_not_pile_up(at, clock):
    broken = [[whole(f"c{each}", str(each)), AgencyUnavailable("jdih", "gone")] for each in range(4)]
    script = at.script([whole("ab", "1")], *broken, [whole("e", "6")], [])
    follower = await at.following(script)
    for _ in range(5):
        await follower.round()
        clock.advance(timedelta(minutes=1))
    assert (await at.keys(), await at.rows(), script.asked) == ("ab", 4, [None, "1", "1", "1", "1"])
    await follower.round()
    assert (await at.keys(), await at.rows()) == ("e", 1)
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert (await at.keys(), script.asked[-1], (await at.copies.of(script.feed)).fetched_at) == ("e", "6", clock.now())


async def test_a_copy_that_comes_back_too_small_is_not_shown(at, clock):
    script = at.script([whole("abcde", "1")], [whole("ab", "2")])
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    copy = await at.copies.of(script.feed)
    assert (await at.keys(), copy.problem, copy.position, copy.documents) == ("abcde", "AGENCY_CHANGED", "1", 5)


async def test_before_the_first_copy_is_whole_nothing_is_read(at):
    go_on = asyncio.Event()
    script = at.script([whole("ab", "1"), go_on])
    following = asyncio.create_task((await at.following(script)).round())
    await at.written(2)
    copy = await at.copies.of(script.feed)
    assert (await at.keys(), copy.documents, copy.fetched_at) == ("", 2, None)
    go_on.set()
    await following
    assert await at.keys() == "ab"
