"""Internships (MagangHub)."""

from datetime import datetime

from auth.policies import public
from resolvers.jobs import internships as jobs_internships
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL

enum(
    jobs_internships.InternshipOrder,
    "InternshipOrder",
    "How internships are put in order.",
    {
        "CLOSING_SOON": "Those that close soonest first; without a deadline, last.",
        "MOST_PLACES": "Those with the most places first.",
    },
)


@object_type(public, "A place to learn at work (magang).")
@node_of(jobs_internships.OpenInternship)
class InternshipType(NodeType):
    code: str = field("Its code at its publisher, such as `5d216788-ec38-43e0-8e6b-aaf2910804f9`.")
    title: str = field("What one would do (posisi).")
    company: str | None = field("Where (perusahaan).")
    description: str | None = field("What it says at length (deskripsi), as plain text.")
    province: str | None = field("The province, as the publisher spells it.")
    city: str | None = field("The kota or kabupaten, as the publisher spells it.")
    in_city: bool = field("Whether it is in this city by its whole name.")
    quota: int = field("How many are taken (kuota).")
    registered: int | None = field("How many have applied so far (terdaftar); null where the publisher does not say.")
    studies: list[str] = field("What one should have studied (program studi); none for any.")
    levels: list[str] = field("How far one should have studied (jenjang), as the publisher says; none for any.")
    batch: str | None = field("Which intake it belongs to (angkatan).")
    year: int | None = field("The year of the intake (tahun).")
    closes_at: datetime | None = field("Until when one can apply (batas pendaftaran); null where it does not say.")
    open: bool = field("Whether one can still apply.")
    url: URL | None = field("Its page for people, where one applies.")
    source: SourceType = field("Who published it, and how old the answer is.")


@object_type(public, "A page of internships.")
class InternshipConnectionType(ConnectionType[InternshipType]):
    unavailable: list[SourceType] = field("Publishers that did not answer: their internships are missing.")


@object_type(public)
class InternshipsQuery:
    internships: InternshipConnectionType | None = field(
        "Internships (magang) that one can apply for now.",
        resolver=jobs_internships.internships,
        arguments={
            "text": "Only those with all of these words in title, company or studies.",
            "study": "Only those for who has studied this, by its whole name in any case.",
            "city": "Only those in this kota or kabupaten, by its whole name: `Kab. Tangerang` is not the kota.",
            "region": "Only those in this city, by its code such as `36.71`.",
            "order_by": "How they are put in order.",
        },
    )
    internship: InternshipType | None = field(
        "One internship (magang), also one that has closed; null where nobody publishes it any more.",
        resolver=jobs_internships.internship,
        arguments={"code": "Its code at its publisher, such as `5d216788-ec38-43e0-8e6b-aaf2910804f9`."},
    )
