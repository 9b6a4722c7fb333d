"""What is promised of bookings."""

from connectors.venues.bookings import Bookable
from schema.booking.bookings import BookingsMutation, BookingsQuery, MyBookings
from schema.identity.account import MeType
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(queries={BookingsQuery: Bookable}, mutations=(BookingsMutation,), extensions={MeType: MyBookings})
