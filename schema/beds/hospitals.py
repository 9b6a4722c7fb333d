"""Hospitals and their beds (Simpati RS)."""

from datetime import datetime

from auth.policies import public
from resolvers.beds import hospitals as beds
from resolvers.beds import rules
from resolvers.kit import places
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.provenance import SourceType
from schema.kit.scalars import PhoneNumber
from schema.regions.regions import KecamatanType, KelurahanType

enum(
    beds.HospitalOrder,
    "HospitalOrder",
    "How hospitals are put in order.",
    {
        "NAME": "By name.",
        "FREE_BEDS": "Most beds free now first, of the class asked for if one is, and last those whose counts are too "
        "old to say. Asks every hospital.",
        "DISTANCE": "The nearest first; needs `near`. Those without a position are left out.",
    },
)


@object_type(public, "A class of care (kelas perawatan) in BPJS's reference.")
class BedClassType:
    code: str = field("Its code, such as KL1 or ICU; what BPJS has no class for keeps the agency's own word for it.")
    name: str = field("Its name in the reference.")


@object_type(public, "A room (ruang) of a hospital, in one class of care.")
class RoomType:
    code: str = field("The hospital's own code of the room; the same room may stand in several classes.")
    name: str = field("Its name.")
    bed_class: BedClassType = field("The class of care.")
    capacity: int = field("How many beds it has (kapasitas).")
    free: int | None = field("How many are free now (tersedia); null where the count is too old to say so.")
    free_for_men: int | None = field(
        "Of these, only for men (pria); null also where the hospital's split contradicts its total."
    )
    free_for_women: int | None = field("Of these, only for women (wanita); null as for men.")
    free_for_either: int | None = field("Of these, for either (pria/wanita); null as for men.")
    last_free: int = field("How many were free at `observedAt`, however long ago that is.")
    observed_at: datetime | None = field("When the hospital last changed this count; null where nobody knows.")
    stale: bool = field(
        "Whether the count is too old (`staleAfterHours`), dated in the future, or of unknown age: it says nothing of "
        "now."
    )


@object_type(public, "All rooms of one class of care (kelas perawatan) in a hospital, added up.")
class BedClassCountType:
    bed_class: BedClassType = field("The class of care.")
    rooms: int = field("How many rooms it has.")
    capacity: int = field("How many beds they have (kapasitas).")
    free: int | None = field("How many are free now (tersedia), stale rooms left out; null where all are stale.")
    stale_rooms: int = field("How many of the rooms have a count that is too old.")
    observed_at: datetime | None = field("When the oldest of the counts was made, of those that are dated.")


@object_type(
    public,
    "The beds (tempat tidur) of one hospital, all from one answer of one of its sources: what several say is never "
    "added up.",
)
@node_of(rules.HospitalBeds)
class HospitalBedsType(NodeType):
    source: SourceType = field(
        "The system that says so, and how old its answer is: the first of the hospital's that speaks for now."
    )
    stale_after_hours: float = field("A count older than so many hours is not shown as free now.")
    stale: bool = field("Whether all counts are too old: then nobody knows what is free now.")
    stale_rooms: int = field("How many of the rooms have a count that is too old.")
    observed_at: datetime | None = field("When the oldest of the counts was made, of those that are dated.")
    capacity: int = field("How many beds there are (kapasitas).")
    free: int | None = field("How many are free now (tersedia), stale rooms left out; null where all are stale.")
    classes: ConnectionType[BedClassCountType] = field("Added up by class of care, by code.", resolver=beds.classes)
    rooms: ConnectionType[RoomType] = field(
        "Room by room, by class and code.",
        resolver=beds.rooms,
        arguments={
            "bed_class": "Only rooms of this class, by its code such as `ICU`.",
            "only_free": "Only rooms that have a bed free now.",
        },
    )


@object_type(public, "A hospital (rumah sakit) that works with BPJS.")
@node_of(beds.HospitalAt)
class HospitalType(NodeType):
    code: str = field("Its code in the hub.")
    name: str = field("Its name.")
    address: str | None = field("Its address (alamat).")
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    kelurahan: KelurahanType | None = field("The kelurahan that it lies in.", resolver=beds.kelurahan)
    kecamatan: KecamatanType | None = field("The kecamatan that it lies in.", resolver=beds.kecamatan)
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    distance: float | None = field(
        "How many km it is from `near`, or without it from the point that its list was asked from; null without one.",
        resolver=places.distance_from,
        arguments={"near": "From where. A client that caches gives it here as well as to the list."},
        types={"near": PointInput | None},
    )
    beds: HospitalBedsType | None = field(
        "Its beds (tempat tidur); null with a coded error where none of its systems answers.", resolver=beds.beds
    )


@object_type(public, "A page of hospitals.")
class HospitalConnectionType(ConnectionType[HospitalType]):
    unavailable: list[SourceType] = field(
        "Hospitals that had to be asked for this list and did not answer: they may be missing from it."
    )


@object_type(public)
class BedsQuery:
    hospitals: HospitalConnectionType | None = field(
        "The hospitals (rumah sakit) of the city.",
        resolver=beds.hospitals,
        arguments={
            "kecamatan": "Only those in this kecamatan, by its code such as `36.71.05`.",
            "name": "Only those with this in their name, in any case.",
            "bed_class": "Only those that have rooms of this class, by its code such as `ICU`. Asks every hospital.",
            "min_free": "Only those with at least so many beds free now, of the class asked for if one is.",
            "near": "From where distances are reckoned.",
            "within_km": "Only those within so many km of `near`.",
            "order_by": "How they are put in order.",
        },
        types={"near": PointInput | None},
    )
    hospital: HospitalType | None = field(
        "One hospital (rumah sakit); null if there is none with this code.",
        resolver=beds.hospital,
        arguments={"code": "Its code in the hub, such as `rs-contoh-benda`."},
    )
    bed_classes: ConnectionType[BedClassType] | None = field(
        "The classes of care (kelas perawatan), by code.", resolver=beds.bed_classes
    )
