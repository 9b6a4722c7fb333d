"""What was asked for through the hub, on both databases: one key stands for one order, and nobody holds too many."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from connectors.booking.records import BookingState
from store.booking.orders import BookingOrders, StoredOrder
from store.booking.tables import ORDERS
from tests.clock import NOON
from tests.venues.city import at, order, slot

UNTIL = NOON + timedelta(minutes=10)


@pytest.fixture
def orders(database):
    return BookingOrders(database)


def known(key="k1", owner="one", wanted=None, agency="gor"):
    return StoredOrder(agency=agency, owner=owner, person=f"record of {owner}", order=order(owner, key, wanted))


def heard(of, state, until=None):
    return msgspec.structs.replace(of, order=msgspec.structs.replace(of.order, state=state, expires_at=until))


async def claim(orders, wanted, most=3):
    return await orders.claim(wanted, NOON, UNTIL, most)


async def test_a_key_is_taken_once(orders):
    first = known()
    assert await claim(orders, first) == first
    assert await claim(orders, known(wanted=slot(15), agency="other")) == first
    assert await orders.under("one", "k1") == first == await orders.find("gor", "one-k1")
    assert await orders.under("two", "k1") is None
    assert await orders.find("other", "one-k1") is None


async def test_many_who_take_it_at_once_find_the_same(orders):
    found = await asyncio.gather(*(claim(orders, known(wanted=slot(8 + n))) for n in range(8)))
    assert len({each.order.slot.key for each in found}) == 1


async def test_nobody_holds_more_than_may_be_however_fast(orders):
    found = await asyncio.gather(*(claim(orders, known(f"k{n}", wanted=slot(8 + n))) for n in range(8)))
    assert len([each for each in found if each]) == 3
    assert await claim(orders, known("other", owner="two")) is not None
    assert await claim(orders, known("elsewhere", agency="other")) is not None


async def test_what_is_confirmed_given_back_or_over_is_held_no_more(orders):
    mine = [known(f"k{n}", wanted=slot(8 + n)) for n in range(3)]
    for each in mine:
        await claim(orders, each)
    assert await claim(orders, known("more")) is None
    await orders.note(heard(mine[0], BookingState.CONFIRMED), NOON)
    assert await claim(orders, known("more")) is not None
    assert await claim(orders, known("yet more")) is None
    assert await orders.claim(known("yet more"), UNTIL, UNTIL, 3) is not None


async def test_what_came_to_nothing_is_forgotten_and_what_was_heard_of_is_not(orders):
    mine = known()
    await claim(orders, mine)
    await orders.forget(mine)
    assert await orders.under("one", "k1") is None
    await claim(orders, mine)
    await orders.note(heard(mine, BookingState.HELD, UNTIL), NOON)
    await orders.forget(mine)
    assert (await orders.under("one", "k1")).order.state is BookingState.HELD


async def test_lists_are_of_one_owner_and_of_one_venue_and_time(orders):
    for each in (known(), known("k2", wanted=slot(15)), known("k3", wanted=slot(14, court=2)), known(owner="two")):
        await claim(orders, each)
    assert [each.order.key for each in await orders.of("one")] == ["k2", "k1", "k3"]
    assert {each.owner for each in await orders.at("gor", "1", at(14), at(15))} == {"one", "two"}
    assert [each.order.key for each in await orders.at("gor", "1", at(15), at(16))] == ["k2"]


async def test_what_is_taken_is_what_is_held_or_booked_since_then(orders):
    held, booked, gone, unknown = (known(f"k{n}", wanted=slot(8 + n)) for n in range(4))
    for each in (held, booked, gone, unknown):
        await claim(orders, each, most=9)
    await orders.note(heard(held, BookingState.HELD, UNTIL), NOON)
    await orders.note(heard(booked, BookingState.CONFIRMED), NOON)
    await orders.note(heard(gone, BookingState.CANCELLED), NOON)
    both = {held.order.slot.key: 1, booked.order.slot.key: 1}
    now, later, other = ("gor", NOON), ("gor", NOON + timedelta(seconds=1)), ("other", NOON)
    assert await orders.taken([now, later, other], NOON) == {now: both, later: {}, other: {}}
    assert await orders.taken([now], UNTIL) == {now: {booked.order.slot.key: 1}}


async def test_an_order_that_was_kept_when_venues_alone_were_booked_is_found(orders, database):
    """Its slot was kept with all that was said of a venue's slot."""
    mine = known()
    await claim(orders, mine)
    kept = msgspec.to_builtins(mine.order, builtin_types=(datetime,))
    kept["slot"] |= {"remaining": 1, "maximum": 1, "without_offers": False}
    assert (kept["slot"]["venue"], "thing" in kept["slot"]) == ("1", False)
    body = msgspec.msgpack.encode(kept)
    await database.write(lambda connection: connection.execute(update(ORDERS).values(body=body)))
    assert await orders.under("one", "k1") == mine
    assert mine.order.slot.thing == "1"
