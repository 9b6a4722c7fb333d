"""The complaints that a person sends: sending one, and following it."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from auth.policies import public, signed_in
from resolvers.complaints import rules, sent
from resolvers.complaints.given import LONGEST_ADDRESS, LONGEST_LINE, LONGEST_TEXT, MOST_ANSWERS
from resolvers.complaints.policies import MY_COMPLAINTS
from schema.complaints.complaints import ComplaintStepConnectionType, ComplaintType
from schema.complaints.topics import ComplaintTopicType
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.scalars import URL, PhoneNumber
from store.complaints.outbox import Delivery

enum(
    Delivery,
    "ComplaintDelivery",
    "How far the hub is with the delivery of a complaint (pengiriman).",
    {
        "WAITING": "Not delivered yet. The hub tries again by itself (menunggu dikirim).",
        "DELIVERED": "The desk has the complaint (terkirim).",
        "REFUSED": "The desk has refused the complaint; `problem` gives the reason (tidak diterima kanal).",
        "IN_DOUBT": "The hub has sent it, and does not know whether it arrived. It is not sent again (tidak pasti).",
    },
)


@strawberry.input(
    description="The person who complains (pelapor), so that the desk can answer. Not for an anonymous complaint."
)
class ComplainantInput:
    name: str = strawberry.field(description=f"The name of the person. At most {LONGEST_LINE} letters.")
    email: str | None = strawberry.field(default=UNSET, description="The email address.")
    phone: PhoneNumber | None = strawberry.field(default=UNSET, description="The telephone number.")


@strawberry.input(description="An answer to a field of a topic (isian).")
class ComplaintAnswerInput:
    field: str = strawberry.field(description="The code of the field, such as `keadaan`.")
    values: list[str] = strawberry.field(
        description="The answer: one value, or several codes such as `malam` for a field of the type SOME_OF. "
        f"At most {LONGEST_LINE} letters each."
    )


@strawberry.input(description="A complaint to send (pengaduan).")
class ComplaintInput:
    topic: str = strawberry.field(description="The code of the topic, such as `laksa/001`.")
    text: str = strawberry.field(description=f"The text of the complaint. At most {LONGEST_TEXT} letters.")
    address: str | None = strawberry.field(
        default=UNSET,
        description=f"The place, in words. This or `point` is needed. At most {LONGEST_LINE} letters.",
    )
    point: PointInput | None = strawberry.field(
        default=UNSET, description="The place, as a position. This or `address` is needed."
    )
    photo: URL | None = strawberry.field(
        default=UNSET,
        description="The address of a photo on the web. The hub does not open it, and removes nothing from it. At most "
        f"{LONGEST_ADDRESS} letters.",
    )
    anonymous: bool = strawberry.field(
        default=False, description="Whether to hide who complains (anonim). The hub then sends the desk no name at all."
    )
    secret: bool = strawberry.field(
        default=False,
        description="Whether only the desk may read it (rahasia). SECRET_NOT_KEPT if the desk cannot do that.",
    )
    contact: ComplainantInput | None = strawberry.field(
        default=UNSET, description="The person who complains, if the person wants to be named."
    )
    answers: list[ComplaintAnswerInput] = strawberry.field(
        default_factory=list, description=f"The answers to the fields of the topic. At most {MOST_ANSWERS}."
    )


@object_type(signed_in, "A complaint of the person who asks (pengaduan saya).")
@node_of(rules.SentComplaint)
class SentComplaintType(NodeType):
    code: str = field("The code of the complaint at the hub. It does not change when the complaint is delivered.")
    agency: str = field("The code of the desk.")
    desk: str = field("The name of the desk (kanal).")
    page: URL | None = field("The page where people follow a complaint at the desk itself; null if the hub knows none.")
    topic: ComplaintTopicType | None = field(
        "The topic; null if the desk does not have this topic any more.", resolver=sent.topic
    )
    text: str | None = field(
        "The text: from the hub until the complaint is delivered, then from the desk. Null if neither has it any more.",
        resolver=sent.text,
    )
    anonymous: bool = field("Whether the complaint is sent without a name (anonim).")
    secret: bool = field("Whether only the desk may read the complaint (rahasia).")
    made_at: datetime = field("When the person sent it to the hub.")
    delivery: Delivery = field("How far the delivery is.")
    attempts: int = field("How often the hub has tried to deliver it.")
    problem: str | None = field("The code of the reason why the last attempt failed; null if it did not fail.")
    next_attempt_at: datetime | None = field("When the hub tries again; null if it does not.")
    delivered_at: datetime | None = field("When the complaint was delivered.")
    number: str | None = field("The number at the desk (nomor pengaduan); null as long as there is none.")
    notice: str | None = field("What the desk has announced.")
    complaint: ComplaintType | None = field(
        "The complaint as the desk shows it; null as long as it has no number, and at a desk that shows nothing.",
        resolver=sent.complaint,
    )
    steps: ComplaintStepConnectionType | None = field(
        "The history of the complaint, the oldest event first (riwayat).", resolver=sent.steps, arguments={}
    )


@object_type(signed_in, "A page of complaints of the person who asks.")
class SentComplaintConnectionType(ConnectionType[SentComplaintType]):
    pass


@object_type(signed_in)
class MyComplaints:
    complaints: SentComplaintConnectionType | None = field(
        "The complaints that the person has sent (pengaduan saya), delivered or not. The newest come first.",
        resolver=sent.sent_complaints,
        weight=50,
        arguments={},
        policy=MY_COMPLAINTS,
    )


@object_type(public)
class SentQuery:
    sent_complaint: SentComplaintType | None = field(
        "One complaint that the person has sent (pengaduan saya); null if the person has none of this code.",
        resolver=sent.sent_complaint,
        arguments={"code": "The code of the complaint at the hub, such as `6f0c1a52-0000-4000-8000-000000000001`."},
        policy=MY_COMPLAINTS,
    )


@object_type(public)
class ComplaintsMutation:
    send_complaint: SentComplaintType | None = field(
        "Send a complaint (kirim pengaduan). The hub stores it and delivers it, also if the desk does not answer now.",
        resolver=sent.send_complaint,
        arguments={
            "complaint": "The complaint.",
            "idempotency_key": "A text that the client makes for this one complaint, such as a UUID. A request that is "
            "repeated with the same key does not make a second complaint.",
        },
        types={"complaint": ComplaintInput},
        policy=MY_COMPLAINTS,
    )
