"""Venues, their slots and sport events: how each is found again by its id, what is exported, and what can be booked."""

from auth.policies import officers, public
from connectors.kit.bilingual import Bilingual
from connectors.venues.records import BookableVenues
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import day
from resolvers.venues import bookings, events, slots, sources, venues
from resolvers.venues.bookables import BOOKABLES

DOMAIN = ResolverDomain(
    title=Bilingual(id="Sarana olahraga", en="Sports venues"),
    about=Bilingual(
        id="Gedung dan lapangan olahraga, jam kosongnya, dan acara olahraga.",
        en="Halls and fields for sports, their free slots, and sport events.",
    ),
    nodes={
        events.PublishedSportEvent: NodeKind("SportEvent", lambda ctx, code: events.sport_event(None, ctx, code=code)),
        sources.SportsVenue: NodeKind("Venue", lambda ctx, code: venues.venue(None, ctx, code=code)),
        slots.VenueSlot: NodeKind("Slot", slots.slot),
    },
    exports=(
        Export(
            events.EVENTS.name,
            Bilingual(id="Kegiatan olahraga", en="Sport events"),
            {"since": day, "until": day, "sport": str, "venue": str},
            events.sport_listing,
            public,
            "Query.sportEvents",
        ),
        Export(
            "venue-bookings",
            Bilingual(id="Pemesanan tempat", en="Bookings of a venue"),
            {"venue": str, "on": day},
            bookings.booked_at,
            officers,
            "Query.venueBookings",
        ),
    ),
    contributions={BookableVenues: BOOKABLES},
)
