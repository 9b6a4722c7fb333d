"""Regulations (JDIH)."""

from datetime import date

from auth.policies import public
from connectors.jdih.records import RegulationLevel, RegulationStatus
from resolvers import jdih
from schema.access import object_type
from schema.enums import enum
from schema.fields import field
from schema.node import Node, node_of
from schema.paging import Connection
from schema.provenance import Source
from schema.scalars import URL
from store.jdih import RegulationOrder

enum(
    RegulationLevel,
    "RegulationLevel",
    "Whose regulations they are (tingkat peraturan).",
    {"CITY": "The city's (kota).", "PROVINCE": "The province's (provinsi).", "STATE": "The state's (pusat)."},
)
enum(
    RegulationStatus,
    "RegulationStatus",
    "Whether a regulation holds, as its publisher says (status keberlakuan).",
    {
        "IN_FORCE": "It holds (berlaku).",
        "AMENDED": "It holds as amended (diubah).",
        "REVOKED": "It holds no longer (dicabut, tidak berlaku).",
        "UNKNOWN": "The publisher does not say, or in words that the hub does not know: read `statusText`.",
    },
)
enum(
    RegulationOrder,
    "RegulationOrder",
    "How regulations are put in order.",
    {"NEWEST": "The newest first; those without a date last.", "OLDEST": "The oldest first."},
)


@object_type(public, "A file (berkas) of a regulation.")
class Attachment:
    name: str = field("Its name.")
    url: URL | None = field("Where it can be had; null where what the publisher gives is no address.")


@object_type(public, "A regulation (peraturan perundang-undangan).")
@node_of(jdih.PublishedRegulation)
class Regulation(Node):
    code: str = field("Its code in the hub.")
    level: RegulationLevel = field("Whose regulation it is.")
    title: str = field("Its title (judul).")
    kind: str = field("What kind it is (jenis), such as Peraturan Daerah.")
    abbreviation: str | None = field("The usual abbreviation of the kind (singkatan), such as PERDA.")
    number: str | None = field("Its number (nomor), without the year.")
    year: int | None = field("The year of its number (tahun).")
    enacted_on: date | None = field("When it was promulgated (tanggal pengundangan).")
    status: RegulationStatus = field("Whether it holds.")
    status_text: str | None = field("What the publisher says of that, in its own words.")
    subjects: list[str] = field("What it is about (subjek).")
    legal_field: str | None = field("The field of law (bidang hukum).")
    author: str | None = field("Who made it (T.E.U. badan).")
    publisher: str | None = field("Who published it (penerbit).")
    place: str | None = field("Where it was published (tempat terbit).")
    gazette: str | None = field("Where it is printed (sumber), such as LD.2025/NO.99.")
    language: str | None = field("Its language (bahasa).")
    abstract: str | None = field("What it says in short (abstrak).")
    abstract_url: URL | None = field("Where the abstract can be had.")
    url: URL | None = field("Its page at the publisher.")
    attachments: Connection[Attachment] = field("Its files, as the publisher puts them.", resolver=jdih.attachments)
    source: Source = field("Whose collection it comes from, and how old the hub's copy of that is.")


@object_type(public, "A page of regulations.")
class RegulationConnection(Connection[Regulation]):
    unavailable: list[Source] = field("Publishers whose collection is not to be had: their regulations are missing.")


@object_type(public)
class JdihQuery:
    regulations: RegulationConnection | None = field(
        "Regulations (peraturan) of the city, its province and the state.",
        resolver=jdih.regulations,
        arguments={
            "text": "Only those with these words, or some that begin so, in title, kind, number, year or subjects.",
            "number": "Only those of this number, without leading zeros.",
            "year": "Only those of this year.",
            "kind": "Only those of this kind, by its name or its abbreviation, in any case.",
            "status": "Only those of which the publisher says this.",
            "subject": "Only those with this among their subjects, in any case.",
            "level": "Only the city's, the province's or the state's.",
            "order_by": "How they are put in order.",
        },
    )
    regulation: Regulation | None = field(
        "One regulation (peraturan); null if there is none with this code.",
        resolver=jdih.regulation,
        arguments={"code": "Its code in the hub."},
    )
