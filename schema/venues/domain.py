"""What is promised of sports venues, their bookings and sport events."""

from connectors.venues.events import SportEvents
from connectors.venues.records import BookableVenues, Venues
from schema.booking.bookings import BookingType
from schema.kit.domains import SchemaDomain
from schema.venues.bookings import VenueBookingsMutation, VenueBookingsQuery, VenueOfBooking
from schema.venues.events import SportEventsQuery
from schema.venues.venues import VenuesQuery

DOMAIN = SchemaDomain(
    queries={VenuesQuery: Venues, VenueBookingsQuery: BookableVenues, SportEventsQuery: SportEvents},
    mutations=(VenueBookingsMutation,),
    extensions={BookingType: VenueOfBooking},
)
