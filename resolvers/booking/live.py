"""The state of one of the person's own bookings as it changes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

import msgspec

from connectors.booking.records import Refusal
from resolvers.booking.bookers import booker
from resolvers.booking.bookings import order_of_person
from resolvers.booking.refusals import refused
from resolvers.booking.rules import PublishedBooking
from resolvers.booking.sources import as_it_is, live_key
from resolvers.kit.context import Context
from resolvers.kit.live import LiveThing
from resolvers.kit.personal import PersonalValue
from store.booking.orders import BookingOrders

LOOKS_EVERY = timedelta(seconds=30)
"""How often a system is asked for a booking. What the hub itself does with it is told at once."""


async def booking_state(
    _root: None, ctx: Context, *, booking: str
) -> AsyncGenerator[PersonalValue[PublishedBooking], None]:
    """The system is asked in nobody's name: whether the booking is the person's own is decided here, and each time."""
    mine, name = await order_of_person(ctx, booking), booker(ctx).name
    if mine is None:
        raise refused(Refusal.NOT_FOUND)
    system, order = mine

    async def look(nobody: Context) -> PublishedBooking:
        known = await nobody.store.of(BookingOrders).find(order.agency, order.order.reference)
        found = await as_it_is(nobody, system, known) if known else None
        if found is None:
            raise refused(Refusal.NOT_FOUND)
        return found

    thing = LiveThing[Context, PublishedBooking](live_key(order), LOOKS_EVERY, look, _told)
    async with aclosing(ctx.live.of(ctx, thing)) as found:
        async for each in found:
            yield PersonalValue(each, name)


def _told(found: PublishedBooking) -> object:
    return msgspec.structs.replace(found, source=None)
