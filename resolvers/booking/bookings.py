"""Bookings: hold, confirm, give back; and what the person has.

The system that takes the bookings decides. What a repeat may ask for again is kept before the system is asked, so that
neither a crash nor a system that does not answer makes two bookings of one wish.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from connectors.booking.records import Booking, Refusal
from connectors.kit.command import Command
from connectors.kit.structs import extended
from resolvers.booking.bookers import booker, key_of, owner_at
from resolvers.booking.policies import BOOKINGS
from resolvers.booking.refusals import refused, slot_not_found
from resolvers.booking.rules import PublishedBooking, by_time, check_key, digest, published
from resolvers.booking.sources import AnyBookingSystem, as_it_is, claimed, held, noted, outcome, system_of, systems
from resolvers.calendar.agenda import export_path
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import commands
from resolvers.kit.source import Source
from store.booking.orders import BookingOrders, StoredOrder


class BookingPage(Page[PublishedBooking], frozen=True, kw_only=True):
    """A page of bookings, and whose bookings are missing; `ics` is the path of the list's export."""

    unavailable: list[Source]
    ics: str


async def hold_slot(_root: None, ctx: Context, *, slot: str, idempotency_key: str) -> PersonalValue[PublishedBooking]:
    check_key(idempotency_key)
    who, (agency, _slash, key) = booker(ctx), slot.partition("/")
    known = await ctx.store.of(BookingOrders).under(who.owner, key_of(ctx, idempotency_key))
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
    return PersonalValue(await held(ctx, system, known), who.name)


async def confirm_booking(_root: None, ctx: Context, *, booking: str) -> PersonalValue[PublishedBooking]:
    return await _changed(ctx, booking, lambda system, known: system.confirm(known.order))


async def cancel_booking(_root: None, ctx: Context, *, booking: str) -> PersonalValue[PublishedBooking]:
    return await _changed(ctx, booking, lambda system, known: system.cancel(known.order))


async def booking(_root: None, ctx: Context, *, code: str) -> PersonalValue[PublishedBooking] | None:
    """One of the person's own; none where there is none, or it is somebody else's."""
    mine = await order_of_person(ctx, code)
    found = await as_it_is(ctx, *mine) if mine else None
    return PersonalValue(found, booker(ctx).name) if found else None


async def bookings(
    _root: object, ctx: Context, *, since: datetime | None = None, page: PageArguments
) -> PersonalValue[BookingPage]:
    """The latest first."""
    found, unavailable = await all_of_person(ctx, since)
    latest_first, asked = (lambda each: -by_time(each)), {"since": since and since.isoformat()}
    found_page = paged(found, latest_first, page, "bookings", unavailable, asked=asked)
    return PersonalValue(found_page, booker(ctx).name)


async def all_of_person(ctx: Context, since: datetime | None) -> tuple[list[PublishedBooking], list[Source]]:
    """All that the person has booked and that ends after this, and which systems do not answer."""
    who = booker(ctx)
    known = await ctx.store.of(BookingOrders).of(who.owner)

    def of(system: AnyBookingSystem) -> Command[tuple[Booking, ...]]:
        code = system.agency.code
        return system.bookings_of(owner_at(ctx, code), tuple(each.order for each in known if each.agency == code))

    readings, unavailable = await commands(ctx, map(of, systems(ctx)))
    found = [
        published(each, ctx.source(reading), who.person)
        for reading in readings
        for each in reading.records
        if since is None or each.ends_at > since
    ]
    return found, unavailable


def paged(
    found: Iterable[PublishedBooking],
    place: Callable[[PublishedBooking], int],
    page: PageArguments,
    order: str,
    unavailable: Iterable[Source] = (),
    *,
    asked: Mapping[str, object],
) -> BookingPage:
    """A page of them; `place` need not tell them apart. `asked` is by what the list was narrowed."""
    part = paginate(found, lambda each: (place(each), each.code), page, order=order)
    return extended(BookingPage, part, unavailable=list(unavailable), ics=export_path(order, asked))


async def _changed(
    ctx: Context, code: str, change: Callable[[AnyBookingSystem, StoredOrder], Command[Booking | Refusal]]
) -> PersonalValue[PublishedBooking]:
    mine, who = await order_of_person(ctx, code), booker(ctx)
    if mine is None:
        raise refused(Refusal.NOT_FOUND)
    await ctx.auditor.note(who.name, BOOKINGS)
    found = await outcome(ctx, change(*mine))
    if isinstance(found, Refusal):
        raise refused(found)
    return PersonalValue(await noted(ctx, mine[1], found), who.name)


async def order_of_person(ctx: Context, code: str) -> tuple[AnyBookingSystem, StoredOrder] | None:
    """The system of a booking and its order, if it is the person's own."""
    agency, _slash, reference = code.partition("/")
    system, known = system_of(ctx, agency), await ctx.store.of(BookingOrders).find(agency, reference)
    return (system, known) if system and known and known.owner == booker(ctx).owner else None
