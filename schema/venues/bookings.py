"""Bookings of venues: what venues add to a booking, and what their officers ask and say."""

from auth.policies import officers, public, signed_in
from resolvers.venues import bookings
from schema.booking.bookings import BookingConnectionType, BookingType
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.venues.venues import KeeperType, VenueType


@object_type(signed_in)
class VenueOfBooking:
    venue: VenueType | None = field("The venue; null if its system has it no longer.", resolver=bookings.booked_venue)
    keeper: KeeperType | None = field(
        "Who is on duty when it begins (petugas); null where nobody is, or the venue does not say.",
        resolver=bookings.booked_keeper,
    )


@object_type(public)
class VenueBookingsQuery:
    venue_bookings: BookingConnectionType | None = field(
        "The bookings (pemesanan) of a venue on a day, in order of time, those made elsewhere too; for officers of its "
        "agency.",
        resolver=bookings.venue_bookings,
        weight=150,
        arguments={"venue": "The venue's code, such as `gor-kota/1`.", "on": "The day; today if not given."},
        policy=officers,
    )


@object_type(public)
class VenueBookingsMutation:
    confirm_venue_ready: BookingType | None = field(
        "Say for the venue that it is open and lit for a booking, and somebody is there (konfirmasi kesiapan); for "
        "officers of its agency.",
        resolver=bookings.confirm_venue_ready,
        arguments={"booking": "The booking's code, such as `gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b`."},
        policy=officers,
    )
