"""Bookings of sports venues: hold, confirm, give back; and what the person has.

The venue's system decides. What a repeat may ask for again is kept before the system is asked, so that neither a crash
nor a system that does not answer makes two bookings of one wish.
"""

from collections.abc import Callable
from datetime import datetime

from connectors.kit.command import Command
from connectors.venues.bookings import Booking, Refusal
from resolvers.booking.bookers import booker, key_of, owner_at
from resolvers.booking.policies import BOOKINGS
from resolvers.booking.rules import VenueBooking, check_key, digest, in_the_past, refused, slot_not_found, told
from resolvers.booking.systems import (
    BookingPage,
    System,
    as_it_is,
    claimed,
    done,
    noted,
    offered_instead,
    outcome,
    paged,
    system_of,
    systems,
)
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import PageArguments
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import commands
from store.booking.orders import Orders, StoredOrder


async def hold_slot(_root: None, ctx: Context, *, slot: str, idempotency_key: str) -> PersonalValue[VenueBooking]:
    check_key(idempotency_key)
    who, (agency, _slash, key) = booker(ctx), slot.partition("/")
    known = await ctx.store.of(Orders).under(who.owner, key_of(ctx, idempotency_key))
    if known and known.order.request != digest(slot):
        raise refused(Refusal.KEY_USED)
    system = system_of(ctx, agency)
    if system is None:
        raise slot_not_found()
    known = known or await claimed(ctx, system, key, idempotency_key)
    if known.order.request != digest(slot):
        raise refused(Refusal.KEY_USED)
    await ctx.auditor.note(who.name, BOOKINGS)
    if known.order.state and (found := await as_it_is(ctx, system, known, again=True)):
        return PersonalValue(found, who.name)
    return PersonalValue(await _held(ctx, system, known), who.name)


async def confirm_booking(_root: None, ctx: Context, *, booking: str) -> PersonalValue[VenueBooking]:
    return await _changed(ctx, booking, lambda system, known: system.confirm(known.order))


async def cancel_booking(_root: None, ctx: Context, *, booking: str) -> PersonalValue[VenueBooking]:
    return await _changed(ctx, booking, lambda system, known: system.cancel(known.order))


async def booking(_root: None, ctx: Context, *, code: str) -> PersonalValue[VenueBooking] | None:
    """One of the person's own; none where there is none, or it is somebody else's."""
    mine = await _mine(ctx, code)
    found = await as_it_is(ctx, *mine) if mine else None
    return PersonalValue(found, booker(ctx).name) if found else None


async def bookings(
    _root: object, ctx: Context, *, since: datetime | None = None, page: PageArguments
) -> PersonalValue[BookingPage]:
    """The latest first."""
    found, unavailable = await all_of_person(ctx, since)
    latest_first, asked = (lambda each: -int(each.starts_at.timestamp())), {"since": since and since.isoformat()}
    found_page = paged(found, latest_first, page, "bookings", unavailable, asked=asked)
    return PersonalValue(found_page, booker(ctx).name)


async def all_of_person(ctx: Context, since: datetime | None) -> tuple[list[VenueBooking], list[Source]]:
    """All that the person has booked and that ends after this, and which systems do not answer."""
    who = booker(ctx)
    known = await ctx.store.of(Orders).of(who.owner)

    def of(system: System) -> Command[tuple[Booking, ...]]:
        code = system.agency.code
        return system.bookings_of(owner_at(ctx, code), tuple(each.order for each in known if each.agency == code))

    readings, unavailable = await commands(ctx, map(of, systems(ctx)))
    found = [
        told(each, ctx.source(reading), who.person)
        for reading in readings
        for each in reading.records
        if since is None or each.ends_at > since
    ]
    return found, unavailable


async def _held(ctx: Context, system: System, known: StoredOrder) -> VenueBooking:
    in_the_past(known.order.slot, ctx.clock.now())
    found = outcome(await done(ctx, system.hold(known.order)))
    if not isinstance(found, Refusal):
        return await noted(ctx, known, found)
    await ctx.store.of(Orders).forget(known)
    if found is Refusal.NOT_FOUND:
        raise slot_not_found()
    if found is Refusal.TAKEN:
        raise refused(found, nextFree=await offered_instead(ctx, known))
    raise refused(found)


async def _changed(
    ctx: Context, code: str, change: Callable[[System, StoredOrder], Command[Booking | Refusal]]
) -> PersonalValue[VenueBooking]:
    mine, who = await _mine(ctx, code), booker(ctx)
    if mine is None:
        raise refused(Refusal.NOT_FOUND)
    await ctx.auditor.note(who.name, BOOKINGS)
    found = outcome(await done(ctx, change(*mine)))
    if isinstance(found, Refusal):
        raise refused(found)
    return PersonalValue(await noted(ctx, mine[1], found), who.name)


async def _mine(ctx: Context, code: str) -> tuple[System, StoredOrder] | None:
    agency, _slash, reference = code.partition("/")
    system, known = system_of(ctx, agency), await ctx.store.of(Orders).find(agency, reference)
    return (system, known) if system and known and known.owner == booker(ctx).owner else None
