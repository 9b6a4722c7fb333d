"""What is ordered while an agency fails: the order is done once or not at all, and whoever asks again is told what became of it."""

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from connectors.booking.records import Booking, BookingOrder, BookingState
from connectors.kit.agency import Agency, Limits
from connectors.kit.errors import AgencyError
from connectors.venues.open_booking import OpenBooking
from resolvers.venues.rules import booked_slot
from sandbox.venues.open_booking import orders_of
from sandbox.venues.openactive import feeds_of
from tests.breakers import never_opens
from tests.faults.catalogue import CONTENTS, FAULTS
from tests.faults.proxy import proxied
from tests.prices.test_sp2kp import TODAY
from tests.venues.test_open_booking import FREE, OPTIONS, known, left, slot

SHORT = 0.2
"""Seconds that the agency has where it takes all of them."""


def connector_at(url, clock, seconds):
    agency = Agency(
        code="gor-contoh", domain="venues", connector="open_booking", name="GOR", url=f"{url}/gor-contoh/openactive",
        limits=Limits(timeout=seconds, concurrency=16, retry_wait=0.001),
    )  # fmt: skip
    made = OpenBooking(
        agency, msgspec.convert(OPTIONS, OpenBooking.options_type), OpenBooking.credentials_type(),
        clock=clock, zone=ZoneInfo("Asia/Jakarta"),
    )  # fmt: skip
    never_opens(made)
    return made


async def ordered(command, door, fault, clock):
    """The order under the fault, which fails with a coded error or is done, and then again; what is said at last."""
    fault.begin(door)
    try:
        early = (await command().execute()).records
    except AgencyError as error:
        early = error
    await door.heal()
    clock.advance(timedelta(seconds=2))  # an agency that asked to wait has asked for a second
    found = (await command().execute()).records
    assert isinstance(found, Booking), found
    if not isinstance(early, AgencyError):
        assert early == found
    elif fault.code:
        assert early.code in {
            fault.code,
            "AGENCY_CHANGED",
        }  # a status without an error of the protocol is not what it promises
    return found


async def booked_once(system, sandbox, clock, door, faults, number):
    """Held, confirmed and given back, each first under a fault of its own."""
    first, second, third = faults
    order = BookingOrder(reference=f"uuid-{number}", owner="one", key="k", request="r", slot=booked_slot(slot(FREE)))
    before = len(orders_of(sandbox.control).orders)
    found = await ordered(lambda: system.hold(order), door, first, clock)
    assert (found.state, found.price, left(sandbox)) == (BookingState.HELD, 75_000, 0)
    mine = known(order, found)
    found = await ordered(lambda: system.confirm(mine), door, second, clock)
    assert (found.state, left(sandbox)) == (BookingState.CONFIRMED, 0)
    assert len(orders_of(sandbox.control).orders) == before + 1
    mine = known(order, found)
    found = await ordered(lambda: system.cancel(mine), door, third, clock)
    assert (found.state, left(sandbox)) == (BookingState.CANCELLED, 1)


async def all_of(faults, sandbox, clock, seconds):
    feeds_of(sandbox.control).change("Slot", FREE, TODAY, remainingUses=1)
    async with proxied(["gor-contoh", "lapor"], sandbox.url) as proxy:
        door = proxy["gor-contoh"]
        door.elsewhere = f"{proxy.url('lapor')}/lapor/"
        system = connector_at(proxy.url("gor-contoh"), clock, seconds)
        try:
            for number, three in enumerate(faults):
                try:
                    await booked_once(system, sandbox, clock, door, three, number)
                except Exception as error:
                    error.add_note(f"the {number}. time: {[each.name for each in three]}")
                    raise
            assert proxy["lapor"].calls == 0
        finally:
            await system.aclose()


LOUD = [each for each in FAULTS + CONTENTS if not each.silent]


async def test_a_booking_is_made_once_whatever_breaks(sandbox, clock):
    """Each fault once, at one of the three commands."""
    await all_of(itertools.zip_longest(*[iter(LOUD)] * 3, fillvalue=LOUD[0]), sandbox, clock, 30)


@pytest.mark.soak
async def test_a_booking_is_made_once_whatever_breaks_at_each_command(sandbox, clock):
    await all_of([[each] * 3 for each in LOUD], sandbox, clock, 30)


@pytest.mark.soak
async def test_a_booking_is_made_once_whatever_is_silent_at_each_command(sandbox, clock):
    await all_of([[each] * 3 for each in FAULTS if each.silent], sandbox, clock, SHORT)
