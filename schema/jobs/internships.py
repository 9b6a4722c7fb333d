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
    "The order of internships.",
    {
        "CLOSING_SOON": "The next deadline first. Those without a deadline come last.",
        "MOST_PLACES": "The most places first.",
    },
)


@object_type(public, "An internship (magang).")
@node_of(jobs_internships.OpenInternship)
class InternshipType(NodeType):
    code: str = field("Its code at its publisher, such as `5d216788-ec38-43e0-8e6b-aaf2910804f9`.")
    title: str = field("The position (posisi).")
    company: str | None = field("The company (perusahaan).")
    description: str | None = field("Its description (deskripsi), as plain text.")
    province: str | None = field("The province, as the publisher spells it.")
    city: str | None = field("The kota or kabupaten, as the publisher spells it.")
    in_city: bool = field("Whether it is in this city, by the city's full name.")
    quota: int = field("The number of places (kuota).")
    registered: int | None = field(
        "How many people have applied so far (terdaftar); null if the publisher does not say it."
    )
    studies: list[str] = field("The required fields of study (program studi); an empty list means any.")
    levels: list[str] = field(
        "The required levels of education (jenjang), in the publisher's words; an empty list means any."
    )
    batch: str | None = field("The intake (angkatan).")
    year: int | None = field("The year of the intake (tahun).")
    closes_at: datetime | None = field(
        "The end of applications (batas pendaftaran); null if the publisher does not say it."
    )
    open: bool = field("Whether people can still apply.")
    url: URL | None = field("Its web page, for applications.")
    source: SourceType = field("The publisher, and the age of its answer.")


@object_type(public, "A page of internships.")
class InternshipConnectionType(ConnectionType[InternshipType]):
    unavailable: list[SourceType] = field("Publishers that did not answer. Their internships are missing.")


@object_type(public)
class InternshipsQuery:
    internships: InternshipConnectionType | None = field(
        "Internships (magang) that are open for applications now.",
        resolver=jobs_internships.internships,
        arguments={
            "text": "Only those with all of these words in title, company or studies.",
            "study": "Only those that require one field of study, by its full name in any case.",
            "city": "Only those in this kota or kabupaten, by its full name, the word for its kind included.",
            "region": "Only those in this city, by its code such as `99.07`.",
            "order_by": "The order of the list.",
        },
    )
    internship: InternshipType | None = field(
        "One internship (magang), also one that has closed; null if nobody publishes it any more.",
        resolver=jobs_internships.internship,
        arguments={"code": "Its code at its publisher, such as `5d216788-ec38-43e0-8e6b-aaf2910804f9`."},
    )
