"""What can be complained about (topik pengaduan)."""

from auth.policies import public
from connectors.complaints.records import FieldType
from resolvers.complaints import topics
from resolvers.complaints.rules import DeskTopic
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import Node, node_of
from schema.kit.paging import Connection
from schema.kit.provenance import Source

enum(
    FieldType,
    "ComplaintFieldType",
    "What a field of a topic takes (jenis isian).",
    {
        "TEXT": "One line (teks pendek).",
        "LONG_TEXT": "Several lines (teks panjang).",
        "NUMBER": "A number (bilangan).",
        "MOMENT": "A moment with its zone (waktu).",
        "ONE_OF": "One of its choices, by its code (pilihan tunggal).",
        "SOME_OF": "Some of its choices, by their codes (pilihan ganda).",
    },
)


@object_type(public, "One thing that can be answered to a field (pilihan).")
class ComplaintChoice:
    code: str = field("What is sent for it.")
    name: str = field("What people read.")


@object_type(public, "A page of the choices of a field (pilihan).")
class ComplaintChoiceConnection(Connection[ComplaintChoice]):
    pass


@object_type(public, "One more thing that a topic asks for (isian).")
class ComplaintField:
    code: str = field("By what it is answered in `sendComplaint`.")
    label: str = field("What is asked.")
    type: FieldType = field("What it takes.")
    required: bool = field("Whether it has to be answered.")
    hint: str | None = field("Help to answer it; null where the desk gives none.")
    choices: ComplaintChoiceConnection = field(
        "What can be answered; nothing where anything can.", resolver=topics.choices, arguments={}
    )


@object_type(public, "A page of the fields of a topic (isian).")
class ComplaintFieldConnection(Connection[ComplaintField]):
    pass


@object_type(public, "What can be complained about at a desk (topik pengaduan).")
@node_of(DeskTopic)
class ComplaintTopic(Node):
    code: str = field("Its code, with which a complaint names it.")
    name: str = field("Its name.")
    description: str | None = field("What is meant; null where the desk does not say.")
    group: str | None = field("Under what it stands beside others (kelompok); null where the desk has no groups.")
    keywords: list[str] = field("Words by which it is found (kata kunci).")
    gives_number: bool = field("Whether a complaint gets a number, by which it can be followed.")
    takes_secret: bool = field("Whether the desk can keep a complaint secret (dirahasiakan).")
    fields: ComplaintFieldConnection | None = field(
        "What it asks for besides, in its order; the desk is asked for it.", resolver=topics.fields, arguments={}
    )
    source: Source = field("The desk.")


@object_type(public, "A page of topics.")
class ComplaintTopicConnection(Connection[ComplaintTopic]):
    unavailable: list[Source] = field("Desks that do not answer: their topics are missing.")


@object_type(public)
class TopicsQuery:
    complaint_topics: ComplaintTopicConnection | None = field(
        "What can be complained about, at all desks of the city (topik pengaduan).",
        resolver=topics.complaint_topics,
        arguments={"search": "Words that its name, description, group or keywords have, such as `lampu jalan`."},
    )
    complaint_topic: ComplaintTopic | None = field(
        "One of them (topik pengaduan); null if there is none of this code.",
        resolver=topics.complaint_topic,
        arguments={"code": "Its code, such as `laksa/001`."},
    )
