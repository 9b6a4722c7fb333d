"""Vacancies (Tangerang Cakap Kerja)."""

from datetime import datetime

from auth.policies import public
from connectors.jobs.records import Education, JobType, PayPeriod
from resolvers.jobs import vacancies as jobs
from resolvers.jobs.sources import JobVacancy
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, Rupiah
from schema.regions.regions import KecamatanType

enum(
    JobType,
    "JobType",
    "How one is employed (jenis pekerjaan).",
    {
        "FULL_TIME": "Full time (penuh waktu).",
        "PART_TIME": "Part time (paruh waktu).",
        "CONTRACT": "For a fixed term (kontrak).",
        "DAILY": "By the day or the piece (harian lepas).",
        "INTERNSHIP": "As an intern (magang).",
        "UNKNOWN": "The employer does not say, or says something that the hub does not know.",
    },
)
enum(
    Education,
    "Education",
    "The least schooling that is asked for (pendidikan minimal).",
    {
        "ANY": "None in particular (semua pendidikan).",
        "PRIMARY": "Primary school (SD, MI).",
        "JUNIOR_SECONDARY": "Junior secondary school (SMP, MTs).",
        "SENIOR_SECONDARY": "Senior secondary school (SMA, SMK, MA).",
        "DIPLOMA": "A diploma (D1 to D3).",
        "BACHELOR": "A bachelor's degree (D4, S1).",
        "MASTER": "A master's degree (S2).",
        "DOCTORATE": "A doctorate (S3).",
        "UNKNOWN": "The employer does not say.",
    },
)
enum(
    PayPeriod,
    "PayPeriod",
    "For how much work a pay is (satuan upah).",
    {
        "HOUR": "An hour (per jam).",
        "DAY": "A day (per hari).",
        "WEEK": "A week (per minggu).",
        "MONTH": "A month (per bulan).",
        "YEAR": "A year (per tahun).",
        "UNKNOWN": "The employer does not say; nothing is assumed.",
    },
)
enum(
    jobs.VacancyOrder,
    "VacancyOrder",
    "How vacancies are put in order.",
    {"NEWEST": "The newest first.", "CLOSING_SOON": "Those that close soonest first; without a date, last."},
)


@object_type(public, "What is paid a month (gaji).")
class SalaryType:
    minimum: Rupiah | None = field("The least that is paid; null where only the most is said.")
    maximum: Rupiah | None = field("The most that is paid; null where only the least is said.")


@object_type(public, "What is paid, by any unit of time (upah).")
class PayType:
    minimum: Rupiah | None = field("The least that is paid; null where only the most is said.")
    maximum: Rupiah | None = field("The most that is paid; null where only the least is said.")
    period: PayPeriod = field("For how much work.")


@object_type(public, "What a vacancy says at length (uraian), as plain text: no markup in it.")
class VacancyTextType:
    description: str | None = field("What there is to do (deskripsi).")
    qualification: str | None = field("What is asked for (kualifikasi).")


@object_type(public, "One publisher's word of a vacancy (asal).")
class VacancyOriginType:
    code: str = field("Its code there.")
    url: URL | None = field("Its page for people there.")
    published_at: datetime = field("Since when it is published there.")
    expires_at: datetime | None = field("Until when one can apply, as this publisher says; null where it does not say.")
    source: SourceType = field("The publisher, and how old its answer is.")


@object_type(public, "A vacancy (lowongan kerja); the same of several publishers is one.")
@node_of(JobVacancy)
class VacancyType(NodeType):
    code: str = field("Its code at the first of its publishers; it is found by those of the others as well.")
    title: str = field("The title of the job (jabatan).")
    company: str | None = field("The employer (perusahaan); null where it stays unnamed.")
    category: str | None = field("The kind of work (fungsi pekerjaan).")
    industry: str | None = field("The trade of the company (industri).")
    type: JobType = field("How one is employed (jenis pekerjaan).")
    education: Education = field("The least schooling that is asked for (pendidikan minimal).")
    salary: SalaryType | None = field(
        "What is paid a month (gaji); null where the employer does not show it, or says it by another time: see `pay`."
    )
    pay: PayType | None = field(
        "What is paid, whatever the unit of time (upah); null where the employer does not show it."
    )
    skills: list[str] = field("What one should be able to do (keahlian).")
    province: str | None = field("The province, as the publisher spells it.")
    city: str | None = field("The kota or kabupaten, as the publisher spells it.")
    in_city: bool = field("Whether it is in this city by its whole name.")
    kecamatan: KecamatanType | None = field("The kecamatan of this city that it names.")
    published_at: datetime = field("Since when it has been published, by whoever was first.")
    age_days: int = field("For how many whole days it has been published.")
    expires_at: datetime | None = field("Until when one can apply, by who says longest; null where nobody says.")
    open: bool = field("Whether one can still apply.")
    url: URL | None = field("Its page for people.")
    apply_url: URL | None = field("Where one applies, if that is another site.")
    text: VacancyTextType | None = field(
        "What it says at length, whole from the publisher that says most; may ask each once more. Null where it is "
        "gone.",
        resolver=jobs.text,
    )
    origins: ConnectionType[VacancyOriginType] = field("Who publishes it, the first first.", resolver=jobs.origins)
    source: SourceType = field("The first of its publishers, and how old its answer is.")


@object_type(public, "How many there are with one value of a filter, the other filters applied.")
class FacetCountType:
    value: str = field("The value to filter by.")
    name: str = field("What it is called.")
    count: int = field("How many there are.")


@object_type(public, "A page of vacancies, and what there is to choose from.")
class VacancyConnectionType(ConnectionType[VacancyType]):
    categories: list[FacetCountType] = field("How many there are by `category`, most first.")
    job_types: list[FacetCountType] = field("How many there are by `jobType`, most first.")
    educations: list[FacetCountType] = field("How many there are by `education`, most first.")
    kecamatan: list[FacetCountType] = field("How many there are by kecamatan, for `region`, most first.")
    unavailable: list[SourceType] = field("Publishers that did not answer: their vacancies are missing.")


@object_type(public)
class JobsQuery:
    vacancies: VacancyConnectionType | None = field(
        "Vacancies (lowongan kerja) that one can apply for now.",
        resolver=jobs.vacancies,
        weight=150,
        arguments={
            "text": "Only those with all of these words in title, company, category or skills.",
            "category": "Only this kind of work, by its whole name in any case.",
            "job_type": "Only those where one is employed so.",
            "education": "Only those that ask for this schooling.",
            "region": "Only those in this city, or in one of its kecamatan, by its code such as `36.71.05`.",
            "min_salary": "Only those that say that they may pay so much a month; a hidden salary does not.",
            "order_by": "How they are put in order.",
        },
        types={"min_salary": Rupiah | None},
    )
    vacancy: VacancyType | None = field(
        "One vacancy (lowongan kerja), also one that has closed; null where nobody publishes it any more.",
        resolver=jobs.vacancy,
        weight=150,
        arguments={"code": "Its code at any of its publishers, such as `9384b137-1f2c-416e-b3e6-4c16705476a8`."},
    )
