"""The topics of complaints (topik pengaduan)."""

from auth.policies import public
from connectors.complaints.records import FieldType, Numbering
from resolvers.complaints import topics
from resolvers.complaints.rules import DeskTopic
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType

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
enum(
    Numbering,
    "ComplaintNumbering",
    "When a desk gives a complaint its number, by which it can be followed (nomor pengaduan).",
    {
        "AT_ONCE": "At once (langsung).",
        "LATER": "Some time after it was delivered (menyusul).",
        "NEVER": "Never, so it cannot be followed (tanpa nomor).",
    },
)


@object_type(public, "One possible answer to a field (pilihan).")
class ComplaintChoiceType:
    code: str = field("The code that is sent for this choice.")
    name: str = field("The words that people read.")


@object_type(public, "A page of the choices of a field (pilihan).")
class ComplaintChoiceConnectionType(ConnectionType[ComplaintChoiceType]):
    pass


@object_type(public, "A question that a topic asks besides the text (isian).")
class ComplaintFieldType:
    code: str = field("The code of the field, for the answers in `sendComplaint`.")
    label: str = field("The question.")
    type: FieldType = field("The kind of answer.")
    required: bool = field("Whether an answer is needed.")
    hint: str | None = field("Help with the answer; null if the desk gives none.")
    choices: ComplaintChoiceConnectionType = field(
        "The possible answers; empty if any answer is possible.", resolver=topics.choices, weight=1, arguments={}
    )


@object_type(public, "A page of the fields of a topic (isian).")
class ComplaintFieldConnectionType(ConnectionType[ComplaintFieldType]):
    pass


@object_type(public, "A subject that people can complain about at a desk (topik pengaduan).")
@node_of(DeskTopic)
class ComplaintTopicType(NodeType):
    code: str = field("The code of the topic, such as `laksa/001`.")
    name: str = field("The name of the topic.")
    description: str | None = field("What the topic includes; null if the desk does not say.")
    group: str | None = field("The group of the topic (kelompok); null if it has none.")
    keywords: list[str] = field("Words for the search (kata kunci).")
    numbering: Numbering = field("When the desk gives a complaint about this topic a number.")
    takes_secret: bool = field("Whether the desk can keep a complaint secret (dirahasiakan).")
    fields: ComplaintFieldConnectionType | None = field(
        "The questions of the topic, in the order of the desk. The hub asks the desk for them.",
        resolver=topics.fields,
        arguments={},
    )
    source: SourceType = field("The desk.")


@object_type(public, "A page of topics.")
class ComplaintTopicConnectionType(ConnectionType[ComplaintTopicType]):
    unavailable: list[SourceType] = field("Desks that do not answer. Their topics are missing.")


@object_type(public)
class TopicsQuery:
    complaint_topics: ComplaintTopicConnectionType | None = field(
        "The subjects that people can complain about, at all desks of the city (topik pengaduan).",
        resolver=topics.complaint_topics,
        arguments={"search": "Words of the name, description, group or keywords, such as `lampu jalan`."},
    )
    complaint_topic: ComplaintTopicType | None = field(
        "One topic (topik pengaduan); null if no topic has this code.",
        resolver=topics.complaint_topic,
        arguments={"code": "The code of the topic, such as `laksa/001`."},
    )
