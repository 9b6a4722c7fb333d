"""What booking is told of venues: how a slot is found, which are free instead, and what a calendar says of a venue."""

from resolvers.booking.bookables import Bookables, BookedThing
from resolvers.booking.rules import PublishedBooking, Readiness
from resolvers.kit.context import Context
from resolvers.venues.bookings import booked_keeper, booked_venue
from resolvers.venues.slots import next_free, slot_to_book

READINESS = {
    "id": {
        Readiness.READY: "Tempat sudah siap.",
        Readiness.UNCONFIRMED: "Pengelola belum menyatakan tempat siap.",
    },
    "en": {
        Readiness.READY: "The venue is ready.",
        Readiness.UNCONFIRMED: "The venue has not said yet that it is ready.",
    },
}


async def _describe(ctx: Context, booking: PublishedBooking) -> BookedThing | None:
    venue, keeper = await booked_venue(booking, ctx), await booked_keeper(booking, ctx)
    if venue is None:
        return None
    return BookedThing(
        name=venue.name,
        place=", ".join(filter(None, (venue.site, venue.street))) or None,
        latitude=venue.latitude,
        longitude=venue.longitude,
        kecamatan=venue.kecamatan,
        categories=tuple(each.name for each in venue.sports),
        keeper=", ".join(filter(None, (keeper.name, keeper.phone))) if keeper else None,
    )


BOOKABLES = Bookables(find=slot_to_book, next_free=next_free, describe=_describe, readiness=READINESS)
