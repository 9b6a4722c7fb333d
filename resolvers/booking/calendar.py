"""What is booked, as a calendar has it: where, who keeps the place then, and whether it is ready."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from connectors.booking.records import BookingState
from connectors.kit.bilingual import Bilingual
from connectors.kit.errors import AgencyError
from resolvers.booking.bookables import BookedThing, bookables_of
from resolvers.booking.bookers import booker
from resolvers.booking.bookings import all_of_person
from resolvers.booking.rules import PublishedBooking, calendar_digest
from resolvers.calendar.agenda import Listing, PublishedEvent, in_order
from resolvers.kit.context import Context
from resolvers.kit.personal import PersonalValue
from resolvers.kit.source import Source
from store.booking.sequences import BookingSequences

HELD = Bilingual(id="Belum dikonfirmasi.", en="Not confirmed yet.")
KEEPER = Bilingual(id="Petugas: {}", en="On duty: {}")
CANCELLED = (BookingState.CANCELLED, BookingState.CANCELLED_BY_VENUE)


async def booked(ctx: Context, *, since: datetime | None = None) -> PersonalValue[Listing[PublishedEvent]]:
    """What the person who asks has booked."""
    found, unavailable = await all_of_person(ctx, since)
    return PersonalValue(await listing_of(ctx, found, unavailable), booker(ctx).name)


async def listing_of(
    ctx: Context, found: Sequence[PublishedBooking], unavailable: list[Source]
) -> Listing[PublishedEvent]:
    """All but what was held and never confirmed; what was cancelled says so, so that a calendar takes it out."""
    sources = {each.source.agency: each.source for each in found}
    shown = [each for each in found if each.state is not BookingState.EXPIRED]
    sequences = await ctx.store.of(BookingSequences).sequences([calendar_digest(each) for each in shown])
    events = [await _event(ctx, each, sequences[each.source.agency, each.reference]) for each in shown]
    return Listing(events=in_order(events), sources=[*sources.values()], unavailable=unavailable)


async def _event(ctx: Context, booking: PublishedBooking, sequence: int) -> PublishedEvent:
    thing = await _thing(ctx, booking)
    return PublishedEvent(
        uid=booking.code,
        recurrence=None,
        sequence=sequence,
        title=thing.name,
        description=_description(ctx, booking, thing),
        place=thing.place,
        latitude=thing.latitude,
        longitude=thing.longitude,
        url=None,
        categories=thing.categories,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        all_day=False,
        cancelled=booking.state in CANCELLED,
        tentative=booking.state is BookingState.HELD,
        changed_at=None,
        kelurahan=None,
        code=booking.code,
        kecamatan=thing.kecamatan,
        source=booking.source,
    )


async def _thing(ctx: Context, booking: PublishedBooking) -> BookedThing:
    """What is booked; by the booking's code alone where nobody can name it now, for it is booked all the same."""
    with suppress(AgencyError):
        if thing := await bookables_of(ctx, booking.source.agency).describe(ctx, booking):
            return thing
    return BookedThing(name=booking.code)


def _description(ctx: Context, booking: PublishedBooking, thing: BookedThing) -> str | None:
    language = ctx.language
    lines = [
        HELD[language] if booking.state is BookingState.HELD else None,
        bookables_of(ctx, booking.source.agency).readiness[language].get(booking.readiness),
        KEEPER[language].format(thing.keeper) if thing.keeper else None,
    ]
    return "\n".join(filter(None, lines)) or None
