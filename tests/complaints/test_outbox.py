"""The outbox, on both databases: one wish is one complaint, nobody sends too many, and a letter is kept sealed."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from auth.cover import Cover
from store.complaints.outbox import Delivery, Outbox, StoredComplaint, opened, sealed
from store.complaints.tables import COMPLAINTS
from tests.clock import NOON
from tests.complaints.letters import PERSONAL, letter

COVER = Cover(b"a secret of tests")
SINCE = NOON - timedelta(days=1)


@pytest.fixture
def outbox(database):
    return Outbox(database)


def kept(key="k-1", **values):
    whole = {
        "key": key, "agency": "laksa", "topic": "001", "owner": "one", "person": "record of one", "wish": f"wish of {key}",
        "request": "r", "mark": f"mark of {key}", "anonymous": False, "secret": False, "made_at": NOON, "due_at": NOON,
    }  # fmt: skip
    return StoredComplaint(**{**whole, **values})


async def put(outbox, wanted, most=10):
    return await outbox.add(wanted, sealed(COVER, letter(key=wanted.key)), SINCE, most)


async def everything(database):
    return await database.read(lambda connection: repr(connection.execute(select(COMPLAINTS)).all()))


async def test_one_wish_is_one_complaint_however_many_ask_at_once(outbox):
    found = await asyncio.gather(*(put(outbox, kept(f"k-{n}", wish="w")) for n in range(8)))
    assert len({each.key for each in found}) == 1
    assert await outbox.under("one", "w") == found[0] == await outbox.one(found[0].key)
    assert await outbox.under("two", "w") is None
    assert await outbox.of("one") == [found[0]]


async def test_nobody_sends_more_in_a_day_than_may_be_however_fast(outbox):
    found = await asyncio.gather(*(put(outbox, kept(f"k-{n}"), most=3) for n in range(8)))
    assert len([each for each in found if each]) == 3
    assert await put(outbox, kept("other", owner="two"), most=3)
    assert await put(outbox, kept("elsewhere", agency="lapor"), most=3)
    assert await outbox.waiting("laksa") == 4
    later = await outbox.add(kept("later"), "x", NOON, 3)
    assert later == kept("later")


async def test_what_it_says_stands_nowhere_in_the_clear_and_only_its_own_key_opens_it(outbox, database):
    await put(outbox, kept())
    told = await everything(database)
    assert [each for each in (*PERSONAL, "Lampu", "Jl. Contoh", "106.64") if each in told] == []
    assert await outbox.letter("k-1", COVER) == letter(key="k-1")
    text = sealed(COVER, letter(key="k-1"))
    assert (opened(COVER, "k-2", text), opened(Cover(b"another"), "k-1", text), opened(COVER, "k-1", None)) == (
        None, None, None,
    )  # fmt: skip


async def test_of_many_who_take_it_one_has_it_until_its_time_is_over(outbox):
    await put(outbox, kept())
    until = NOON + timedelta(minutes=1)
    taken = await asyncio.gather(*(outbox.acquire("k-1", f"holder {n}", NOON, until) for n in range(6)))
    assert len([each for each in taken if each]) == 1
    assert await outbox.due(["laksa"], NOON) == []
    assert await outbox.due(["laksa"], until) == [("laksa", "k-1")]
    again, text = await outbox.acquire("k-1", "somebody else", until, until + timedelta(minutes=1))
    assert (again.attempts, again.doubtful, again.first_tried_at) == (1, False, None)
    assert await outbox.begin("k-1", "somebody else", until + timedelta(minutes=1)) is False
    assert await outbox.begin("k-1", "nobody", until) is False
    assert (await outbox.one("k-1")).doubtful is False
    assert await outbox.begin("k-1", "somebody else", until) is True
    begun = await outbox.one("k-1")
    assert (begun.doubtful, begun.first_tried_at, begun.tried_at) == (True, until, until)
    assert opened(COVER, "k-1", text) == letter(key="k-1")
    holder = next(f"holder {n}" for n, each in enumerate(taken) if each)
    assert await outbox.release("k-1", holder, state=Delivery.DELIVERED, number="00041") is False
    assert await outbox.release(
        "k-1", "somebody else", state=Delivery.DELIVERED, number="00041", letter=None, due_at=None
    )
    done = await outbox.one("k-1")
    assert (done.state, done.number, done.attempts) == (Delivery.DELIVERED, "00041", 2)
    assert await outbox.letter("k-1", COVER) is None
    assert await outbox.numbered("laksa", "00041") == done


async def test_what_waits_for_a_desk_waits_until_it_can_be_asked_again(outbox):
    for number, agency in (("1", "laksa"), ("2", "laksa"), ("3", "lapor")):
        await put(outbox, kept(f"k-{number}", agency=agency, made_at=NOON + timedelta(seconds=int(number))))
    assert await outbox.due(["laksa", "lapor"], NOON) == [("laksa", "k-1"), ("laksa", "k-2"), ("lapor", "k-3")]
    await outbox.postpone("laksa", NOON + timedelta(minutes=5))
    assert await outbox.due(["laksa", "lapor"], NOON) == [("lapor", "k-3")]
    assert await outbox.due(["laksa"], NOON + timedelta(minutes=5)) == [("laksa", "k-1"), ("laksa", "k-2")]


async def test_secret_ones_are_known_by_their_numbers_and_by_what_they_say(outbox):
    for key, secret in (("k-1", True), ("k-2", True), ("k-3", False)):
        await put(outbox, kept(key, secret=secret))
        taken = await outbox.acquire(key, "h", NOON, NOON + timedelta(minutes=1))
        assert taken
    await outbox.release("k-1", "h", number="00041")
    await outbox.release("k-3", "h", number="00043")
    found = await outbox.secrets("laksa")
    assert (found.numbers, found.marks) == ({"00041"}, {"mark of k-1", "mark of k-2"})
    assert msgspec.structs.asdict(await outbox.secrets("lapor")) == {"numbers": frozenset(), "marks": frozenset()}
