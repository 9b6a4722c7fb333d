"""Bookings of venues: what is told with each, and what the venue's officers see and do."""

from datetime import date

from connectors.booking.records import Refusal
from connectors.venues.records import BookableVenues, Keeper
from resolvers.booking.bookings import BookingPage, paged
from resolvers.booking.calendar import listing_of
from resolvers.booking.refusals import refused
from resolvers.booking.rules import PublishedBooking, by_time, published
from resolvers.booking.sources import noted, outcome
from resolvers.calendar.agenda import Listing, PublishedEvent
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import PageArguments
from resolvers.kit.personal import person_of
from resolvers.venues.sources import SportsVenue, venue_named, whole_day
from resolvers.venues.venues import keeper, venue
from store.booking.orders import BookingOrders


async def venue_bookings(
    _root: None, ctx: Context, *, venue: str, on: date | None = None, page: PageArguments
) -> BookingPage:
    """In order of time, those of the counter too."""
    return paged(await _all_at(ctx, venue, on), by_time, page, "venue-bookings", asked={"venue": venue, "on": on})


async def booked_at(ctx: Context, *, venue: str | None = None, on: date | None = None) -> Listing[PublishedEvent]:
    """The same as a calendar; nobody who booked is named."""
    if venue is None:
        raise UserError("BAD_USER_INPUT", id="Sebutkan venue.", en="Give a venue.")
    return await listing_of(ctx, await _all_at(ctx, venue, on), [])


async def confirm_venue_ready(_root: None, ctx: Context, *, booking: str) -> PublishedBooking:
    agency, _slash, reference = booking.partition("/")
    system = ctx.agencies.with_code(BookableVenues, agency)
    if system is None or person_of(ctx).agency != agency:
        raise refused(Refusal.NOT_FOUND)
    known = await ctx.store.of(BookingOrders).find(agency, reference)
    found = await outcome(ctx, system.make_ready(reference, known.order if known else None))
    if isinstance(found, Refusal):
        raise refused(found)
    return await noted(ctx, known, found) if known else published(found.records, ctx.source(found), None)


async def booked_venue(root: PublishedBooking, ctx: Context) -> SportsVenue | None:
    return await venue_named(ctx, root.source.agency, root.thing)


async def booked_keeper(root: PublishedBooking, ctx: Context) -> Keeper | None:
    there = await booked_venue(root, ctx)
    return keeper(there, ctx, at=root.starts_at) if there else None


async def _all_at(ctx: Context, venue: str, on: date | None) -> list[PublishedBooking]:
    """All of that day; none where there is no such venue, or its system takes no bookings."""
    agency, _slash, _key = venue.partition("/")
    there, system = await _own_venue(ctx, venue), ctx.agencies.with_code(BookableVenues, agency)
    if there is None or system is None:
        return []
    since, until = whole_day(ctx, on or ctx.today())
    known = await ctx.store.of(BookingOrders).at(agency, there.reference, since, until)
    reading = await ctx.execute(system.bookings_at(there.reference, since, until, tuple(each.order for each in known)))
    persons = {each.order.reference: each.person for each in known}
    return [published(each, ctx.source(reading), persons.get(each.reference)) for each in reading.records]


async def _own_venue(ctx: Context, code: str) -> SportsVenue | None:
    """A venue of the officer's own agency; raises FORBIDDEN for another's."""
    if person_of(ctx).agency != code.partition("/")[0]:
        raise UserError(
            "FORBIDDEN",
            id="Tempat ini bukan milik instansi Anda.",
            en="This venue belongs to another agency.",
        )
    return await venue(None, ctx, code=code)
