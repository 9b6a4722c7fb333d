"""Bookings as a venue's officers see them, and what is told with each: the venue, who keeps it, who booked."""

from datetime import date

from auth.policies import officers
from auth.subject import HashedSubject, Subject, SubjectKind
from connectors.venues.bookings import Refusal
from connectors.venues.records import Keeper
from resolvers.booking.rules import VenueBooking, refused, told
from resolvers.booking.systems import BookingPage, done, noted, outcome, paged, system_of
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import PageArguments
from resolvers.kit.personal import PersonalValue, person_of
from resolvers.venues.venues import SportsVenue, keeper, venue, venue_with, whole_day
from store.booking.orders import Orders


async def venue_bookings(
    _root: None, ctx: Context, *, venue: str, on: date | None = None, page: PageArguments
) -> BookingPage:
    """In order of time, those of the counter too."""
    return paged(await all_at(ctx, venue, on), _by_time, page, "venue-bookings", asked={"venue": venue, "on": on})


async def all_at(ctx: Context, venue: str, on: date | None) -> list[VenueBooking]:
    """All of that day; none where there is no such venue, or its system takes no bookings."""
    agency, _slash, _key = venue.partition("/")
    there, system = await _own_venue(ctx, venue), system_of(ctx, agency)
    if there is None or system is None:
        return []
    since, until = whole_day(ctx, on or ctx.today())
    known = await ctx.store.of(Orders).at(agency, there.reference, since, until)
    reading = await ctx.execute(system.bookings_at(there.reference, since, until, tuple(each.order for each in known)))
    persons = {each.order.reference: each.person for each in known}
    return [told(each, ctx.source(reading), persons.get(each.reference)) for each in reading.records]


async def confirm_venue_ready(_root: None, ctx: Context, *, booking: str) -> VenueBooking:
    agency, _slash, reference = booking.partition("/")
    system = system_of(ctx, agency)
    if system is None or person_of(ctx).agency != agency:
        raise refused(Refusal.NOT_FOUND)
    known = await ctx.store.of(Orders).find(agency, reference)
    found = outcome(await done(ctx, system.make_ready(reference, known.order if known else None)))
    if isinstance(found, Refusal):
        raise refused(found)
    return await noted(ctx, known, found) if known else told(found.records, ctx.source(found), None)


def is_ours(ctx: Context, code: str) -> bool:
    """Whether it is of the agency that the officer who asks works for."""
    person = ctx.caller.person
    return person is not None and officers.shows(ctx.caller.audience) and person.agency == code.partition("/")[0]


async def booking_here(ctx: Context, code: str) -> VenueBooking | None:
    """One of the agency's own, whoever booked."""
    agency, _slash, reference = code.partition("/")
    system = system_of(ctx, agency)
    if system is None:
        return None
    known = await ctx.store.of(Orders).find(agency, reference)
    reading = await ctx.execute(system.booking(reference, known.order if known else None))
    return told(reading.records, ctx.source(reading), known.person if known else None) if reading.records else None


async def booked_venue(root: VenueBooking, ctx: Context) -> SportsVenue | None:
    return await venue_with(ctx, root.source.agency, root.venue)


async def booked_keeper(root: VenueBooking, ctx: Context) -> Keeper | None:
    there = await booked_venue(root, ctx)
    return await keeper(there, ctx, at=root.starts_at) if there else None


async def holder(root: VenueBooking, _: Context) -> PersonalValue[str] | None:
    """By a name that the venue's system keeps, or else by the hub's, which says nothing."""
    name = root.holder or root.owner
    if name is None:
        return None
    return PersonalValue(name, HashedSubject(root.person) if root.person else Subject(SubjectKind.BOOKING, root.code))


def _by_time(booking: VenueBooking) -> int:
    return int(booking.starts_at.timestamp())


async def _own_venue(ctx: Context, code: str) -> SportsVenue | None:
    """A venue of the officer's own agency; raises FORBIDDEN for another's."""
    if person_of(ctx).agency != code.partition("/")[0]:
        raise UserError(
            "FORBIDDEN",
            id="Tempat ini bukan milik instansi Anda.",
            en="This venue belongs to another agency.",
        )
    return await venue(None, ctx, code=code)
