"""Feeds on their way into the store, on both databases: whole, part by part, interrupted, by one process of several."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from structlog.testing import capture_logs

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyChanged, AgencyThrottled, AgencyUnavailable
from connectors.kit.feed import Batch, Feed, Following
from connectors.venues.records import Slot, Venue
from store.kit.copies import Copies
from store.kit.follower import HELD, Follower
from store.registry import COPY_TABLES
from store.venues.slots import SlotCopies
from store.venues.venues import VenueCopies

AGES = timedelta(days=1_000)


def venue(key, name="Contoh"):
    nothing = dict.fromkeys(
        ("description", "site", "street", "locality", "region", "latitude", "longitude", "phone", "provider")
    )
    return key, Venue(
        key=key, reference=f"https://gor.example/{key}", name=name, sports=(), hours=(), keepers=(), **nothing
    )


def whole(*keys, position=None, deleted=()):
    return Batch(records=tuple(venue(key) for key in keys), deleted=deleted, position=position, full=True)


def more(*keys, position=None, deleted=()):
    return msgspec.structs.replace(whole(*keys, position=position, deleted=deleted), full=False)


DOMAINS = {"regulations": "jdih", "venues": "venues", "slots": "venues"}
"""Whose feed it is."""


class Script:
    """A feed that does what it is told, pass by pass, and remembers from where each pass was asked for."""

    def __init__(
        self, clock, *passes, atomic=False, tombstone_retention=None, merge=None, code="gor", name="venues", **agency
    ):
        self.passes, self.asked, self.hold = list(passes), [], None
        self.feed = Feed(
            agency=Agency(code=code, domain=DOMAINS[name], connector="x", name="x", url="http://x", **agency),
            clock=clock,
            name=name,
            following=Following(
                interval=timedelta(minutes=1),
                stale=timedelta(hours=1),
                atomic=atomic,
                tombstone_retention=tombstone_retention,
            ),
            merge=merge,
            go=self.go,
        )

    async def go(self, position):
        self.asked.append(position)
        for step in self.passes.pop(0):
            if isinstance(step, Exception):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                yield step


class Setting:
    def __init__(self, database, clock):
        self.database, self.clock = database, clock
        self.copies = Copies(database)

    async def following(self, script):
        await self.copies.ensure([script.feed])
        return Follower(self.database, [script.feed], COPY_TABLES, clock=self.clock)

    async def keys(self):
        return sorted(each.key for _, each in await VenueCopies(self.database).venues(["gor"]))


@pytest.fixture
def at(database, clock):
    return Setting(database, clock)


async def test_a_first_copy_is_complete_only_at_its_end(at, clock):
    go_on = asyncio.Event()
    script = Script(clock, [whole("a", position="1"), go_on, more("b", position="2")])
    follower = await at.following(script)
    following = asyncio.create_task(follower.round())
    while (await at.copies.of(script.feed)).documents == 0:
        await asyncio.sleep(0.01)
    half = await at.copies.of(script.feed)
    assert (half.documents, half.fetched_at, half.position) == (1, None, "1")
    go_on.set()
    await following
    copy = await at.copies.of(script.feed)
    assert (copy.documents, copy.fetched_at, copy.position, copy.problem) == (2, clock.now(), "2", None)
    assert await at.keys() == ["a", "b"]


async def test_a_feed_is_asked_again_when_it_is_due_and_from_where_it_stopped(at, clock):
    script = Script(clock, [whole("a", "b", position="2")], [], [more("c", position="3", deleted=("a",))])
    follower = await at.following(script)
    await follower.round()
    await follower.round()
    assert script.asked == [None]
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert (await at.copies.of(script.feed)).fetched_at == clock.now()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert script.asked == [None, "2", "2"]
    assert await at.keys() == ["b", "c"]


async def test_what_a_whole_pass_does_not_name_is_gone(at, clock):
    script = Script(clock, [whole("a", "b", "c")], [whole("b", "c", "d")], atomic=True)
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert await at.keys() == ["b", "c", "d"]
    assert (await at.copies.of(script.feed)).documents == 3


async def test_a_pass_that_is_interrupted_goes_on_where_it_stopped_and_then_sweeps(at, clock):
    script = Script(
        clock,
        [whole("a", "b", "x", position="3")],
        [whole("a", position="1"), AgencyUnavailable("gor", "gone")],
        [more("b", position="2")],
        tombstone_retention=timedelta(days=7),
    )
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(days=8))
    await follower.round()
    copy = await at.copies.of(script.feed)
    assert (copy.problem, copy.position, copy.sweeping) == ("AGENCY_UNAVAILABLE", "1", True)
    assert await at.keys() == ["a", "b", "x"]
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert script.asked == [None, None, "1"]
    assert await at.keys() == ["a", "b"]
    assert (await at.copies.of(script.feed)).problem is None


async def test_a_snapshot_that_breaks_off_changes_nothing(at, clock):
    script = Script(
        clock,
        [whole("a", "b", position="1")],
        [whole("c", position="2"), AgencyChanged("gor", "cut off")],
        atomic=True,
    )
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert await at.keys() == ["a", "b"]
    copy = await at.copies.of(script.feed)
    assert (copy.position, copy.problem, copy.documents) == ("1", "AGENCY_CHANGED", 2)


async def test_a_collection_that_comes_back_less_than_half_as_large_is_a_change(at, clock):
    script = Script(clock, [whole("a", "b", "c", "d", "e")], [whole("a", "b")], [whole("a", "b", "c")], atomic=True)
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert (await at.copies.of(script.feed)).problem == "AGENCY_CHANGED"
    assert await at.keys() == ["a", "b", "c", "d", "e"]
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert await at.keys() == ["a", "b", "c"]


async def test_a_configured_floor_decides_alone(at, clock):
    script = Script(clock, [whole("a", "b", "c")], [whole("a")], atomic=True, at_least={"venues": 1})
    follower = await at.following(script)
    await follower.round()
    clock.advance(timedelta(minutes=1))
    await follower.round()
    assert await at.keys() == ["a"]


async def test_records_under_one_key_are_merged_within_a_pass_and_replaced_by_the_next(at, clock):
    def merge(one, other):
        return msgspec.structs.replace(one, name=f"{one.name}+{other.name}")

    def named(key, *names):
        return Batch(records=tuple(venue(key, name) for name in names), full=True)

    script = Script(clock, [named("a", "1", "2"), named("a", "3")], [named("a", "4")], atomic=True, merge=merge)
    follower = await at.following(script)
    await follower.round()
    ((_, found),) = await VenueCopies(at.database).venues(["gor"])
    assert found.name == "1+2+3"
    clock.advance(timedelta(minutes=1))
    await follower.round()
    ((_, found),) = await VenueCopies(at.database).venues(["gor"])
    assert found.name == "4"


async def test_after_a_failure_it_is_left_alone_for_a_while(at, clock):
    script = Script(clock, [AgencyUnavailable("gor", "x")], [AgencyThrottled("gor", "x", retry_after=50)], [whole("a")])
    follower = await at.following(script)
    for seconds, asked in ((0, 1), (29, 1), (1, 2), (49, 2), (1, 3)):
        clock.advance(timedelta(seconds=seconds))
        await follower.round()
        assert len(script.asked) == asked
    assert (await at.copies.of(script.feed)).problem is None


async def test_of_two_processes_one_follows(at, clock):
    go_on = asyncio.Event()
    script = Script(clock, [go_on, whole("a")])
    one, other = await at.following(script), await at.following(script)
    first = asyncio.create_task(one.round())
    while not script.asked:
        await asyncio.sleep(0.01)
    await other.round()
    go_on.set()
    await first
    await other.round()
    assert script.asked == [None]


async def test_the_feed_of_a_process_that_died_is_taken_over(at, clock):
    script = Script(clock, [whole("a", position="1"), asyncio.Event()], [more("b", position="2")])
    dead, heir = await at.following(script), await at.following(script)
    dying = asyncio.create_task(dead.round())
    while (await at.copies.of(script.feed)).documents == 0:
        await asyncio.sleep(0.01)
    clock.advance(HELD)
    await heir.round()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert script.asked == [None, "1"]
    assert await at.keys() == ["a", "b"]
    assert (await at.copies.of(script.feed)).fetched_at == clock.now()


async def test_one_who_has_lost_the_feed_writes_nothing_more(at, clock):
    late = asyncio.Event()
    script = Script(clock, [whole("a", position="1"), late, more("late", position="9")], [more("b", position="2")])
    slow, heir = await at.following(script), await at.following(script)
    losing = asyncio.create_task(slow.round())
    while (await at.copies.of(script.feed)).documents == 0:
        await asyncio.sleep(0.01)
    clock.advance(HELD)
    await heir.round()
    late.set()
    with capture_logs() as lines:
        await losing
    assert [line["event"] for line in lines] == ["feed.lost"]
    assert await at.keys() == ["a", "b"]
    assert (await at.copies.of(script.feed)).position == "2"


async def test_a_long_pass_says_how_far_it_is(at, clock):
    batches = [whole(*(f"{part}-{number}" for number in range(500))) for part in range(24)]
    script = Script(clock, batches, atomic=True)
    with capture_logs() as lines:
        await (await at.following(script)).round()
    told = [(line["event"], line["documents"]) for line in lines]
    assert told == [("feed.progress", 5_000), ("feed.progress", 10_000), ("feed.copied", 12_000)]


async def test_slots_that_are_long_past_are_not_kept_though_nobody_says_that_they_are_gone(at, clock):
    def slot(key, days):
        starts_at = clock.now() + timedelta(days=days)
        return key, Slot(
            key=key, venue="v", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
            price=None, remaining=1, maximum=1,
        )  # fmt: skip

    def slots(*records):
        return [Batch(records=records, position=records[0][0])]

    script = Script(clock, slots(slot("old", -61), slot("new", 1)), slots(slot("newer", 2)), name="slots")
    follower = await at.following(script)
    await follower.round()
    assert (await at.copies.of(script.feed)).documents == 2
    clock.advance(timedelta(days=2))
    await follower.round()
    found = await SlotCopies(at.database).touching("gor", [("v",)], clock.now() - AGES, clock.now() + AGES)
    assert [each.key for each in found["v",]] == ["new", "newer"]
    assert (await at.copies.of(script.feed)).documents == 2


async def test_an_empty_collection_is_a_copy_too(at, clock):
    script = Script(clock, [Batch(full=True)])
    await (await at.following(script)).round()
    copy = await at.copies.of(script.feed)
    assert (copy.documents, copy.fetched_at) == (0, clock.now())


async def test_a_follower_that_is_stopped_while_an_agency_hangs_goes_on_later_from_there(at, clock):
    script = Script(clock, [whole("a", position="1"), asyncio.Event()], [more("b", position="2")])
    follower = await at.following(script)
    running = asyncio.create_task(follower.run())
    while (await at.copies.of(script.feed)).documents == 0:
        await asyncio.sleep(0.01)
    follower.stop()
    await running
    assert await at.keys() == ["a"]
    await (await at.following(script)).round()
    assert script.asked == [None, "1"]
    assert await at.keys() == ["a", "b"]


async def test_a_follower_that_is_stopped_within_a_snapshot_leaves_nothing_of_it(at, clock):
    reached = asyncio.Event()
    script = Script(clock, [whole("a"), reached, asyncio.Event()], [whole("b")], atomic=True)
    reached.set()
    follower = await at.following(script)
    running = asyncio.create_task(follower.run())
    while not script.asked:
        await asyncio.sleep(0.01)
    follower.stop()
    await running
    assert await at.keys() == []
    assert (await at.copies.of(script.feed)).problem is None
    await (await at.following(script)).round()
    assert await at.keys() == ["b"]


def _fails(*_):
    raise KeyError("somebody's name")


@pytest.mark.parametrize(
    ("event", "error", "sent", "merge"),
    [
        ("agency.unreadable", "something is missing", [KeyError("somebody's name")], None),
        ("feed.broken", "KeyError", [whole("a", "a")], _fails),
    ],
)
async def test_a_connector_that_is_broken_costs_its_own_feed_only(at, clock, event, error, sent, merge):
    broken = Script(clock, sent, merge=merge)
    other = Script(clock, [whole("a")], code="other")
    await at.copies.ensure([broken.feed, other.feed])
    follower = Follower(at.database, [broken.feed, other.feed], COPY_TABLES, clock=clock)
    with capture_logs() as lines:
        await follower.round()
    assert (await at.copies.of(broken.feed)).problem == "AGENCY_CHANGED"
    assert (await at.copies.of(other.feed)).documents == 1
    (line,) = (line for line in lines if line["event"] == event)
    assert (line["error"], "somebody" in str(line)) == (error, False)


async def test_an_agency_that_hangs_keeps_nobody_elses_feed_waiting(at, clock):
    hanging = Script(clock, [asyncio.Event()])
    other = Script(clock, [whole("a")], [whole("b")], code="other")
    await at.copies.ensure([hanging.feed, other.feed])
    follower = Follower(at.database, [hanging.feed, other.feed], COPY_TABLES, clock=clock, pause=0.01)
    running = asyncio.create_task(follower.run())
    while len(other.asked) < 2:
        clock.advance(timedelta(minutes=1))
        await asyncio.sleep(0.01)
    follower.stop()
    await running
    assert hanging.asked == [None]
