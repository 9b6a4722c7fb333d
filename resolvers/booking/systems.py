"""The systems that take bookings: what is asked of them, and what the hub remembers of what they say."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from connectors.kit.command import Command
from connectors.kit.errors import AgencyError, AgencyUnavailable
from connectors.kit.reading import Reading
from connectors.venues.bookings import Bookable, Booking, Refusal
from connectors.venues.records import Venues
from resolvers.booking.bookers import booker, wanted
from resolvers.booking.policies import BOOKINGS
from resolvers.booking.rules import (
    VenueBooking,
    in_the_past,
    next_free,
    slot_not_found,
    told,
    too_many_holds,
    unknown_outcome,
)
from resolvers.calendar.agenda import export_path
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.venues.venues import free_after, slot_with
from store.booking.orders import Orders, StoredOrder

T = TypeVar("T")

System = Bookable[Any, Any]


class BookingPage(Page[VenueBooking], frozen=True, kw_only=True):
    """A page of bookings, and whose bookings are missing; `ics` is the path of the list's export."""

    unavailable: list[Source]
    ics: str


def paged(
    found: Iterable[VenueBooking],
    place: Callable[[VenueBooking], int],
    page: PageArguments,
    order: str,
    unavailable: Iterable[Source] = (),
    *,
    asked: Mapping[str, object],
) -> BookingPage:
    """A page of them; `place` need not tell them apart. `asked` is by what the list was narrowed."""
    part = paginate(found, lambda each: (place(each), each.code), page, order=order)
    return BookingPage(
        edges=part.edges,
        page_info=part.page_info,
        total_count=part.total_count,
        unavailable=list(unavailable),
        ics=export_path(order, asked),
    )


def systems(ctx: Context) -> list[System]:
    """All of them."""
    return [each for each in ctx.agencies.of(Venues) if isinstance(each, Bookable)]


def system_of(ctx: Context, agency: str) -> System | None:
    """The one of this code."""
    return next((each for each in systems(ctx) if each.agency.code == agency), None)


async def claimed(ctx: Context, system: System, slot: str, key: str) -> StoredOrder:
    """The order that this key stands for from now on; what can be told without asking the system is told first."""
    agency, now = system.agency.code, ctx.clock.now()
    found = await slot_with(ctx, agency, slot)
    if found is None:
        raise slot_not_found()
    in_the_past(found, now)
    await ctx.auditor.note(booker(ctx).name, BOOKINGS)
    until, most = now + system.terms.held_for, system.terms.holds_at_once
    known = await ctx.store.of(Orders).claim(wanted(ctx, agency, found, key), now, until, most)
    if known is None:
        raise too_many_holds(most)
    return known


async def done(ctx: Context, act: Command[T]) -> Reading[T]:
    """What comes of it; where nobody can tell, that is said, with what to do about it."""
    try:
        return await ctx.execute(act)
    except AgencyUnavailable as error:
        raise unknown_outcome(error, ctx.agencies.name(error.agency)) from None


async def noted(ctx: Context, known: StoredOrder, reading: Reading[Booking]) -> VenueBooking:
    """The booking as it is told, and remembered with its order."""
    booking = reading.records
    heard = msgspec.structs.replace(
        known.order,
        state=booking.state,
        price=booking.price,
        expires_at=booking.expires_at,
        ready_at=booking.ready_at,
    )
    if heard != known.order:
        await ctx.store.of(Orders).note(msgspec.structs.replace(known, order=heard), ctx.clock.now())
    return told(booking, ctx.source(reading), known.person)


async def as_it_is(ctx: Context, system: System, known: StoredOrder, *, again: bool = False) -> VenueBooking | None:
    """What has become of it by now; None where the system has no such booking. `again`: where it is asked for again."""
    asked = system.booking(known.order.reference, known.order)
    reading = await done(ctx, asked) if again else await ctx.execute(asked)
    return await noted(ctx, known, as_booking(reading, reading.records)) if reading.records else None


def as_booking(reading: Reading[Any], booking: Booking) -> Reading[Booking]:
    """The reading of this booking alone."""
    return Reading(agency=reading.agency, records=booking, fetched_at=reading.fetched_at)


async def offered_instead(ctx: Context, known: StoredOrder) -> list[dict[str, Any]]:
    """The next free slots of the venue; none where the hub has no copy that is new enough."""
    slot = known.order.slot
    try:
        found, taken = await free_after(ctx, known.agency, slot.venue, slot.starts_at)
    except AgencyError:
        return []
    return next_free(known.agency, found, taken, slot.key)


def outcome(reading: Reading[Booking | Refusal]) -> Reading[Booking] | Refusal:
    """Whether it was done."""
    found = reading.records
    return found if isinstance(found, Refusal) else as_booking(reading, found)
