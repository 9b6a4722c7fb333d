"""Bookings: what is personal, how one is found again by its id, and what is exported."""

from auth.policies import officers, signed_in
from connectors.kit.bilingual import Bilingual
from resolvers.booking import bookings
from resolvers.booking.calendar import booked, booked_at
from resolvers.booking.policies import BOOKINGS, MY_BOOKINGS
from resolvers.booking.rules import VenueBooking
from resolvers.kit.context import Context
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import day, moment
from resolvers.kit.personal import allowed
from resolvers.venues import venue_bookings


async def _booking(ctx: Context, code: str) -> object | None:
    """An officer's are those of the own agency, anybody else's the own."""
    if venue_bookings.is_ours(ctx, code):
        return await venue_bookings.booking_here(ctx, code)
    mine: object | None = await allowed(
        ctx, MY_BOOKINGS, "Query.booking", lambda: bookings.booking(None, ctx, code=code)
    )
    return mine


DOMAIN = ResolverDomain(
    nodes={VenueBooking: NodeKind("Booking", _booking, policy=signed_in, covered=True)},
    categories=(BOOKINGS,),
    exports=(
        Export(
            "bookings",
            Bilingual(id="Pemesanan saya", en="My bookings"),
            {"since": moment},
            booked,
            MY_BOOKINGS,
            "Me.bookings",
        ),
        Export(
            "venue-bookings",
            Bilingual(id="Pemesanan tempat", en="Bookings of a venue"),
            {"venue": str, "on": day},
            booked_at,
            officers,
            "Query.venueBookings",
        ),
    ),
)
