"""What is promised of bookings; each domain adds its own fields to a booking, such as `venue`."""

from connectors.booking.records import BookingSystem
from schema.booking.bookings import BookingsMutation, BookingsQuery, BookingsSubscription, MyBookings
from schema.identity.account import MeType
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(
    queries={BookingsQuery: BookingSystem},
    mutations=(BookingsMutation,),
    subscriptions=(BookingsSubscription,),
    extensions={MeType: MyBookings},
)
