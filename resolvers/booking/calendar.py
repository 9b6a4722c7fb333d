"""What is booked, as a calendar has it: where, who keeps the place then, and whether it is ready."""

from datetime import date, datetime

from connectors.kit.errors import AgencyError
from connectors.venues.bookings import BookingState
from connectors.venues.records import Keeper
from resolvers.booking.bookers import booker
from resolvers.booking.bookings import all_of_person
from resolvers.booking.rules import Readiness, VenueBooking, telling
from resolvers.calendar.agenda import Listing, PublishedEvent, in_order
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.personal import PersonalValue
from resolvers.venues.venue_bookings import all_at, booked_keeper, booked_venue
from store.booking.told_bookings import BookingSequences

TEXTS = {
    "id": {
        "keeper": "Petugas: {}",
        Readiness.READY: "Tempat sudah siap.",
        Readiness.UNCONFIRMED: "Pengelola belum menyatakan tempat siap.",
        BookingState.HELD: "Belum dikonfirmasi.",
    },
    "en": {
        "keeper": "On duty: {}",
        Readiness.READY: "The venue is ready.",
        Readiness.UNCONFIRMED: "The venue has not said yet that it is ready.",
        BookingState.HELD: "Not confirmed yet.",
    },
}
CANCELLED = (BookingState.CANCELLED, BookingState.CANCELLED_BY_VENUE)


async def booked(ctx: Context, *, since: datetime | None = None) -> PersonalValue[Listing[PublishedEvent]]:
    """What the person who asks has booked."""
    found, unavailable = await all_of_person(ctx, since)
    return PersonalValue(await _listing(ctx, found, unavailable), booker(ctx).name)


async def booked_at(ctx: Context, *, venue: str | None = None, on: date | None = None) -> Listing[PublishedEvent]:
    """What is booked at a venue on a day, for its agency's officers; nobody who booked is named."""
    if venue is None:
        raise UserError("BAD_USER_INPUT", id="Sebutkan venue.", en="Give a venue.")
    return await _listing(ctx, await all_at(ctx, venue, on), [])


async def _listing(ctx: Context, found: list[VenueBooking], unavailable: list[Source]) -> Listing[PublishedEvent]:
    """All but what was held and never confirmed; what was cancelled says so, so that a calendar takes it out."""
    sources = {each.source.agency: each.source for each in found}
    told = [each for each in found if each.state is not BookingState.EXPIRED]
    sequences = await ctx.store.of(BookingSequences).sequences([telling(each) for each in told])
    events = [await _published(ctx, each, sequences[each.source.agency, each.reference]) for each in told]
    return Listing(events=in_order(events), sources=[*sources.values()], unavailable=unavailable)


async def _published(ctx: Context, booking: VenueBooking, sequence: int) -> PublishedEvent:
    try:
        there, keeper = await booked_venue(booking, ctx), await booked_keeper(booking, ctx)
    except AgencyError:  # a booking whose venue nobody can name now is one all the same
        there, keeper = None, None
    return PublishedEvent(
        uid=booking.code,
        recurrence=None,
        sequence=sequence,
        title=there.name if there else booking.code,
        description=_description(ctx, booking, keeper),
        place=", ".join(filter(None, (there.site, there.street))) or None if there else None,
        latitude=there.latitude if there else None,
        longitude=there.longitude if there else None,
        url=None,
        categories=tuple(each.name for each in there.sports) if there else (),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        all_day=False,
        cancelled=booking.state in CANCELLED,
        tentative=booking.state is BookingState.HELD,
        changed_at=None,
        kelurahan=None,
        code=booking.code,
        kecamatan=there.kecamatan if there else None,
        source=booking.source,
    )


def _description(ctx: Context, booking: VenueBooking, keeper: Keeper | None) -> str | None:
    texts = TEXTS[ctx.language]
    named = ", ".join(filter(None, (keeper.name, keeper.phone))) if keeper else None
    lines = [texts.get(booking.state), texts.get(booking.readiness), texts["keeper"].format(named) if named else None]
    return "\n".join(filter(None, lines)) or None
