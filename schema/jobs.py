"""Vacancies (Tangerang Cakap Kerja)."""

from datetime import datetime

from auth.policies import public
from connectors.jobs.records import Education, JobType
from resolvers import jobs
from schema.access import object_type
from schema.enums import enum
from schema.fields import field
from schema.node import Node, node_of
from schema.paging import Connection
from schema.provenance import Source
from schema.regions import Kecamatan
from schema.scalars import URL, Rupiah

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
    jobs.VacancyOrder,
    "VacancyOrder",
    "How vacancies are put in order.",
    {"NEWEST": "The newest first.", "CLOSING_SOON": "Those that close soonest first; without a date, last."},
)


@object_type(public, "What is paid a month (gaji).")
class Salary:
    minimum: Rupiah | None = field("The least that is paid; null where only the most is said.")
    maximum: Rupiah | None = field("The most that is paid; null where only the least is said.")


@object_type(public, "What a vacancy says at length (uraian), as plain text: no markup in it.")
class VacancyText:
    description: str | None = field("What there is to do (deskripsi).")
    qualification: str | None = field("What is asked for (kualifikasi).")


@object_type(public, "A vacancy (lowongan kerja).")
@node_of(jobs.JobVacancy)
class Vacancy(Node):
    code: str = field("Its code at its publisher.")
    title: str = field("The title of the job (jabatan).")
    company: str | None = field("The employer (perusahaan); null where it stays unnamed.")
    category: str | None = field("The kind of work (fungsi pekerjaan).")
    industry: str | None = field("The trade of the company (industri).")
    type: JobType = field("How one is employed (jenis pekerjaan).")
    education: Education = field("The least schooling that is asked for (pendidikan minimal).")
    salary: Salary | None = field("What is paid a month (gaji); null where the employer does not show it.")
    skills: list[str] = field("What one should be able to do (keahlian).")
    province: str | None = field("The province, as the publisher spells it.")
    city: str | None = field("The kota or kabupaten, as the publisher spells it.")
    in_city: bool = field("Whether it is in this city by its whole name.")
    kecamatan: Kecamatan | None = field("The kecamatan of this city that it names.")
    published_at: datetime = field("Since when it has been published.")
    expires_at: datetime | None = field("Until when one can apply; null where it does not say.")
    open: bool = field("Whether one can still apply.")
    url: URL | None = field("Its page for people.")
    apply_url: URL | None = field("Where one applies, if that is another site.")
    text: VacancyText | None = field(
        "What it says at length; asks its publisher once more. Null where it is gone there.", resolver=jobs.text
    )
    source: Source = field("Who published it, and how old the answer is.")


@object_type(public, "How many there are with one value of a filter, the other filters applied.")
class FacetCount:
    value: str = field("The value to filter by.")
    name: str = field("What it is called.")
    count: int = field("How many there are.")


@object_type(public, "A page of vacancies, and what there is to choose from.")
class VacancyConnection(Connection[Vacancy]):
    categories: list[FacetCount] = field("How many there are by `category`, most first.")
    job_types: list[FacetCount] = field("How many there are by `jobType`, most first.")
    educations: list[FacetCount] = field("How many there are by `education`, most first.")
    kecamatan: list[FacetCount] = field("How many there are by kecamatan, for `region`, most first.")
    unavailable: list[Source] = field("Publishers that did not answer: their vacancies are missing.")


@object_type(public)
class JobsQuery:
    vacancies: VacancyConnection | None = field(
        "Vacancies (lowongan kerja) that one can apply for now.",
        resolver=jobs.vacancies,
        arguments={
            "text": "Only those with all of these words in title, company, category or skills.",
            "category": "Only this kind of work, by its whole name in any case.",
            "job_type": "Only those where one is employed so.",
            "education": "Only those that ask for this schooling.",
            "region": "Only those in this city, or in one of its kecamatan.",
            "min_salary": "Only those that say that they may pay so much a month; a hidden salary does not.",
            "order_by": "How they are put in order.",
        },
        types={"min_salary": Rupiah | None},
    )
    vacancy: Vacancy | None = field(
        "One vacancy (lowongan kerja), also one that has closed; null where nobody publishes it any more.",
        resolver=jobs.vacancy,
        arguments={"code": "Its code at its publisher."},
    )
