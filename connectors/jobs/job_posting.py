"""Pages of any site that describe vacancies as schema.org's JobPosting. Source: schema.org, and Google's rules for it.

Said there: `employmentType` is a text or a list; `baseSalary` a number or an object, whose `value` is again either;
`validThrough` a date or a moment; `hiringOrganization` may be the text "confidential"; a posting stands on the page of
that one vacancy, so a list may have to be followed. Seen on sites: markup in `description`, raw or escaped. A day as
`validThrough` is taken to its end. A pay without a unit of time is of an unknown one; in another currency it is none.
"""

import asyncio
import hashlib
from datetime import timedelta
from html import unescape
from typing import Annotated, ClassVar

import msgspec
from yarl import URL

from connectors.jobs.json_ld import Page, is_a, read_page
from connectors.jobs.records import (
    AtLeastOne,
    Jobs,
    JobsOptions,
    JobType,
    PagePath,
    PayPeriod,
    Salary,
    Vacancy,
    VacancyText,
)
from connectors.jobs.words import THE_END, education, job_type, link, moment, prose
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import HTML, Call, Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.together import together
from connectors.kit.values import BadRow

RUPIAH = ("IDR", "RP", "RUPIAH")
GONE = frozenset({404, 410})


class JobPostingOptions(JobsOptions, frozen=True, kw_only=True):
    """`pages`: the pages that are read. `follow`: links on them whose path begins so are read too.

    `most_pages`: how many links are followed. `city`: where a vacancy is that names no place.
    """

    pages: Annotated[tuple[PagePath, ...], msgspec.Meta(min_length=1)] = ("/",)
    follow: PagePath | None = None
    most_pages: AtLeastOne = 50
    city: str | None = None


class JobPosting(Jobs[JobPostingOptions, Credentials]):
    """One site."""

    protocol: ClassVar[str] = "job_posting"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002
        self._http = Http(self.agency, unsigned(), self.clock)
        self._base = self.agency.url.rstrip("/")

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Vacancy, ...]]:
        return self.vacancies()

    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=1), stale=timedelta(days=2))
    async def vacancies(self) -> tuple[Vacancy, ...]:
        pages = await together(self._page(Call(path=path, accepts=HTML)) for path in self.options.pages)
        calls = dict[str, Call]()
        for page, path in zip(pages, self.options.pages, strict=True):
            calls |= self._followed(page, path)
        if not calls and not any(page.scripts > page.broken for page in pages):
            raise AgencyChanged(self.agency.code, "no page has JSON-LD that can be read, nor a link to follow")
        if len(calls) > self.options.most_pages:
            self.findings.note("more links than most_pages allows")
        pages += await together(map(self._page, list(calls.values())[: self.options.most_pages]))
        things = [thing for page in pages for thing in page.things]
        rows = [thing for thing in things if not isinstance(thing, dict) or is_a(thing, "JobPosting")]
        vacancies = many_records(rows, self._to_vacancy, agency=self.agency.code, findings=self.findings)
        return without_repeats(vacancies, lambda vacancy: vacancy.code, self.findings)

    async def _page(self, call: Call) -> Page:
        """The page of this address; an empty one where it was linked to and is gone."""
        markup = await self._http.text(call)
        if markup is None:
            self.findings.note("a page that was linked to is gone")
        page = await asyncio.to_thread(read_page, markup or "")
        if page.cut_off:
            raise AgencyChanged(self.agency.code, f"{call.path}: it ends inside of a script")
        for _ in range(page.broken):
            self.findings.note("a script of JSON-LD is broken")
        return page

    def _followed(self, page: Page, of: str) -> dict[str, Call]:
        """The links on it that are to be read, by where they lead.

        What is put into a path is the site's own and stays out of the log.
        """
        if self.options.follow is None:
            return {}
        calls, begin = {}, f"{self._base}{self.options.follow}"
        for address in page.links:
            target = (link(address, f"{self._base}{of}") or "").partition("#")[0]
            if not target.startswith(begin) or target.removeprefix(self._base) in self.options.pages:
                continue
            url = URL(target)
            parts = url.path.removeprefix(URL(begin).path).split("/")
            names = {f"part{number}": part for number, part in enumerate(parts)}
            path = self.options.follow + "/".join(f"{{{name}}}" for name in names)
            calls[target] = Call(path=path, into=names, query=dict(url.query), accepts=HTML, absent=GONE)
        return calls

    def _to_vacancy(self, row: Row) -> Vacancy:
        title = unescape(row.text("title"))
        published = moment(row, "datePosted", self.zone)
        if published is None:
            raise BadRow("datePosted: empty")
        place = _object(_first(row, "jobLocation"))
        address = _object(place.get("address"))
        company = _name(_first(row, "hiringOrganization"))
        url = link(_name(_first(row, "url")), f"{self._base}/")
        vacancy = Vacancy(
            code=f"{self.agency.code}/{_code(row, title, company)}",
            title=title,
            company=None if (company or "").casefold() == "confidential" else company,
            category=_name(_first(row, "occupationalCategory")),
            industry=_name(_first(row, "industry")),
            type=self._type(row),
            education=education(_name(_first(row, "educationRequirements"))),
            province=_name(address.get("addressRegion")),
            city=_name(address.get("addressLocality")) or self.options.city,
            district=None,
            salary=self._salary(row),
            skills=_skills(row),
            published_at=published,
            expires_at=moment(row, "validThrough", self.zone, THE_END),
            url=url,
            apply_url=None,
            text=VacancyText(
                description=prose(_name(_first(row, "description"))),
                qualification=prose(_name(_first(row, "qualifications"))),
            ),
        )
        row.ignore_rest()
        return vacancy

    def _type(self, row: Row) -> JobType:
        said = row.value("employmentType") if row.has("employmentType") else None
        names = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]
        known = [job_type(each, "employmentType", self.findings) for each in names]
        return next((each for each in known if each is not JobType.UNKNOWN), JobType.UNKNOWN)

    def _salary(self, row: Row) -> Salary | None:
        """As it is said. What cannot be read is left out with a finding: a vacancy is worth showing without it."""
        said = _first(row, "baseSalary")
        if said is None:
            return None
        try:
            return _to_salary(said, row.maybe_text("salaryCurrency"))
        except BadRow as bad:
            self.findings.note(f"baseSalary: {bad}")
            return None


