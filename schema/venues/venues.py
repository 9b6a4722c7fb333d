"""Sports venues (Gorsewa, Tim Sport)."""

from datetime import date, datetime

from auth.policies import public
from resolvers.kit import moments, opening_hours, places
from resolvers.venues import slots as venue_slots
from resolvers.venues import sources, venues
from resolvers.venues.rules import HourState
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.opening_hours import OpeningHoursType
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.provenance import SourceType
from schema.kit.scalars import PhoneNumber, Rupiah
from schema.regions.regions import KecamatanType

enum(
    HourState,
    "HourState",
    "What an hour is to somebody who wants to play (ketersediaan).",
    {
        "FREE": "It can be had (kosong).",
        "TAKEN": "Somebody has it (terisi).",
        "PAST": "It has begun or is over (lewat).",
        "CLOSED": "It is not offered (tutup).",
    },
)
enum(
    venues.VenueOrder,
    "VenueOrder",
    "How venues are put in order.",
    {"NAME": "By name.", "DISTANCE": "The nearest first; needs `near`. Those without a position are left out."},
)


@object_type(public, "What can be played (cabang olahraga).")
class SportType:
    code: str = field("Its code, such as badminton.")
    name: str = field("Its name.")


@object_type(public, "What can be played (cabang olahraga), and in how many venues.")
class SportCountType:
    code: str = field("Its code, to filter by.")
    name: str = field("Its name.")
    venues: int = field("In how many venues.")


@object_type(public, "Who keeps a venue and lets people in (petugas).")
class KeeperType:
    name: str = field("The name, as the venue publishes it.")
    phone: PhoneNumber | None = field("The telephone for the time of duty.")


@object_type(public, "A time for which a venue can be had (jadwal sewa).")
@node_of(venue_slots.VenueSlot)
class SlotType(NodeType):
    code: str = field("Its code, by which it is held.")
    starts_at: datetime = field("When it begins.")
    ends_at: datetime = field("When it ends.")
    minutes: int = field("How long it lasts, in minutes.", resolver=moments.minutes, weight=1)
    remaining: int = field("How many uses are free; 0 where it is taken.")
    maximum: int | None = field("How many there are; a court that one party takes has 1.")
    price: Rupiah | None = field("What it costs; 0 where it costs nothing, null where the venue does not say.")


@object_type(
    public, "The 24 hours of a day at one venue (jadwal harian), the first from midnight: a row of a screen's grid."
)
class VenueDayType:
    day: date = field("The day.")
    hours: list[HourState] = field("What each hour is.")
    prices: list[Rupiah | None] = field("What each free hour costs; null for the others.")


@object_type(public, "A sports venue that can be had for oneself: a court, a hall, a lane (lapangan).")
@node_of(sources.SportsVenue)
class VenueType(NodeType):
    code: str = field("Its code in the hub.")
    name: str = field("Its name.")
    description: str | None = field("What it is.")
    sports: ConnectionType[SportType] = field("What can be played there.", resolver=venues.sports, weight=10)
    site: str | None = field("The grounds that it belongs to (gelanggang).")
    street: str | None = field("Its street (alamat).")
    kecamatan: KecamatanType | None = field("The kecamatan that it names.")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    distance: float | None = field(
        "How many km it is from `near`, or without it from the point that its list was asked from; null without one.",
        resolver=places.distance_from,
        weight=10,
        arguments={"near": "From where. A client that caches gives it here as well as to the list."},
        types={"near": PointInput | None},
    )
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    provider: str | None = field("Who runs it (pengelola).")
    opening_hours: ConnectionType[OpeningHoursType] = field(
        "When it is open, day by day.", resolver=opening_hours.weekly, weight=10
    )
    open_now: bool | None = field(
        "Whether it is open now; null where it does not say.", resolver=venues.open_now, weight=10
    )
    keeper: KeeperType | None = field(
        "Who is on duty; null where nobody is, or the venue does not say.",
        resolver=venues.keeper,
        weight=10,
        arguments={"at": "When, with a time zone; now if not given."},
    )
    slots: ConnectionType[SlotType] | None = field(
        "When it can be had, in order of time.",
        resolver=venue_slots.slots,
        weight=100,
        arguments={
            "on": "Only those that begin on this day; from now on if not given.",
            "only_free": "Whether taken ones are left out, and those that have begun.",
        },
    )
    slots_source: SourceType | None = field(
        "How old the hub's copy of its slots is.", resolver=venue_slots.slots_source
    )
    day: VenueDayType | None = field(
        "What each hour of a day is there.",
        resolver=venue_slots.day,
        weight=50,
        arguments={"on": "The day; today if not given."},
    )
    source: SourceType = field("The system that it comes from, and how old the hub's copy of that is.")


@object_type(public, "A page of venues.")
class VenueConnectionType(ConnectionType[VenueType]):
    sports: list[SportCountType] = field(
        "What can be played in those found, all filters but `sport` applied.", resolver=venues.played, weight=1
    )
    unavailable: list[SourceType] = field("Systems whose venues are not to be had: they are missing.")


@object_type(public)
class VenuesQuery:
    venue: VenueType | None = field(
        "One venue (tempat olahraga); null if there is none with this code.",
        resolver=venues.venue,
        weight=200,
        arguments={"code": "Its code in the hub, such as `gor-kota/1`."},
    )
    venues: VenueConnectionType | None = field(
        "The sports venues (tempat olahraga) of the city.",
        resolver=venues.venues,
        weight=200,
        arguments={
            "sport": "Only those where this is played, by its code or name in any case, such as `badminton`.",
            "kecamatan": "Only those in this kecamatan, by its code such as `99.07.05`.",
            "name": "Only those with this in their name, in any case.",
            "free_on": "Only those with a slot that is still free on this day.",
            "near": "From where distances are reckoned.",
            "within_km": "Only those within so many km of `near`.",
            "order_by": "How they are put in order.",
        },
        types={"near": PointInput | None},
    )
