"""Complaints, as the desks publish them (pengaduan)."""

from datetime import datetime

from auth.policies import officers, public
from connectors.complaints.records import ComplaintState
from resolvers.complaints import officers as desk
from resolvers.complaints import published
from resolvers.complaints.policies import COMPLAINANT
from resolvers.complaints.rules import DeskComplaint, Timeliness
from resolvers.kit.places import distance_from
from schema.complaints.topics import ComplaintTopicType
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, PhoneNumber

enum(
    ComplaintState,
    "ComplaintState",
    "How far a desk is with a complaint (status pengaduan).",
    {
        "OPEN": "Open. The desk does not say more (terbuka).",
        "VERIFIED": "The desk has checked the complaint (terverifikasi).",
        "FORWARDED": "The desk has sent it to the responsible agency (diteruskan).",
        "IN_PROGRESS": "The responsible agency is working on it (diproses).",
        "DONE": "The work is finished (selesai).",
        "REJECTED": "The desk does not accept it; `note` gives the reason (ditolak).",
        "CLOSED": "Closed. The desk does not say more (ditutup).",
    },
)
enum(
    Timeliness,
    "ComplaintTimeliness",
    "Whether a complaint is handled within the time that its desk has set (ketepatan waktu).",
    {
        "ON_TIME": "Open, and `dueAt` has not passed (dalam tenggat).",
        "LATE": "Open, and `dueAt` has passed (terlambat).",
        "CLOSED_ON_TIME": "Closed before `dueAt` (selesai tepat waktu).",
        "CLOSED_LATE": "Closed after `dueAt` (selesai terlambat).",
        "UNKNOWN": "The desk has set no time, or it does not say when it closed the complaint (tidak diketahui).",
    },
)
enum(
    published.ComplaintOrder,
    "ComplaintOrder",
    "How complaints are put in order.",
    {
        "LATEST": "The latest first.",
        "DISTANCE": "The nearest first; needs `near`. Those without a position are left out.",
    },
)


@object_type(public, "An event in the history of a complaint (riwayat).")
class ComplaintStepType:
    happened_at: datetime = field("When it happened.")
    state: ComplaintState | None = field("The state after this event; null if the desk does not say.")
    note: str | None = field("The words of the desk about this event.")


@object_type(public, "A page of the history of a complaint (riwayat).")
class ComplaintStepConnectionType(ConnectionType[ComplaintStepType]):
    pass


@object_type(officers, "The person who complained (pelapor), as the desk knows them.")
class ComplainantType:
    name: str | None = field("The name.")
    email: str | None = field("The email address.")
    phone: PhoneNumber | None = field("The telephone number.")


@object_type(public, "A complaint, as its desk publishes it (pengaduan). It does not contain who complained.")
@node_of(DeskComplaint)
class ComplaintType(NodeType):
    code: str = field("The code of the desk and the number there, such as `laksa/00012`.")
    topic: ComplaintTopicType | None = field(
        "The topic; null if the desk does not have this topic any more.", resolver=published.topic
    )
    topic_name: str | None = field("The name of the topic, as it stands in the complaint.")
    text: str | None = field("The text of the complaint (isi laporan).")
    state: ComplaintState | None = field("How far the desk is; null if the hub does not know the desk's word.")
    note: str | None = field("The desk's answer (tanggapan).")
    notice: str | None = field("What the desk has announced.")
    owner: str | None = field("The name of the responsible agency (instansi penanggung jawab).")
    requested_at: datetime = field("When the complaint was made.")
    updated_at: datetime | None = field("When the complaint was last changed.")
    due_at: datetime | None = field("When the work is to be finished (tenggat).")
    timeliness: Timeliness = field("Whether the complaint is late, or was closed late.")
    address: str | None = field("The place, in words.")
    latitude: float | None = field("The latitude of the place (lintang); null if it is not known.")
    longitude: float | None = field("The longitude of the place (bujur); null if it is not known.")
    distance: float | None = field(
        "Kilometres from a point, along the surface of the earth; null without a position.",
        resolver=distance_from,
        weight=10,
        arguments={"near": "The point; if it is not given, the point of the list."},
        types={"near": PointInput | None},
    )
    photo: URL | None = field("The address of a photo, given by the person who complained.")
    anonymous: bool = field("Whether the complaint was made without a name (anonim).")
    secret: bool = field("Whether only the desk may read the complaint (rahasia).")
    steps: ComplaintStepConnectionType = field(
        "The history of the complaint, the oldest event first (riwayat).",
        resolver=published.steps,
        weight=1,
        arguments={},
    )
    complainant: ComplainantType | None = field(
        "The person who complained (pelapor); null if the complaint is anonymous or the desk does not say.",
        resolver=desk.complainant,
        policy=COMPLAINANT,
    )
    source: SourceType = field("The desk.")


@object_type(public, "A page of complaints.")
class ComplaintConnectionType(ConnectionType[ComplaintType]):
    unavailable: list[SourceType] = field("Desks that do not answer. Their complaints are missing.")


NARROWED_BY = {
    "state": "Only complaints in this state.",
    "timeliness": "Only complaints of this timeliness, such as `LATE`.",
    "topic": "Only complaints about this topic: its code, such as `laksa/001`.",
}


@object_type(officers, "A complaint desk, as its officers see it (kanal pengaduan).")
class ComplaintDeskType:
    code: str = field("The code of the desk.")
    name: str = field("The name of the desk.")
    waiting: int | None = field("How many complaints the hub has not delivered to the desk yet.", resolver=desk.waiting)
    complaints: ComplaintConnectionType | None = field(
        "The complaints of the desk (antrean pengaduan), also secret ones. Open ones come first, in the order of "
        "`dueAt`.",
        resolver=desk.queue,
        weight=50,
        arguments=NARROWED_BY,
    )


@object_type(public)
class TrackedQuery:
    complaints: ComplaintConnectionType | None = field(
        "The complaints of the last weeks that everybody may read (pengaduan publik). Secret ones are left out.",
        resolver=published.complaints,
        weight=50,
        arguments={
            "near": "The point from which distances are measured.",
            "within_km": "Only complaints within this distance, in kilometres; needs `near`.",
            "since": "Only complaints that were made at this moment or later.",
            "order_by": "The order of the list.",
            **NARROWED_BY,
        },
        types={"near": PointInput | None},
    )
    complaint: ComplaintType | None = field(
        "One complaint that everybody may read (pengaduan); null if no complaint has this code, or if it is secret.",
        resolver=published.complaint,
        arguments={"code": "The code of the complaint, such as `laksa/00012`."},
    )
    complaint_desk: ComplaintDeskType | None = field(
        "The desk of the officer who asks (kanal pengaduan). FORBIDDEN if the officer's agency is no desk.",
        resolver=desk.complaint_desk,
        weight=10,
        policy=officers,
    )
