"""The systems that take bookings: what is asked of them, and what the hub remembers of what they say."""

from typing import Any, TypeVar

import msgspec

from connectors.booking.records import Booking, BookingSystem, Refusal
from connectors.kit.command import Command
from connectors.kit.errors import AgencyError, AgencyUnavailable
from connectors.kit.reading import Reading
from resolvers.booking.bookables import bookables_of
from resolvers.booking.bookers import booker, wanted
from resolvers.booking.policies import BOOKINGS
from resolvers.booking.refusals import refused, slot_in_the_past, slot_not_found, too_many_holds, unknown_outcome
from resolvers.booking.rules import PublishedBooking, has_begun, offers, published
from resolvers.kit.context import Context
from store.booking.orders import BookingOrders, StoredOrder

T = TypeVar("T")

AnyBookingSystem = BookingSystem[Any, Any]


def systems(ctx: Context) -> tuple[AnyBookingSystem, ...]:
    """All of them, of whatever domain."""
    return ctx.agencies.of(BookingSystem)


def system_of(ctx: Context, agency: str) -> AnyBookingSystem | None:
    """The one of this code."""
    return ctx.agencies.with_code(BookingSystem, agency)


async def claimed(ctx: Context, system: AnyBookingSystem | None, slot: str, key: str) -> StoredOrder:
    """The order that this key stands for from now on; what can be refused without asking the system is refused first.

    Raises `UserError`: NOT_FOUND, SLOT_IN_THE_PAST or TOO_MANY_HOLDS.
    """
    if system is None:
        raise slot_not_found()
    agency, now = system.agency.code, ctx.clock.now()
    found = await bookables_of(ctx, agency).find(ctx, agency, slot)
    if found is None:
        raise slot_not_found()
    if has_begun(found, now):
        raise slot_in_the_past()
    await ctx.auditor.note(booker(ctx).name, BOOKINGS)
    until, most = now + system.terms.held_for, system.terms.holds_at_once
    known = await ctx.store.of(BookingOrders).claim(wanted(ctx, agency, found, key), now, until, most)
    if known is None:
        raise too_many_holds(most)
    return known


async def held(ctx: Context, system: AnyBookingSystem, known: StoredOrder) -> PublishedBooking:
    """The order, held at its system; raises `UserError`, and gives the key back where nothing came of it."""
    if has_begun(known.order.slot, ctx.clock.now()):
        raise slot_in_the_past()
    found = await outcome(ctx, system.hold(known.order))
    if not isinstance(found, Refusal):
        return await noted(ctx, known, found)
    await ctx.store.of(BookingOrders).forget(known)
    if found is Refusal.NOT_FOUND:
        raise slot_not_found()
    if found is Refusal.TAKEN:
        raise refused(found, nextFree=await _offered_instead(ctx, known))
    raise refused(found)


async def executed(ctx: Context, command: Command[T]) -> Reading[T]:
    """What comes of it; where nobody can tell, that is said, with what to do about it."""
    try:
        return await ctx.execute(command)
    except AgencyUnavailable as error:
        raise unknown_outcome(error, ctx.agencies.name(error.agency)) from None


async def noted(ctx: Context, known: StoredOrder, reading: Reading[Booking]) -> PublishedBooking:
    """The booking as the graph has it, and remembered with its order."""
    booking = reading.records
    heard = msgspec.structs.replace(
        known.order,
        state=booking.state,
        price=booking.price,
        expires_at=booking.expires_at,
        ready_at=booking.ready_at,
    )
    found = published(booking, ctx.source(reading), known.person)
    if heard != known.order:
        await ctx.store.of(BookingOrders).note(msgspec.structs.replace(known, order=heard), ctx.clock.now())
        ctx.live.tell(live_key(known), found, ctx.sources)
    return found


def live_key(order: StoredOrder) -> tuple[object, ...]:
    """What a booking is called among the things that are subscribed to."""
    return "booking", order.agency, order.order.reference


async def outcome(ctx: Context, command: Command[Booking | Refusal]) -> Reading[Booking] | Refusal:
    """What comes of it: the booking, or why not."""
    reading = await executed(ctx, command)
    found = reading.records
    return found if isinstance(found, Refusal) else _only(reading, found)


async def as_it_is(
    ctx: Context, system: AnyBookingSystem, known: StoredOrder, *, again: bool = False
) -> PublishedBooking | None:
    """What has become of it by now; None where the system has no such booking. `again`: where it is asked for again."""
    asked = system.booking(known.order.reference, known.order)
    reading = await executed(ctx, asked) if again else await ctx.execute(asked)
    return await noted(ctx, known, _only(reading, reading.records)) if reading.records else None


def _only(reading: Reading[Any], booking: Booking) -> Reading[Booking]:
    """The reading of this booking alone."""
    return Reading(agency=reading.agency, records=booking, fetched_at=reading.fetched_at)


async def _offered_instead(ctx: Context, known: StoredOrder) -> list[dict[str, Any]]:
    """The next free slots of the same thing; none where the hub has no copy that is new enough."""
    slot = known.order.slot
    try:
        free = await bookables_of(ctx, known.agency).next_free(ctx, known.agency, slot)
    except AgencyError:
        return []
    return offers(known.agency, free, slot.key)
