"""Hospitals and their beds (Simpati RS)."""

from datetime import datetime

from auth.policies import public
from resolvers.beds import hospitals as beds
from resolvers.beds import live, rules
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
    "The order of hospitals.",
    {
        "NAME": "By name.",
        "FREE_BEDS": "The most free beds first, of the given class if there is one. Hospitals with counts that are "
        "too old come last. The hub asks every hospital.",
        "DISTANCE": "The nearest first; needs `near`. Hospitals without a position are left out.",
    },
)


@object_type(public, "A class of care (kelas perawatan) of BPJS.")
class BedClassType:
    code: str = field("Its code, such as KL1 or ICU. A class that BPJS does not have keeps the agency's own word.")
    name: str = field("Its name.")


@object_type(public, "A room (ruang) of a hospital, in one class of care.")
class RoomType:
    code: str = field("The hospital's own code of the room. The same room may be in several classes.")
    name: str = field("Its name.")
    bed_class: BedClassType = field("The class of care.")
    capacity: int = field("How many beds it has (kapasitas).")
    free: int | None = field("How many are free now (tersedia); null if the count is too old.")
    free_for_men: int | None = field(
        "How many of these are only for men (pria); null also if the hospital's split contradicts its total."
    )
    free_for_women: int | None = field("How many of these are only for women (wanita); null as for men.")
    free_for_either: int | None = field("How many of these are for men or women (pria/wanita); null as for men.")
    last_free: int = field("How many were free at `observedAt`, even if that is long ago.")
    observed_at: datetime | None = field("When the hospital last changed this count; null if it is not known.")
    stale: bool = field(
        "Whether the count says nothing about now: it is too old (`staleAfterHours`), dated in the "
        "future, or without a date."
    )


@object_type(public, "All rooms of one class of care (kelas perawatan) in a hospital, added up.")
class BedClassCountType:
    bed_class: BedClassType = field("The class of care.")
    rooms: int = field("How many rooms it has.")
    capacity: int = field("How many beds they have (kapasitas).")
    free: int | None = field("How many are free now (tersedia), without stale rooms; null if all rooms are stale.")
    stale_rooms: int = field("How many of the rooms have a count that is too old.")
    observed_at: datetime | None = field("When the oldest count with a date was made.")


@object_type(
    public,
    "The beds (tempat tidur) of one hospital, all from one answer of one source. Counts of "
    "several sources are never added up.",
)
@node_of(rules.HospitalBeds)
class HospitalBedsType(NodeType):
    source: SourceType = field(
        "The system that gave the answer, and the age of the answer. It is the first system of the "
        "hospital with a current answer."
    )
    stale_after_hours: float = field("After how many hours a count is too old to be shown as free now.")
    stale: bool = field("Whether all counts are too old. Then nobody knows what is free now.")
    stale_rooms: int = field("How many of the rooms have a count that is too old.")
    observed_at: datetime | None = field("When the oldest count with a date was made.")
    capacity: int = field("How many beds there are (kapasitas).")
    free: int | None = field("How many are free now (tersedia), without stale rooms; null if all rooms are stale.")
    classes: ConnectionType[BedClassCountType] = field(
        "The rooms added up by class of care, in the order of its code.", resolver=beds.classes, weight=10
    )
    rooms: ConnectionType[RoomType] = field(
        "The rooms, in the order of class and code.",
        resolver=beds.rooms,
        weight=10,
        arguments={
            "bed_class": "Only rooms of this class, by its code such as `ICU`.",
            "only_free": "Only rooms with a free bed now.",
        },
    )


@object_type(public, "A hospital (rumah sakit) that works with BPJS.")
@node_of(beds.HospitalAt)
class HospitalType(NodeType):
    code: str = field("Its code in the hub.")
    name: str = field("Its name.")
    address: str | None = field("Its address (alamat).")
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    kelurahan: KelurahanType | None = field("The kelurahan in which it lies.", resolver=beds.kelurahan, weight=10)
    kecamatan: KecamatanType | None = field("The kecamatan in which it lies.", resolver=beds.kecamatan, weight=10)
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    distance: float | None = field(
        "Its distance in km from `near`. Without `near` it is the distance from the point of the "
        "list; null without any point.",
        resolver=places.distance_from,
        weight=10,
        arguments={"near": "The point to measure from. A client that caches gives it here and to the list."},
        types={"near": PointInput | None},
    )
    beds: HospitalBedsType | None = field(
        "Its beds (tempat tidur); null with a coded error if none of its systems answers.", resolver=beds.beds
    )


@object_type(public, "A page of hospitals.")
class HospitalConnectionType(ConnectionType[HospitalType]):
    unavailable: list[SourceType] = field(
        "Hospitals that were asked for this list and did not answer. They may be missing in it."
    )


@object_type(public)
class BedsSubscription:
    hospital_beds: HospitalBedsType | None = field(
        "The beds of one hospital (tempat tidur): now, and each time that a count changes or can no longer be had.",
        resolver=live.hospital_beds,
        arguments={"code": "Its code in the hub, such as `rs-contoh-benda`. NOT_FOUND if there is none."},
    )


@object_type(public)
class BedsQuery:
    hospitals: HospitalConnectionType | None = field(
        "The hospitals (rumah sakit) of the city.",
        resolver=beds.hospitals,
        arguments={
            "kecamatan": "Only those in this kecamatan, by its code such as `99.07.05`.",
            "name": "Only those with this in their name, in any case.",
            "bed_class": "Only those that have rooms of this class, by its code such as `ICU`. Asks every hospital.",
            "min_free": "Only those with at least so many free beds now, of the given class if there is one.",
            "near": "The point from which distances are measured.",
            "within_km": "Only those at most so many km from `near`.",
            "order_by": "The order of the list.",
        },
        types={"near": PointInput | None},
    )
    hospital: HospitalType | None = field(
        "One hospital (rumah sakit); null if there is none with this code.",
        resolver=beds.hospital,
        weight=10,
        arguments={"code": "Its code in the hub, such as `rs-contoh-benda`."},
    )
    bed_classes: ConnectionType[BedClassType] | None = field(
        "The classes of care (kelas perawatan), by code.", resolver=beds.bed_classes
    )
