"""What waits is delivered, once: over real sockets, whatever happens between the desk and the hub."""

import asyncio
import contextlib
import random
from datetime import timedelta

import pytest

from auth.cover import Cover
from connectors.complaints.open311_rows import CarrierAttributes
from connectors.complaints.records import Numbering
from sandbox.complaints.desk import BEFORE, desk_of
from sandbox.complaints.lapor import reports_of
from store.complaints.deliverer import Deliverer
from store.complaints.outbox import Delivery, Outbox, sealed
from tests.clock import NOON
from tests.complaints.letters import letter
from tests.complaints.test_outbox import SINCE, everything, kept

COVER = Cover(b"a secret of tests")
MINUTE = timedelta(minutes=1)
NUMBERINGS = {"017": Numbering.LATER, "040": Numbering.NEVER}


class Post:
    """An outbox, and those who empty it."""

    def __init__(self, database, clock, sandbox):
        self.outbox, self.clock, self.control = Outbox(database), clock, sandbox.control
        self.desk = desk_of(self.control, clock.now())

    def deliverer(self, *desks):
        return Deliverer(self.outbox, desks, cover=COVER, clock=self.clock, pause=0.01)

    async def put(self, key="k-1", agency="laksa", topic="002", **values):
        said = letter(key=key, topic=topic, **{"numbering": NUMBERINGS.get(topic, Numbering.AT_ONCE), **values})
        made_at, flags = self.clock.now(), {"secret": said.secret, "anonymous": said.anonymous}
        wanted = kept(key, agency=agency, topic=topic, made_at=made_at, due_at=made_at, **flags)
        await self.outbox.add(wanted, sealed(COVER, said), SINCE, 1000)

    async def state(self, key="k-1"):
        found = await self.outbox.one(key)
        due = None if found.due_at is None else (found.due_at - self.clock.now()) / MINUTE
        return (found.state.value, found.number, found.attempts, found.problem, due)

    @property
    def arrived(self):
        """The keys of what the desk was given by POST."""
        return [form["attribute[simpul]"][0] for form in self.desk.sent]


