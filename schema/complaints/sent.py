"""One's own complaints: sending them, and what becomes of them."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from auth.policies import public, signed_in
from resolvers.complaints import rules, sent
from resolvers.complaints.policies import MY_COMPLAINTS
from resolvers.complaints.rules import LONGEST_ADDRESS, LONGEST_LINE, LONGEST_TEXT, MOST_ANSWERS
from schema.complaints.complaints import Complaint, ComplaintStepConnection
from schema.complaints.topics import ComplaintTopic
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import Node, node_of
from schema.kit.paging import Connection
from schema.kit.places import Point
from schema.kit.scalars import URL, PhoneNumber
from store.complaints.outbox import Delivery

enum(
    Delivery,
    "ComplaintDelivery",
    "How far a complaint is on its way to its desk (pengiriman).",
    {
        "WAITING": "Not delivered yet; the hub goes on trying (menunggu dikirim).",
        "DELIVERED": "The desk has it (terkirim).",
        "REFUSED": "The desk does not take it; `problem` says why (tidak diterima kanal).",
        "IN_DOUBT": "It was handed over and nobody knows whether it arrived; it is not sent again (tidak pasti).",
    },
)


@strawberry.input(description="Who complains (pelapor), so that the desk can answer. An anonymous complaint has none.")
class ComplainantInput:
    name: str = strawberry.field(description=f"The name. At most {LONGEST_LINE} letters.")
    email: str | None = strawberry.field(default=UNSET, description="The email address.")
    phone: PhoneNumber | None = strawberry.field(default=UNSET, description="The telephone number.")


@strawberry.input(description="What is answered to a field of a topic (isian).")
class ComplaintAnswerInput:
    field: str = strawberry.field(description="The code of the field, such as `keadaan`.")
    values: list[str] = strawberry.field(
        description=f"What is answered: one value, or several codes where the field takes some of its choices. At most "
        f"{LONGEST_LINE} letters each."
    )


@strawberry.input(description="A complaint that is to be sent (pengaduan).")
class ComplaintInput:
    topic: str = strawberry.field(description="The code of its topic, such as `laksa/001`.")
    text: str = strawberry.field(description=f"What there is to complain about. At most {LONGEST_TEXT} letters.")
    address: str | None = strawberry.field(
        default=UNSET,
        description=f"Where it is, in words; this, or `point`. At most {LONGEST_LINE} letters.",
    )
    point: Point | None = strawberry.field(default=UNSET, description="Where it is, as a position; this, or `address`.")
    photo: URL | None = strawberry.field(
        default=UNSET,
        description="The address of a photo on the web; the hub does not open it, and takes nothing out of it. At most "
        f"{LONGEST_ADDRESS} letters.",
    )
    anonymous: bool = strawberry.field(
        default=False, description="Whether nobody is to learn who complains (anonim): no name goes to the desk at all."
    )
    secret: bool = strawberry.field(
        default=False, description="Whether only the desk may read it (rahasia). SECRET_NOT_KEPT where it cannot."
    )
    contact: ComplainantInput | None = strawberry.field(default=UNSET, description="Who complains, where it is said.")
    answers: list[ComplaintAnswerInput] = strawberry.field(
        default_factory=list, description=f"What is answered to the fields of the topic. At most {MOST_ANSWERS}."
    )


@object_type(signed_in, "A complaint of the person who asks (pengaduan saya).")
@node_of(rules.SentComplaint)
class SentComplaint(Node):
    code: str = field("Its code at the hub, which stays the same until it is delivered and after.")
    agency: str = field("The code of its desk.")
    desk: str = field("What people call the desk (kanal).")
    page: URL | None = field("Where it can be followed at the desk itself; null where the hub knows no such page.")
    topic: ComplaintTopic | None = field(
        "What it is about; null where the desk has this topic no longer.", resolver=sent.topic
    )
    text: str | None = field(
        "What was written: from the hub while it waits, then from the desk; null where neither has it any more.",
        resolver=sent.text,
    )
    anonymous: bool = field("Whether it goes without a name (anonim).")
    secret: bool = field("Whether only its desk may read it (rahasia).")
    made_at: datetime = field("When it was made.")
    delivery: Delivery = field("How far it is on its way.")
    attempts: int = field("How often the hub has tried to deliver it.")
    problem: str | None = field("The code of what kept it from being delivered the last time.")
    next_attempt_at: datetime | None = field("When the hub tries again; null where it does not.")
    delivered_at: datetime | None = field("When the desk had it.")
    number: str | None = field("Its number at the desk (nomor pengaduan); null while it has none.")
    notice: str | None = field("What the desk has said will follow.")
    complaint: Complaint | None = field(
        "What the desk says of it; null while it has no number there, and where the desk does not say.",
        resolver=sent.complaint,
    )
    steps: ComplaintStepConnection | None = field(
        "What has happened to it, the first thing first (riwayat).", resolver=sent.steps, arguments={}
    )


@object_type(signed_in, "A page of complaints of the person who asks.")
class SentComplaintConnection(Connection[SentComplaint]):
    pass


@object_type(signed_in)
class MyComplaints:
    complaints: SentComplaintConnection | None = field(
        "The person's own complaints (pengaduan saya), delivered or not: the latest first.",
        resolver=sent.sent_complaints,
        weight=50,
        arguments={},
        policy=MY_COMPLAINTS,
    )


@object_type(public)
class SentQuery:
    sent_complaint: SentComplaint | None = field(
        "One of the person's own complaints (pengaduan saya); null if there is none of this code.",
        resolver=sent.sent_complaint,
        arguments={"code": "Its code at the hub, such as `6f0c1a52-0000-4000-8000-000000000001`."},
        policy=MY_COMPLAINTS,
    )


@object_type(public)
class ComplaintsMutation:
    send_complaint: SentComplaint | None = field(
        "Send a complaint (kirim pengaduan). The hub keeps it and delivers it, even if the desk does not answer now.",
        resolver=sent.send_complaint,
        arguments={
            "complaint": "What there is to complain about.",
            "idempotency_key": "A text of the client's own for this one complaint, such as a UUID: however often it is "
            "sent, there is one complaint.",
        },
        types={"complaint": ComplaintInput},
        policy=MY_COMPLAINTS,
    )