def _to_salary(said: object, currency: str | None) -> Salary | None:
    outer = Row(said if isinstance(said, dict) else {"value": said})
    if (outer.maybe_text("currency") or currency or RUPIAH[0]).upper() not in RUPIAH:
        raise BadRow("not in rupiah")
    value = outer.value("value") if outer.has("value") else None
    inner = Row(value) if isinstance(value, dict) else outer
    exact = inner.maybe_amount("value")
    lowest, highest = (exact or inner.maybe_amount(key) or None for key in ("minValue", "maxValue"))
    if min(lowest or 0, highest or 0) < 0 or (lowest and highest and lowest > highest):
        raise BadRow("not from less to more")
    unit = inner.maybe_text("unitText") or outer.maybe_text("unitText") or ""
    period = PayPeriod.__members__.get(unit.upper(), PayPeriod.UNKNOWN)
    return Salary(minimum=lowest, maximum=highest, period=period) if lowest or highest else None


def _code(row: Row, title: str, company: str | None) -> str:
    """By what the site knows it; where it does not say, a hash of what it says of it."""
    identifier = _first(row, "identifier")
    value = identifier.get("value") if isinstance(identifier, dict) else identifier
    if isinstance(value, str | int) and str(value).strip():
        return str(value).strip()
    said = _name(_first(row, "@id")) or _name(_first(row, "url"))
    text = "\n".join((title, company or "", row.maybe_text("datePosted") or ""))
    return said or hashlib.sha256(text.encode()).hexdigest()[:16]


def _skills(row: Row) -> tuple[str, ...]:
    said = row.value("skills") if row.has("skills") else None
    names = (
        said.split(",") if isinstance(said, str) else [_name(each) for each in said] if isinstance(said, list) else []
    )
    return tuple(dict.fromkeys(name.strip() for name in names if name and name.strip()))


def _first(row: Row, key: str) -> object:
    """What stands there; of a list, the first."""
    value = row.value(key) if row.has(key) else None
    return (value[0] if value else None) if isinstance(value, list) else value


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _name(value: object) -> str | None:
    """A text, or the name of an object."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("credentialCategory") or value.get("@value")
    return value.strip() or None if isinstance(value, str) else None
