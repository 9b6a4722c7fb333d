"""Vacancies."""

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
    "The kind of employment (jenis pekerjaan).",
    {
        "FULL_TIME": "Full time (penuh waktu).",
        "PART_TIME": "Part time (paruh waktu).",
        "CONTRACT": "For a fixed term (kontrak).",
        "DAILY": "By the day or the piece (harian lepas).",
        "INTERNSHIP": "As an intern (magang).",
        "UNKNOWN": "The employer does not say it, or uses a word that the hub does not know.",
    },
)
enum(
    Education,
    "Education",
    "The lowest education that is required (pendidikan minimal).",
    {
        "ANY": "Any education (semua pendidikan).",
        "PRIMARY": "Primary school (SD, MI).",
        "JUNIOR_SECONDARY": "Junior secondary school (SMP, MTs).",
        "SENIOR_SECONDARY": "Senior secondary school (SMA, SMK, MA).",
        "DIPLOMA": "A diploma (D1 to D3).",
        "BACHELOR": "A bachelor's degree (D4, S1).",
        "MASTER": "A master's degree (S2).",
        "DOCTORATE": "A doctorate (S3).",
        "UNKNOWN": "The employer does not say it.",
    },
)
enum(
    PayPeriod,
    "PayPeriod",
    "The period of a salary (satuan upah).",
    {
        "HOUR": "An hour (per jam).",
        "DAY": "A day (per hari).",
        "WEEK": "A week (per minggu).",
        "MONTH": "A month (per bulan).",
        "YEAR": "A year (per tahun).",
        "UNKNOWN": "The employer does not say it, and the hub does not guess.",
    },
)
enum(
    jobs.VacancyOrder,
    "VacancyOrder",
    "The order of vacancies.",
    {"NEWEST": "The newest first.", "CLOSING_SOON": "The next deadline first. Those without a date come last."},
)


@object_type(public, "A monthly salary (gaji).")
class SalaryType:
    minimum: Rupiah | None = field("The lowest amount; null if only the highest is given.")
    maximum: Rupiah | None = field("The highest amount; null if only the lowest is given.")


@object_type(public, "A salary for any period (upah).")
class PayType:
    minimum: Rupiah | None = field("The lowest amount; null if only the highest is given.")
    maximum: Rupiah | None = field("The highest amount; null if only the lowest is given.")
    period: PayPeriod = field("The period of the salary.")


@object_type(public, "The long texts of a vacancy (uraian), as plain text without markup.")
class VacancyTextType:
    description: str | None = field("The work (deskripsi).")
    qualification: str | None = field("The requirements (kualifikasi).")


@object_type(public, "What one publisher says of a vacancy (asal).")
class VacancyOriginType:
    code: str = field("Its code at this publisher.")
    url: URL | None = field("Its web page at this publisher.")
    published_at: datetime = field("When this publisher published it.")
    expires_at: datetime | None = field("The end of applications at this publisher; null if it does not say it.")
    source: SourceType = field("The publisher, and the age of its answer.")


@object_type(public, "A vacancy (lowongan kerja). The same vacancy at several publishers is shown once.")
@node_of(JobVacancy)
class VacancyType(NodeType):
    code: str = field("Its code at its first publisher. The codes of the other publishers find it too.")
    title: str = field("The title of the job (jabatan).")
    company: str | None = field("The employer (perusahaan); null if it stays anonymous.")
    category: str | None = field("The kind of work (fungsi pekerjaan).")
    industry: str | None = field("The trade of the company (industri).")
    type: JobType = field("The kind of employment (jenis pekerjaan).")
    education: Education = field("The lowest education that is required (pendidikan minimal).")
    salary: SalaryType | None = field(
        "The monthly salary (gaji); null if the employer does not show it, or gives it for another period: see `pay`."
    )
    pay: PayType | None = field("The salary for any period (upah); null if the employer does not show it.")
    skills: list[str] = field("The required skills (keahlian).")
    province: str | None = field("The province, as the publisher spells it.")
    city: str | None = field("The kota or kabupaten, as the publisher spells it.")
    in_city: bool = field("Whether it is in this city, by the city's full name.")
    kecamatan: KecamatanType | None = field("The kecamatan of this city that the vacancy names.")
    published_at: datetime = field("When its first publisher published it.")
    age_days: int = field("The number of full days since it was published.")
    expires_at: datetime | None = field(
        "The latest end of applications of all its publishers; null if no publisher says it."
    )
    open: bool = field("Whether people can still apply.")
    url: URL | None = field("Its web page.")
    apply_url: URL | None = field("The address for applications, if that is another site.")
    text: VacancyTextType | None = field(
        "The long texts, from the publisher with the longest. The hub may ask each publisher for it. "
        "Null if the vacancy is gone.",
        resolver=jobs.text,
    )
    origins: ConnectionType[VacancyOriginType] = field(
        "Its publishers, the earliest first.", resolver=jobs.origins, weight=10
    )
    source: SourceType = field("Its first publisher, and the age of the answer.")


@object_type(public, "The number of vacancies with one value of a filter, with all other filters applied.")
class FacetCountType:
    value: str = field("The value to filter by.")
    name: str = field("The name of the value.")
    count: int = field("The number of vacancies.")


@object_type(public, "A page of vacancies, and the values of the filters.")
class VacancyConnectionType(ConnectionType[VacancyType]):
    categories: list[FacetCountType] = field("The values of `category`, the most frequent first.")
    job_types: list[FacetCountType] = field("The values of `jobType`, the most frequent first.")
    educations: list[FacetCountType] = field("The values of `education`, the most frequent first.")
    kecamatan: list[FacetCountType] = field("The kecamatan, as values of `region`, the most frequent first.")
    unavailable: list[SourceType] = field("Publishers that did not answer. Their vacancies are missing.")


@object_type(public)
class JobsQuery:
    vacancies: VacancyConnectionType | None = field(
        "Vacancies (lowongan kerja) that are open for applications now.",
        resolver=jobs.vacancies,
        weight=60,
        arguments={
            "text": "Only those with all of these words in title, company, category or skills.",
            "category": "Only this kind of work, by its full name in any case.",
            "job_type": "Only this kind of employment.",
            "education": "Only those that require this education.",
            "region": "Only those in this city, or in one of its kecamatan, by its code such as `99.07.05`.",
            "min_salary": "Only those that may pay at least so much a month, in rupiah. A vacancy with a hidden salary "
            "is left out.",
            "order_by": "The order of the list.",
        },
        types={"min_salary": Rupiah | None},
    )
    vacancy: VacancyType | None = field(
        "One vacancy (lowongan kerja), also one that has closed; null if nobody publishes it any more.",
        resolver=jobs.vacancy,
        weight=60,
        arguments={"code": "Its code at any of its publishers, such as `9384b137-1f2c-416e-b3e6-4c16705476a8`."},
    )