BOTH = pytest.mark.parametrize("new_database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def new_database_url(request, tmp_path):
    """SQLite's, where a test does not ask for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    return request.getfixturevalue("new_postgres_url")


@pytest.fixture
def post(database, clock, sandbox):
    return Post(database, clock, sandbox)


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_complaint_is_delivered_and_its_text_is_gone(post, desks, database, form):
    await post.put(secret=True)
    assert await post.state() == ("WAITING", None, 0, None, 0)
    await post.deliverer(desks["laksa"](format=form)).round()
    assert await post.state() == ("DELIVERED", f"{BEFORE + 1:05}", 1, None, None)
    assert (post.control.calls("laksa"), post.arrived) == ({"new request": 1}, ["k-1"])
    assert await post.outbox.letter("k-1", COVER) is None
    assert "Lampu" not in await everything(database)
    await post.deliverer(desks["laksa"]()).round()
    assert post.control.hits("laksa") == 1


@BOTH
@pytest.mark.parametrize("number", [2, 5])
async def test_however_many_deliver_at_once_each_arrives_once(post, desks, number):
    for each in range(6):
        await post.put(f"k-{each}")
    await asyncio.gather(*(post.deliverer(desks["laksa"]()).round() for _ in range(number)))
    assert sorted(post.arrived) == [f"k-{each}" for each in range(6)]
    assert post.control.calls("laksa") == {"new request": 6}


async def test_what_certainly_was_not_sent_is_sent_again_later_without_a_question(post, desks):
    desk = desks["laksa"]()
    deliverer = post.deliverer(desk)
    await post.put()
    post.control.set("laksa", "throttling", seconds=0)
    for attempts, minutes in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60)):
        await deliverer.round()
        assert await post.state() == ("WAITING", None, attempts, "AGENCY_THROTTLED", minutes)
        await deliverer.round()
        post.clock.advance(timedelta(minutes=minutes))
    post.control.set("laksa", "ok")
    await deliverer.round()
    assert (await post.state())[:3] == ("DELIVERED", "00041", 9)
    assert (post.control.calls("laksa"), post.arrived) == ({"new request": 9}, ["k-1"])


async def test_a_desk_that_is_not_there_keeps_all_that_waits_for_it_waiting(post, desks, sandbox):
    desk = desks["laksa"]()
    for each in range(3):
        await post.put(f"k-{each}")
        post.clock.advance(timedelta(seconds=1))
    post.control.set("laksa", "down")
    deliverer = post.deliverer(desk)
    await deliverer.round()
    assert [(await post.state(f"k-{each}"))[2:] for each in range(3)] == [
        (1, "AGENCY_UNAVAILABLE", 1), (0, None, 1), (0, None, 1),
    ]  # fmt: skip
    post.control.set("laksa", "ok")
    post.clock.advance(MINUTE)
    await deliverer.round()
    assert post.arrived == ["k-0", "k-1", "k-2"]
    assert post.control.calls("laksa") == {"new request": 4, "requests": 1}


@contextlib.asynccontextmanager
async def answer_lost(post):
    """The desk takes what it is given, and nobody hears of it."""
    post.control.hold("laksa", after=True)
    yield
    post.control.release("laksa")


@pytest.mark.parametrize("attributes", ["with a key", "without"])
@pytest.mark.parametrize("topic", ["002", "017"])
async def test_after_a_lost_answer_it_is_looked_for_and_not_sent_again(post, desks, attributes, topic):
    carried = CarrierAttributes(key="simpul") if attributes == "with a key" else CarrierAttributes()
    deliverer = post.deliverer(desks["laksa"](attributes=carried, timeout=0.3))
    await post.put(topic=topic, answers=())
    async with answer_lost(post):
        await deliverer.round()
    assert await post.state() == ("WAITING", None, 1, "AGENCY_UNAVAILABLE", 1)
    assert len(post.desk.sent) == 1
    post.clock.advance(timedelta(minutes=6))
    await deliverer.round()
    assert (await post.state())[:2] == ("DELIVERED", "00041")
    assert post.control.calls("laksa") == {"new request": 1, "requests": 1}


async def test_what_was_lost_on_its_way_is_looked_for_and_then_sent_again(post, desks):
    deliverer = post.deliverer(desks["laksa"]())
    await post.put()
    post.control.set("laksa", "down", times=1)
    await deliverer.round()
    assert (await post.state())[:4] == ("WAITING", None, 1, "AGENCY_UNAVAILABLE")
    post.clock.advance(MINUTE)
    post.control.set("laksa", "html", times=1)
    await deliverer.round()
    assert await post.state() == ("WAITING", None, 2, "AGENCY_CHANGED", 2)
    post.clock.advance(2 * MINUTE)
    await deliverer.round()
    assert (await post.state())[:3] == ("DELIVERED", "00041", 3)
    assert (post.arrived, post.control.calls("laksa")) == (["k-1"], {"new request": 2, "requests": 2})


async def test_of_two_complaints_that_say_the_same_each_is_taken_for_itself(post, desks):
    deliverer = post.deliverer(desks["laksa"](attributes=CarrierAttributes(), timeout=0.3))
    await post.put("k-1", answers=())
    await deliverer.round()
    await post.put("k-2", answers=())
    async with answer_lost(post):
        await deliverer.round()
    post.clock.advance(MINUTE)
    await deliverer.round()
    assert [(await post.state(key))[:2] for key in ("k-1", "k-2")] == [("DELIVERED", "00041"), ("DELIVERED", "00042")]
    assert len(post.desk.sent) == 2


@BOTH
async def test_a_process_that_dies_in_the_middle_leaves_it_to_the_next_which_looks_first(post, desks):
    await post.put()
    dying = asyncio.create_task(post.deliverer(desks["laksa"]()).round())
    post.control.hold("laksa", after=True)
    while not post.desk.sent:
        await asyncio.sleep(0.005)
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    post.control.release("laksa")
    other = post.deliverer(desks["laksa"]())
    await other.round()
    assert (await post.state())[:3] == ("WAITING", None, 1)
    post.clock.advance(2 * MINUTE)
    await other.round()
    assert (await post.state())[:3] == ("DELIVERED", "00041", 2)
    assert post.control.calls("laksa") == {"new request": 1, "requests": 1}


async def test_a_desk_that_cannot_be_asked_is_not_sent_it_again(post, desks):
    deliverer = post.deliverer(desks["lapor"](timeout=0.3))
    await post.put(agency="lapor", topic="umum")
    await post.put("k-2", agency="lapor", topic="umum")
    post.control.hold("lapor", after=True)
    await deliverer.round()
    post.control.release("lapor")
    assert (await post.state())[:4] == ("IN_DOUBT", None, 1, "AGENCY_UNAVAILABLE")
    post.clock.advance(MINUTE)
    await deliverer.round()
    assert [(await post.state(key))[:2] for key in ("k-1", "k-2")] == [("IN_DOUBT", None), ("DELIVERED", "0009002")]
    assert (len(reports_of(post.control)), post.control.hits("lapor")) == (2, 2)
    assert await post.outbox.letter("k-1", COVER) == letter(topic="umum", key="k-1")
    post.clock.advance(timedelta(days=30))
    await deliverer.round()
    assert (await post.outbox.letter("k-1", COVER), (await post.state())[4]) == (None, None)
    assert post.control.hits("lapor") == 2


async def test_a_process_that_dies_while_it_speaks_to_such_a_desk_leaves_it_in_doubt(post, desks):
    await post.put(agency="lapor", topic="umum")
    dying = asyncio.create_task(post.deliverer(desks["lapor"]()).round())
    post.control.hold("lapor", after=True)
    while not reports_of(post.control):
        await asyncio.sleep(0.005)
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    post.control.release("lapor")
    post.clock.advance(2 * MINUTE)
    await post.deliverer(desks["lapor"]()).round()
    assert ((await post.state())[:2], len(reports_of(post.control))) == (("IN_DOUBT", None), 1)


async def test_a_topic_that_is_numbered_later_is_waited_for_before_it_is_sent_again(post, desks):
    deliverer = post.deliverer(desks["laksa"](timeout=0.3))
    await post.put("k-1", topic="017", answers=())
    async with answer_lost(post):
        await deliverer.round()
    for minutes, state in ((1, "WAITING"), (2, "WAITING"), (4, "DELIVERED")):
        post.clock.advance(timedelta(minutes=minutes))
        await deliverer.round()
        assert (await post.state())[0] == state
    await post.put("k-2", topic="017", answers=())
    post.control.set("laksa", "down", times=1)
    await deliverer.round()
    for hours in range(24):
        post.clock.advance(timedelta(hours=1))
        await deliverer.round()
        assert (await post.state("k-2"))[0] == ("WAITING" if hours < 23 else "DELIVERED")
    assert post.arrived == ["k-1", "k-2"]


@pytest.mark.parametrize("mode", ["throttling", "rejecting"])
async def test_but_again_where_it_certainly_was_not_taken(post, desks, mode):
    deliverer = post.deliverer(desks["lapor"]())
    await post.put(agency="lapor", topic="umum")
    post.control.set("lapor", mode, seconds=0)
    await deliverer.round()
    assert (await post.state())[:3] == ("WAITING", None, 1)
    post.control.set("lapor", "ok")
    post.clock.advance(timedelta(hours=1))
    await deliverer.round()
    assert ((await post.state())[:3], len(reports_of(post.control))) == (("DELIVERED", "0009001", 2), 1)


async def test_both_flags_reach_both_desks_and_an_anonymous_one_brings_nobody(post, desks):
    deliverer = post.deliverer(desks["laksa"](), desks["lapor"]())
    flags = [(anonymous, secret) for anonymous in (True, False) for secret in (True, False)]
    for anonymous, secret in flags:
        who = {"contact": None} if anonymous else {}
        for agency, topic in (("laksa", "002"), ("lapor", "umum")):
            await post.put(
                f"{agency}-{anonymous}-{secret}", agency=agency, topic=topic, anonymous=anonymous, secret=secret, **who
            )
    await deliverer.round()
    assert len(post.desk.sent) == len(reports_of(post.control)) == 4
    for form in post.desk.sent:
        _, anonymous, secret = form["attribute[simpul]"][0].split("-")
        assert form["attribute[anonim]"] + form["attribute[rahasia]"] == [
            str(int(anonymous == "True")), str(int(secret == "True")),
        ]  # fmt: skip
        assert ("first_name" in form, "phone" in form) == ((anonymous == "False",) * 2)
    assert sorted((each.anonymous, each.secret) for each in reports_of(post.control)) == sorted(flags)
    assert {each.first_name for each in reports_of(post.control) if each.anonymous} == {"_"}


async def test_a_topic_that_is_gone_is_refused_at_once_and_what_is_not_taken_after_three_times(post, desks):
    deliverer = post.deliverer(desks["laksa"]())
    post.control.set("laksa", "throttling", seconds=0)
    await post.put("k-2", topic="001", answers=())
    for _ in range(4):
        await deliverer.round()
        post.clock.advance(timedelta(hours=1))
    post.control.reset()
    await post.put("k-1", topic="999")
    await deliverer.round()
    assert [await post.state(key) for key in ("k-1", "k-2")] == [
        ("REFUSED", None, 1, "NO_SUCH_TOPIC", 30 * 24 * 60), ("WAITING", None, 5, "NOT_TAKEN", 16),
    ]  # fmt: skip
    for _ in range(2):
        post.clock.advance(timedelta(hours=1))
        await deliverer.round()
    assert (await post.state("k-2"))[:4] == ("REFUSED", None, 7, "NOT_TAKEN")
    assert (post.desk.sent, post.control.calls("laksa")) == ([], {"new request": 4})


async def test_a_token_is_asked_for_its_number_until_there_is_one(post, desks):
    deliverer = post.deliverer(desks["laksa"]())
    await post.put(topic="017", answers=())
    await deliverer.round()
    assert await post.state() == ("DELIVERED", None, 1, None, 1)
    for minutes, number, due in ((1, None, 10), (10, "00041", None)):
        post.clock.advance(timedelta(minutes=minutes))
        await deliverer.round()
        assert await post.state() == ("DELIVERED", number, 1, None, due)
    assert post.control.calls("laksa") == {"new request": 1, "token": 2}


async def test_a_topic_without_numbers_is_delivered_without_one_and_never_sent_twice(post, desks):
    deliverer = post.deliverer(desks["laksa"](timeout=0.3))
    await post.put("k-1", topic="040", answers=())
    await deliverer.round()
    assert await post.state("k-1") == ("DELIVERED", None, 1, None, None)
    await post.put("k-2", topic="040", answers=())
    async with answer_lost(post):
        await deliverer.round()
    assert (await post.state("k-2"))[:2] == ("IN_DOUBT", None)
    assert len(post.desk.sent) == 2


async def test_under_another_secret_nothing_is_sent(post, desks):
    await post.put()
    other = Deliverer(post.outbox, [desks["laksa"]()], cover=Cover(b"another"), clock=post.clock)
    await other.round()
    assert (await post.state())[:4] == ("REFUSED", None, 1, "LETTER_UNREADABLE")
    assert post.control.hits("laksa") == 0


async def test_a_desk_that_is_not_configured_any_more_is_not_asked(post, desks):
    await post.put(agency="gone")
    await post.deliverer(desks["laksa"]()).round()
    assert await post.state() == ("WAITING", None, 0, None, 0)


async def test_it_works_until_it_is_stopped_and_begins_at_once_when_something_is_put(post, desks):
    deliverer = Deliverer(post.outbox, [desks["laksa"]()], cover=COVER, clock=post.clock, pause=3600)
    working = asyncio.create_task(deliverer.run())
    await asyncio.sleep(0)
    await post.put()
    async with asyncio.timeout(20):
        while (await post.state())[0] != Delivery.DELIVERED.value:
            await asyncio.sleep(0.01)
        deliverer.stop()
        await working
    assert post.control.hits("laksa") == 1
    assert post.clock.now() == NOON


TROUBLES = ("ok", "ok", "down", "html", "truncated", "throttling", "rejecting", "changed", "answer lost")


async def through_troubles(post, desks, seed, rounds):
    """Complaints at both desks, while anything may happen to any call; each round two processes deliver at once."""
    chance, put = random.Random(seed), 0
    workers = [post.deliverer(desks["laksa"](timeout=0.15), desks["lapor"](timeout=0.15)) for _ in range(2)]
    for number in range(rounds):
        if number < rounds // 2:
            for agency, topic in (("laksa", chance.choice(("002", "017", "031"))), ("lapor", "umum")):
                await post.put(f"{agency}-{put}", agency=agency, topic=topic, text=f"Pengaduan {put}", answers=())
            put += 1
        for agency in ("laksa", "lapor"):
            trouble = chance.choice(TROUBLES) if number < rounds - 12 else "ok"
            if trouble == "answer lost":
                post.control.hold(agency, after=True)
            else:
                post.control.set(agency, trouble, seconds=0, times=chance.choice((1, 2)))
        await asyncio.gather(*(worker.round() for worker in workers))
        for agency in ("laksa", "lapor"):
            post.control.release(agency)
        post.clock.advance(timedelta(minutes=chance.choice((1, 5, 61))) if number < rounds - 12 else timedelta(hours=6))
    return put


async def arrived_once(post, put):
    states = [(await post.state(f"{agency}-{number}"))[0] for agency in ("laksa", "lapor") for number in range(put)]
    assert set(states[:put]) == {"DELIVERED"}
    assert set(states[put:]) <= {"DELIVERED", "IN_DOUBT"}
    assert sorted(post.arrived) == sorted(f"laksa-{number}" for number in range(put))
    texts = [each.text.splitlines()[0] for each in reports_of(post.control)]
    assert len(set(texts)) == len(texts)
    delivered = {number for number in range(put) if states[put + number] == "DELIVERED"}
    assert {f"Pengaduan {number}" for number in delivered} <= set(texts)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_on_the_way_each_arrives_once_and_none_at_lapor_twice(post, desks, seed):
    await arrived_once(post, await through_troubles(post, desks, seed, rounds=24))


@pytest.mark.soak
@BOTH
@pytest.mark.parametrize("seed", range(100, 110))
async def test_whatever_happens_for_long_each_arrives_once(post, desks, seed):
    await arrived_once(post, await through_troubles(post, desks, seed, rounds=80))
