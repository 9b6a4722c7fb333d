"""Regulations (JDIH)."""

from datetime import date

from auth.policies import public
from connectors.jdih.records import RegulationLevel, RegulationStatus
from resolvers.jdih import legal_services, relations
from resolvers.jdih import regulations as jdih
from resolvers.jdih.sources import PublishedRegulation
from resolvers.kit import opening_hours
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.opening_hours import OpeningHoursType
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, PhoneNumber
from store.jdih.regulations import RegulationOrder

enum(
    RegulationLevel,
    "RegulationLevel",
    "The level of the government that made a regulation (tingkat peraturan).",
    {"CITY": "The city's (kota).", "PROVINCE": "The province's (provinsi).", "STATE": "The state's (pusat)."},
)
enum(
    RegulationStatus,
    "RegulationStatus",
    "Whether a regulation is in force, as its publisher says (status keberlakuan).",
    {
        "IN_FORCE": "It is in force (berlaku).",
        "AMENDED": "It is in force as amended (diubah).",
        "REVOKED": "It is no longer in force (dicabut, tidak berlaku).",
        "UNKNOWN": "The publisher does not say it, or its words are unknown to the hub. Read `statusText`.",
    },
)
enum(
    RegulationOrder,
    "RegulationOrder",
    "The order of regulations.",
    {
        "RELEVANCE": "First the regulation that `text` names by kind, number and year. Then those with all its "
        "words in title, kind, number or year. Then those with some words only in their subjects. "
        "Equal ones, and a list without words, are sorted by date, the newest first.",
        "NEWEST": "The newest first. Regulations without a date come last.",
        "OLDEST": "The oldest first.",
    },
)


@object_type(public, "A file (berkas) of a regulation.")
class AttachmentType:
    name: str = field("Its name.")
    url: URL | None = field("Its address; null if the publisher gives no valid address.")


@object_type(public, "A relation between two regulations, as a publisher states it (status peraturan).")
class RegulationRelationType:
    text: str = field("The publisher's own words about the relation.")
    regulation: "RegulationType | None" = field(
        "The other regulation; null if the words do not name exactly one regulation that the hub has."
    )


@object_type(public, "A regulation (peraturan perundang-undangan).")
@node_of(PublishedRegulation)
class RegulationType(NodeType):
    code: str = field("Its code in the hub, such as `jdih-kota/10134`.")
    level: RegulationLevel = field("The level of the government that made it.")
    title: str = field("Its title (judul).")
    kind: str = field("Its kind (jenis), such as Peraturan Daerah.")
    abbreviation: str | None = field("The usual abbreviation of the kind (singkatan), such as PERDA.")
    number: str | None = field("Its number (nomor), without the year.")
    year: int | None = field("The year of its number (tahun).")
    enacted_on: date | None = field(
        "When it was promulgated (tanggal pengundangan), or else enacted (tanggal penetapan)."
    )
    status: RegulationStatus = field("Whether it is in force.")
    status_text: str | None = field("The publisher's own words about the status.")
    amends: ConnectionType[RegulationRelationType] | None = field(
        "The regulations that it amends (mengubah), as one of the two publishers says; the newest first.",
        resolver=relations.amends,
        weight=100,
    )
    revokes: ConnectionType[RegulationRelationType] | None = field(
        "The regulations that it revokes (mencabut), as one of the two publishers says; the newest first.",
        resolver=relations.revokes,
        weight=100,
    )
    amended_by: ConnectionType[RegulationRelationType] | None = field(
        "The regulations that amend it (diubah dengan), as one of the two publishers says; the newest first.",
        resolver=relations.amended_by,
        weight=100,
    )
    revoked_by: ConnectionType[RegulationRelationType] | None = field(
        "The regulations that revoke it (dicabut dengan), as one of the two publishers says; the newest first.",
        resolver=relations.revoked_by,
        weight=100,
    )
    subjects: list[str] = field("What it is about (subjek).")
    legal_field: str | None = field("The field of law (bidang hukum).")
    author: str | None = field("Who made it (T.E.U. badan).")
    publisher: str | None = field("Who published it (penerbit).")
    place: str | None = field("Where it was published (tempat terbit).")
    gazette: str | None = field("Where it is printed (sumber), such as LD.2025/NO.99.")
    language: str | None = field("Its language (bahasa).")
    abstract: str | None = field("A summary of it (abstrak).")
    abstract_url: URL | None = field("The address of the abstract.")
    url: URL | None = field("Its page at the publisher.")
    attachments: ConnectionType[AttachmentType] = field("Its files.", resolver=jdih.attachments, weight=10)
    source: SourceType = field("The publisher, and the age of the hub's copy of its collection.")


@object_type(public, "A page of regulations.")
class RegulationConnectionType(ConnectionType[RegulationType]):
    unavailable: list[SourceType] = field(
        "Publishers whose collection cannot be read now. Their regulations are missing."
    )


@object_type(public, "An office where people can ask about the law (layanan hukum).")
class LegalOfficeType:
    name: str = field("Its name, in the language of the request.")
    owner: str = field("Who is responsible for it (penanggung jawab).")
    about: str = field("What it does and for whom, in the language of the request.")
    requirements: list[str] = field("What a person must bring or fulfil (persyaratan), in the language of the request.")
    legal_basis: str | None = field("The law that it is based on (dasar hukum), such as UU 16/2011.")
    free: bool = field("Whether it costs nothing (tanpa biaya).")
    address: str = field("Where it is (alamat).")
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    email: str | None = field("Its address for mail (surel).")
    url: URL | None = field("Its page.")
    opening_hours: ConnectionType[OpeningHoursType] = field(
        "When it is open.", resolver=opening_hours.weekly, weight=10
    )
    open_now: bool = field("Whether it is open now by these hours. The hub does not know holidays.")
    checked_on: date = field("When this entry was last checked.")
    agency: str = field("The code of the agency that names it.")


@object_type(public)
class JdihQuery:
    regulations: RegulationConnectionType | None = field(
        "Regulations (peraturan) of the city, its province and the state.",
        resolver=jdih.regulations,
        weight=250,
        arguments={
            "text": "Only those with all these words in title, kind, number, year or subjects, such as `perda 8 "
            "2019`. A word also finds longer words that begin with it, a number finds only itself, and "
            "`parkir` also finds `perparkiran`. A kind may be written in full or in short.",
            "number": "Only those of this number, without leading zeros, such as `8`.",
            "year": "Only those of this year.",
            "kind": "Only those of this kind, by its name or its abbreviation, in any case.",
            "status": "Only those with this status.",
            "subject": "Only those with this text in one of their subjects, in any case.",
            "level": "Only the city's, the province's or the state's.",
            "order_by": "The order of the list. `RELEVANCE` is for a search.",
        },
    )
    regulation: RegulationType | None = field(
        "One regulation (peraturan); null if there is none with this code.",
        resolver=jdih.regulation,
        weight=200,
        arguments={"code": "Its code in the hub, such as `jdih-kota/10134`."},
    )
    legal_consultation_offices: ConnectionType[LegalOfficeType] | None = field(
        "Offices that give advice on the law (konsultasi hukum).",
        resolver=legal_services.legal_consultation_offices,
        weight=10,
    )
    legal_aid_offices: ConnectionType[LegalOfficeType] | None = field(
        "Offices that help people without means, in and out of court (bantuan hukum).",
        resolver=legal_services.legal_aid_offices,
        weight=10,
    )
