"""Karirhub, the catalogue of vacancies of the Ministry of Manpower. Source: four public clients of it.

Seen there: Laravel's paging, and no code at all on success. `published_at` is in seconds since 1970, or there is
`created_at` in ISO. `title` may be called `job_title`. Skills are texts or objects. Amounts are sent although
`show_salary` is false. An id comes again when pages shift while they are read. A page beyond the last is answered with
400. More than 50 (newer) or 1,000 (older) vacancies in a page are refused. `meta.client_ip` is the caller's own
address. Not seen, and therefore options: the key of the education, and the parameter that limits the list to a city.
"""

import re
from datetime import timedelta
from typing import ClassVar

import msgspec

from connectors.jobs.records import AtLeastOne, Jobs, JobsOptions, Salary, Vacancy, VacancyText
from connectors.jobs.words import education, job_type, name, or_none, prose
from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, one_record, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.together import together
from connectors.kit.values import BadRow

LIST = Envelope(rows="data")

PAGE = "https://karirhub.kemnaker.go.id/lowongan-dalam-negeri/lowongan"

NOT_OURS = "company_logo_uri locations slug updated_at is_active total_applicants".split()


class KarirhubOptions(JobsOptions, frozen=True, kw_only=True):
    """`where`: further parameters of the list, such as the one that limits it to a city.

    `page_size`: vacancies in one call. `most_pages`: how many pages are read. `education_key`: the key of the
    education.
    """

    where: dict[str, str] = msgspec.field(default_factory=dict)
    page_size: AtLeastOne = 100
    most_pages: AtLeastOne = 100
    education_key: str = "education_name"


class Karirhub(Jobs[KarirhubOptions, Credentials]):
    """The catalogue of the ministry."""

    protocol: ClassVar[str] = "karirhub"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Vacancy, ...]]:
        return self.vacancies()

    # A vacancy stays open for weeks; after two days some of those shown are filled.
    @read(ttl=timedelta(minutes=15), revalidate=timedelta(minutes=30), stale=timedelta(days=2))
    async def vacancies(self) -> tuple[Vacancy, ...]:
        sent, last = await self._page(1)
        if last > self.options.most_pages:
            self.findings.note("more pages than most_pages allows")
        pages = range(2, min(last, self.options.most_pages) + 1)
        for rows, _ in await together(map(self._page, pages)):
            sent += rows
        vacancies = await many_records(sent, self._to_vacancy, agency=self.agency.code, findings=self.findings)
        return without_repeats(vacancies, lambda vacancy: vacancy.code, self.findings)

    # The text belongs to a vacancy of the list, so it is served for as long as the list.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(hours=6), stale=timedelta(days=2), absent=timedelta(minutes=10))
    async def text(self, code: str, /) -> VacancyText | None:
        path = "/karirhub/vacancy/v2/published-industrial-vacancies/{id}"
        body = await self._http.json(Call(path=path, into={"id": code}, absent=frozenset({404})))
        if body is None:
            return None
        raw = LIST.open(body, self.agency.code)
        return one_record(raw, _to_text, agency=self.agency.code, findings=self.findings)

    async def _page(self, number: int) -> tuple[list[object], int]:
        """The rows of a page, and the number of the last page."""
        body = await self._http.json(
            Call(
                path="/karirhub/catalogue/v1/industrial-vacancies",
                query={**self.options.where, "page": str(number), "limit": str(self.options.page_size)},
                absent=frozenset({400}) if number > 1 else frozenset(),
            )
        )
        if body is None:
            self.findings.note("a page that was announced is refused")
            return [], number
        rows = LIST.open(body, self.agency.code)
        if not isinstance(rows, list):
            raise AgencyChanged(self.agency.code, f"data is {type(rows).__name__}, not a list")
        meta = Row(body).optional_nested("meta")
        return rows, (meta.optional_integer("last_page") if meta else None) or 1

    def _to_vacancy(self, row: Row) -> Vacancy:
        row.ignore(*NOT_OURS)
        code, title = row.text(row.either("id", "_id", "job_id")), name(row.text(row.either("title", "job_title")))
        lowest, highest = row.optional_amount("min_salary_amount"), row.optional_amount("max_salary_amount")
        shown = row.optional_boolean("show_salary") and (lowest or highest)
        company = name(row.optional_text("company_name"))
        if title is None:
            raise BadRow("title: empty")
        published = row.optional_unix("published_at") or row.optional_moment("created_at", self.zone)
        if published is None:
            raise BadRow("published_at, created_at: empty")
        return Vacancy(
            code=code,
            title=title,
            company=None if row.optional_boolean("confidential") else company,
            category=name(row.optional_text("job_function_name")),
            industry=name(row.optional_text("industry_name")),
            type=job_type(row.optional_text("job_type_name"), "job_type_name", self.findings),
            education=education(row.optional_text(self.options.education_key)),
            province=row.optional_text("province_name"),
            city=row.optional_text("city_name"),
            district=row.optional_text("district_name"),
            salary=Salary(minimum=lowest or None, maximum=highest or None) if shown else None,
            skills=_skills(row),
            published_at=published,
            expires_at=or_none(self.findings, lambda: row.optional_unix("expires_at")),
            url=f"{PAGE}/{_slug(title)}-{code}",
            apply_url=row.optional_text("platform_link"),
        )


def _to_text(row: Row) -> VacancyText:
    description, qualification = row.optional_text("description"), row.optional_text("qualification")
    row.ignore_rest()
    return VacancyText(description=prose(description), qualification=prose(qualification))


def _skills(row: Row) -> tuple[str, ...]:
    sent = row.value("skills") if row.has("skills") else None
    named = [each.get("value") if isinstance(each, dict) else each for each in sent] if isinstance(sent, list) else []
    return tuple(dict.fromkeys(filter(None, (name(text) for text in named if isinstance(text, str)))))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
