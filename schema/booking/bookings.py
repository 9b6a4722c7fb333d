"""Bookings (pemesanan): hold, confirm, cancel, whatever it is that is booked."""

from datetime import datetime

from auth.policies import agreement, officers, own_agency, personal, public, signed_in
from connectors.booking.records import BookingState
from resolvers.booking import bookings, live
from resolvers.booking import officers as desk
from resolvers.booking.policies import BOOKINGS, MY_BOOKINGS
from resolvers.booking.rules import PublishedBooking, Readiness
from resolvers.kit import moments
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import Rupiah

enum(
    BookingState,
    "BookingState",
    "What has become of a booking (status pemesanan).",
    {
        "HELD": "Kept until `expiresAt` for who has not confirmed it yet (ditahan).",
        "CONFIRMED": "Booked (terkonfirmasi).",
        "CANCELLED": "Given back by who booked (dibatalkan).",
        "CANCELLED_BY_VENUE": "Cancelled by the venue (dibatalkan pengelola).",
        "EXPIRED": "Not confirmed in time (kedaluwarsa).",
    },
)
enum(
    Readiness,
    "BookingReadiness",
    "Whether the venue has said that it is open and lit for a booking (kesiapan tempat).",
    {
        "NOT_ASKED": "The booking is not confirmed, so nobody is waited for.",
        "UNCONFIRMED": "The venue has not said so yet (belum dikonfirmasi).",
        "READY": "The venue has said so (siap).",
    },
)


@object_type(signed_in, "A venue for a time, held or booked (pemesanan).")
@node_of(PublishedBooking)
class BookingType(NodeType):
    code: str = field("Its code.")
    state: BookingState = field("What has become of it.")
    starts_at: datetime = field("When it begins.")
    ends_at: datetime = field("When it ends.")
    minutes: int = field("How long it lasts, in minutes.", resolver=moments.minutes, weight=1)
    price: Rupiah | None = field("What it costs, as the venue's system says; null where it does not.")
    expires_at: datetime | None = field("Until when it is held; null where it is not.")
    readiness: Readiness = field("Whether the venue has said that it is ready.")
    ready_at: datetime | None = field("When it said so.")
    ready_by: str | None = field("The code of the agency that said so.")
    holder: str | None = field(
        "Who booked (pemesan): by a name that the venue's system keeps, or else by one that says nothing; null for who "
        "booked elsewhere and left none.",
        resolver=desk.holder,
        policy=personal(officers, BOOKINGS, (own_agency, agreement)),
    )
    source: SourceType = field("The venue's system.")


@object_type(signed_in, "A page of bookings (pemesanan).")
class BookingConnectionType(ConnectionType[BookingType]):
    unavailable: list[SourceType] = field("Systems that do not answer: their bookings are missing.")
    ics: str = field("Where the whole of this list is had as iCalendar: a path at this hub (docs/calendars.md).")


@object_type(signed_in)
class MyBookings:
    bookings: BookingConnectionType | None = field(
        "What the person has booked, the latest first (pemesanan); each venue's system is asked for it.",
        resolver=bookings.bookings,
        arguments={"since": "Only what ends after this moment."},
        policy=MY_BOOKINGS,
    )


@object_type(public)
class BookingsQuery:
    booking: BookingType | None = field(
        "One of the person's own bookings (pemesanan); null if there is none of this code.",
        resolver=bookings.booking,
        arguments={"code": "Its code, such as `gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b`."},
        policy=MY_BOOKINGS,
    )


@object_type(public)
class BookingsSubscription:
    booking_state: BookingType | None = field(
        "One of the person's own bookings (pemesanan): now, and each time that its state changes. Each event is a "
        "reading on record.",
        resolver=live.booking_state,
        arguments={
            "booking": "Its code, such as `gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b`. BOOKING_NOT_FOUND if it is "
            "not the person's own."
        },
        policy=MY_BOOKINGS,
    )


@object_type(public)
class BookingsMutation:
    hold_slot: BookingType | None = field(
        "Hold a slot until `expiresAt`; it is free again if it is not confirmed by then. SLOT_TAKEN names the next "
        "free slots.",
        resolver=bookings.hold_slot,
        arguments={
            "slot": "The slot's code, such as `gor-kota/1-20261124T0300Z`.",
            "idempotency_key": "A text of the client's own for this one wish, such as a UUID: however often it is "
            "sent, there is one booking.",
        },
        policy=MY_BOOKINGS,
    )
    confirm_booking: BookingType | None = field(
        "Book what is held, in time; to say so again changes nothing.",
        resolver=bookings.confirm_booking,
        arguments={"booking": "The booking's code, such as `gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b`."},
        policy=MY_BOOKINGS,
    )
    cancel_booking: BookingType | None = field(
        "Give a booking back, held or confirmed, as long as its venue allows; to say so again changes nothing.",
        resolver=bookings.cancel_booking,
        arguments={"booking": "The booking's code, such as `gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b`."},
        policy=MY_BOOKINGS,
    )
