"""Complaints as their desks tell of them (pengaduan)."""

from datetime import datetime

from auth.policies import officers, public
from connectors.complaints.records import ComplaintState
from resolvers.complaints import officers as desk
from resolvers.complaints import published
from resolvers.complaints.policies import COMPLAINANT
from resolvers.complaints.rules import DeskComplaint, Timeliness
from resolvers.kit.places import distance_from
from schema.complaints.topics import ComplaintTopic
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import Node, node_of
from schema.kit.paging import Connection
from schema.kit.places import Point
from schema.kit.provenance import Source
from schema.kit.scalars import URL, PhoneNumber

enum(
    ComplaintState,
    "ComplaintState",
    "How far a desk is with a complaint (status pengaduan).",
    {
        "OPEN": "Open, and the desk does not say how far (terbuka).",
        "VERIFIED": "The desk has looked at it (terverifikasi).",
        "FORWARDED": "It was passed on to the agency that has to see to it (diteruskan).",
        "IN_PROGRESS": "Somebody sees to it (diproses).",
        "DONE": "It was seen to (selesai).",
        "REJECTED": "The desk does not see to it, and says why in `note` (ditolak).",
        "CLOSED": "Closed, and the desk does not say how (ditutup).",
    },
)
enum(
    Timeliness,
    "ComplaintTimeliness",
    "Whether a complaint is seen to in the time that its desk has set (ketepatan waktu).",
    {
        "ON_TIME": "Open, and its time is not over (dalam tenggat).",
        "LATE": "Open, and its time is over (terlambat).",
        "CLOSED_ON_TIME": "Closed within its time (selesai tepat waktu).",
        "CLOSED_LATE": "Closed after its time (selesai terlambat).",
        "UNKNOWN": "The desk has set no time, or does not say when it was closed (tidak diketahui).",
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


@object_type(public, "Something that happened to a complaint (riwayat).")
class ComplaintStep:
    happened_at: datetime = field("When it happened.")
    state: ComplaintState | None = field("How far it was then; null where nobody says.")
    note: str | None = field("What was said of it.")


@object_type(public, "A page of what happened to a complaint (riwayat).")
class ComplaintStepConnection(Connection[ComplaintStep]):
    pass


@object_type(officers, "Who complained (pelapor), as the desk has it.")
class Complainant:
    name: str | None = field("The name.")
    email: str | None = field("The email address.")
    phone: PhoneNumber | None = field("The telephone number.")


@object_type(
    public, "A complaint, as its desk tells of it (pengaduan). Who complained is in none that everybody may read."
)
@node_of(DeskComplaint)
class Complaint(Node):
    code: str = field("Its code: the desk's, and its number there.")
    topic: ComplaintTopic | None = field(
        "What it is about; null where the desk has this topic no longer.", resolver=published.topic
    )
    topic_name: str | None = field("The name of its topic, as the complaint has it.")
    text: str | None = field("What was written (isi laporan).")
    state: ComplaintState | None = field("How far the desk is; null where it says a word that is not known.")
    note: str | None = field("What the desk says of it (tanggapan).")
    notice: str | None = field("What the desk has said will follow.")
    owner: str | None = field("The agency that has to see to it (instansi penanggung jawab), by its name.")
    requested_at: datetime = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
    due_at: datetime | None = field("When it is to be seen to (tenggat).")
    timeliness: Timeliness = field("Whether it is late, or was.")
    address: str | None = field("Where it is, in words.")
    latitude: float | None = field("Where it is (lintang); null where nobody says.")
    longitude: float | None = field("Where it is (bujur); null where nobody says.")
    distance: float | None = field(
        "Kilometres from a point, along the surface of the earth; null without a position.",
        resolver=distance_from,
        arguments={"near": "From where; from that of the list if not given."},
        types={"near": Point | None},
    )
    photo: URL | None = field("A photo, at an address that who complained has given.")
    anonymous: bool = field("Whether it was made without a name (anonim).")
    secret: bool = field("Whether only its desk may read it (rahasia).")
    steps: ComplaintStepConnection = field(
        "What has happened to it, the first thing first (riwayat).", resolver=published.steps, arguments={}
    )
    complainant: Complainant | None = field(
        "Who complained (pelapor); null where it was anonymous, or the desk does not say.",
        resolver=desk.complainant,
        policy=COMPLAINANT,
    )
    source: Source = field("The desk.")


@object_type(public, "A page of complaints.")
class ComplaintConnection(Connection[Complaint]):
    unavailable: list[Source] = field("Desks that do not answer: their complaints are missing.")


NARROWED_BY = {
    "state": "Only those that the desk is so far with.",
    "timeliness": "Only those that are so late.",
    "topic": "Only those of this topic, by its code, such as `laksa/001`.",
}


@object_type(officers, "A desk as its officers see it (kanal pengaduan).")
class ComplaintDesk:
    code: str = field("The desk's code.")
    name: str = field("What people call it.")
    waiting: int | None = field("How many complaints the hub has still to deliver to it.", resolver=desk.waiting)
    complaints: ComplaintConnection | None = field(
        "Its complaints (antrean pengaduan), secret ones too: what is open and due first comes first.",
        resolver=desk.queue,
        weight=50,
        arguments=NARROWED_BY,
    )


@object_type(public)
class TrackedQuery:
    complaints: ComplaintConnection | None = field(
        "Complaints that everybody may read (pengaduan publik), of the last weeks; secret ones are left out.",
        resolver=published.complaints,
        weight=50,
        arguments={
            "near": "From where distances are measured.",
            "within_km": "Only those that are not farther; needs `near`.",
            "since": "Only those that were made since then.",
            "order_by": "How they are put in order.",
            **NARROWED_BY,
        },
        types={"near": Point | None},
    )
    complaint: Complaint | None = field(
        "One complaint (pengaduan) that everybody may read; null if there is none of this code, or it is secret.",
        resolver=published.complaint,
        arguments={"code": "Its code, such as `laksa/00012`."},
    )
    complaint_desk: ComplaintDesk | None = field(
        "The desk that the officer who asks works for (kanal pengaduan); FORBIDDEN for who works elsewhere.",
        resolver=desk.complaint_desk,
        policy=officers,
    )
