"""Regulations (JDIH)."""

from datetime import date

from auth.policies import public
from connectors.jdih.records import RegulationLevel, RegulationStatus
from resolvers.jdih import legal_services, relations
from resolvers.jdih import regulations as jdih
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, PhoneNumber
from schema.venues.venues import OpeningHoursType
from store.jdih.regulations import RegulationOrder

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
    {
        "RELEVANCE": "What `text` names by kind, number and year; then what has all its words in title, kind, number "
        "or year; then what has some only among its subjects. Among equals, and without words, the newest first.",
        "NEWEST": "The newest first; those without a date last.",
        "OLDEST": "The oldest first.",
    },
)


@object_type(public, "A file (berkas) of a regulation.")
class AttachmentType:
    name: str = field("Its name.")
    url: URL | None = field("Where it can be had; null where what the publisher gives is no address.")


@object_type(public, "What one regulation does to another, where a publisher says so (status peraturan).")
class RegulationRelationType:
    text: str = field("What the publisher says of it, in its own words.")
    regulation: "RegulationType | None" = field(
        "The other regulation; null where the words do not name exactly one that the hub has."
    )


@object_type(public, "A regulation (peraturan perundang-undangan).")
@node_of(jdih.PublishedRegulation)
class RegulationType(NodeType):
    code: str = field("Its code in the hub, such as `jdih-kota/10134`.")
    level: RegulationLevel = field("Whose regulation it is.")
    title: str = field("Its title (judul).")
    kind: str = field("What kind it is (jenis), such as Peraturan Daerah.")
    abbreviation: str | None = field("The usual abbreviation of the kind (singkatan), such as PERDA.")
    number: str | None = field("Its number (nomor), without the year.")
    year: int | None = field("The year of its number (tahun).")
    enacted_on: date | None = field(
        "When it was promulgated (tanggal pengundangan), or else passed (tanggal penetapan)."
    )
    status: RegulationStatus = field("Whether it holds.")
    status_text: str | None = field("What the publisher says of that, in its own words.")
    amends: ConnectionType[RegulationRelationType] | None = field(
        "What it amends (mengubah), as its publisher or that of the other says; the newest first.",
        resolver=relations.amends,
        weight=100,
    )
    revokes: ConnectionType[RegulationRelationType] | None = field(
        "What it revokes (mencabut), as its publisher or that of the other says; the newest first.",
        resolver=relations.revokes,
        weight=100,
    )
    amended_by: ConnectionType[RegulationRelationType] | None = field(
        "What amends it (diubah dengan), as its publisher or that of the other says; the newest first.",
        resolver=relations.amended_by,
        weight=100,
    )
    revoked_by: ConnectionType[RegulationRelationType] | None = field(
        "What revokes it (dicabut dengan), as its publisher or that of the other says; the newest first.",
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
    abstract: str | None = field("What it says in short (abstrak).")
    abstract_url: URL | None = field("Where the abstract can be had.")
    url: URL | None = field("Its page at the publisher.")
    attachments: ConnectionType[AttachmentType] = field(
        "Its files, as the publisher puts them.", resolver=jdih.attachments
    )
    source: SourceType = field("Whose collection it comes from, and how old the hub's copy of that is.")


@object_type(public, "A page of regulations.")
class RegulationConnectionType(ConnectionType[RegulationType]):
    unavailable: list[SourceType] = field(
        "Publishers whose collection is not to be had: their regulations are missing."
    )


@object_type(public, "Whom to ask about the law: an office, and who answers for it (layanan hukum).")
class LegalOfficeType:
    name: str = field("Its name, in the language of the request.")
    owner: str = field("Who answers for it (penanggung jawab).")
    about: str = field("What it does and for whom, in the language of the request.")
    requirements: list[str] = field("What one has to bring or to be (persyaratan), in the language of the request.")
    legal_basis: str | None = field("The law by which it works (dasar hukum), such as UU 16/2011.")
    free: bool = field("Whether it costs nothing (tanpa biaya).")
    address: str = field("Where it is (alamat).")
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    email: str | None = field("Its address for mail (surel).")
    url: URL | None = field("Its page.")
    opening_hours: ConnectionType[OpeningHoursType] = field("When it is open.", resolver=legal_services.opening_hours)
    open_now: bool = field("Whether it is open now, by these hours; holidays are not known.")
    checked_on: date = field("When somebody last checked all of this.")
    agency: str = field("The code of the agency that names it.")


@object_type(public)
class JdihQuery:
    regulations: RegulationConnectionType | None = field(
        "Regulations (peraturan) of the city, its province and the state.",
        resolver=jdih.regulations,
        weight=400,
        arguments={
            "text": "Only those with all these words, or some that begin so, in title, kind, number, year or subjects: "
            "`perda 8 2019`. A kind may be written in full or short; numbers are whole; `parkir` also finds "
            "`perparkiran`; 200 letters at most.",
            "number": "Only those of this number, without leading zeros, such as `8`.",
            "year": "Only those of this year.",
            "kind": "Only those of this kind, by its name or its abbreviation, in any case.",
            "status": "Only those of which the publisher says this.",
            "subject": "Only those with this among their subjects, in any case.",
            "level": "Only the city's, the province's or the state's.",
            "order_by": "How they are put in order; a search wants `RELEVANCE`.",
        },
    )
    regulation: RegulationType | None = field(
        "One regulation (peraturan); null if there is none with this code.",
        resolver=jdih.regulation,
        weight=200,
        arguments={"code": "Its code in the hub, such as `jdih-kota/10134`."},
    )
    legal_consultation_offices: ConnectionType[LegalOfficeType] | None = field(
        "Whom to ask for advice on the law (konsultasi hukum).", resolver=legal_services.legal_consultation_offices
    )
    legal_aid_offices: ConnectionType[LegalOfficeType] | None = field(
        "Whom those without means may ask for help before and outside a court (bantuan hukum).",
        resolver=legal_services.legal_aid_offices,
    )
