"""Venues, their slots and sport events: how each is found again by its id, and what is exported."""

from auth.policies import public
from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import day
from resolvers.venues import events, venues

DOMAIN = ResolverDomain(
    nodes={
        events.PublishedSportEvent: NodeKind("SportEvent", lambda ctx, code: events.sport_event(None, ctx, code=code)),
        venues.SportsVenue: NodeKind("Venue", lambda ctx, code: venues.venue(None, ctx, code=code)),
        venues.VenueSlot: NodeKind("Slot", venues.slot),
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
    ),
)
