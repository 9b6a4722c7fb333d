"""Bookings: what is personal, how one is found again by its id, what is exported, and what domains have to declare."""

from auth.policies import signed_in
from connectors.kit.bilingual import Bilingual
from resolvers.booking import bookings, officers
from resolvers.booking.bookables import check_bookables
from resolvers.booking.calendar import booked
from resolvers.booking.policies import BOOKINGS, MY_BOOKINGS
from resolvers.booking.rules import PublishedBooking
from resolvers.kit.context import Context
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import moment
from resolvers.kit.personal import allowed


async def _booking(ctx: Context, code: str) -> object | None:
    """An officer's are those of the own agency, anybody else's the own."""
    if officers.is_ours(ctx, code):
        return await officers.booking_here(ctx, code)
    mine: object | None = await allowed(
        ctx, MY_BOOKINGS, "Query.booking", lambda: bookings.booking(None, ctx, code=code)
    )
    return mine


DOMAIN = ResolverDomain(
    title=Bilingual(id="Pemesanan", en="Bookings"),
    about=Bilingual(
        id="Menahan, memastikan, dan membatalkan pemesanan.",
        en="Holding, confirming and cancelling a booking.",
    ),
    nodes={PublishedBooking: NodeKind("Booking", _booking, policy=signed_in, covered=True)},
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
    ),
    check=check_bookables,
)
