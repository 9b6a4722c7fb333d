"""Vacancies on web pages, as schema.org's JobPosting. Source: schema.org, and Google's rules for it.

Said there: `employmentType` is a text or a list. `baseSalary` is a number or an object, whose `value` is again either.
`validThrough` is a date or a moment. `hiringOrganization` may be the text "confidential". A posting stands on the page
of its vacancy, so links of a list may have to be followed. `identifier` is the employer's own number: another employer
may use it too, and some give it to all their vacancies.

Seen on sites: markup in `description`, raw or escaped, and names that were escaped twice. A day as `validThrough`
counts to its end; an end that cannot be read counts as none. A salary without a unit of time has an unknown period; a
salary in another currency is left out.
"""

import asyncio
import hashlib
import re
from collections import defaultdict
from datetime import timedelta
from typing import Annotated, Any, ClassVar

import msgspec
from yarl import URL

from connectors.jobs.json_ld import JsonLdPage, absolute, read_page
from connectors.jobs.places import everywhere, places
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
from connectors.jobs.words import THE_END, education, job_type, link, moment, name, or_none, prose
from connectors.kit.call import HTML, Call
from connectors.kit.charsets import decoded
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.together import together
from connectors.kit.values import BadRow

RUPIAH = ("IDR", "RP", "RUPIAH")
DEEPEST = 4
"""How deep the amount may be nested."""
PAGE, ALONE, CODE, DIGEST = "\0page", "\0alone", "\0code", "\0digest"
"""Keys that the hub adds to a posting. No key of JSON-LD has these names."""
GONE = frozenset({404, 410})


class JobPostingOptions(JobsOptions, frozen=True, kw_only=True):
    """`pages`: the pages that are read. `follow`: links whose path begins with this are followed.

    `most_pages`: how many links are followed. `city`: the city of a vacancy that names no place.
    """

    pages: Annotated[tuple[PagePath, ...], msgspec.Meta(min_length=1)] = ("/",)
    follow: PagePath | None = None
    most_pages: AtLeastOne = 50
    city: str | None = None


class JobPosting(Jobs[JobPostingOptions, Credentials]):
    """One web site."""

    protocol: ClassVar[str] = "job_posting"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)
        self._base = self.agency.url.rstrip("/")

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Vacancy, ...]]:
        return self.vacancies()

    # A vacancy stays open for weeks; after two days some of those shown are filled.
    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=1), stale=timedelta(days=2))
    async def vacancies(self) -> tuple[Vacancy, ...]:
        listed = [(Call(path=path, accepts=HTML), f"{self._base}{path}") for path in self.options.pages]
        pages = await together(self._page(call, address) for call, address in listed)
        calls = dict[str, Call]()
        for page in pages:
            calls |= self._followed(page)
        if not calls and not any(page.scripts > page.broken for page in pages):
            raise AgencyChanged(self.agency.code, "no page has JSON-LD that can be read, nor a link to follow")
        if len(calls) > self.options.most_pages:
            self.findings.note("more links than most_pages allows")
        followed = list(calls.items())[: self.options.most_pages]
        pages += await together(self._page(call, address) for address, call in followed)
        mapped = await many_records(
            _postings(pages, self._base, set(calls)),
            lambda row: self._to_vacancies(row, pages),
            agency=self.agency.code,
            findings=self.findings,
        )
        found = (vacancy for each in mapped for vacancy in each)
        return without_repeats(found, lambda each: (each.code, each.city, each.province), self.findings)

    async def _page(self, call: Call, address: str) -> JsonLdPage:
        """The page of this address; an empty page if a link leads to a page that is gone."""
        body, charset = await self._http.sent(call)
        if not body:
            self.findings.note("a page that was linked to is gone")
        page = await asyncio.to_thread(lambda: read_page(decoded(body, charset, _meta(body)), address))
        if page.cut_off:
            raise AgencyChanged(self.agency.code, f"{call.path}: it ends inside of a script")
        for _ in range(page.broken):
            self.findings.note("a script of JSON-LD is broken")
        return page

    def _followed(self, page: JsonLdPage) -> dict[str, Call]:
        """The links of a page that are followed, by their addresses.

        Only the option `follow` stands in the path of the log; the rest of the path belongs to the site.
        """
        if self.options.follow is None:
            return {}
        calls, begin = {}, f"{self._base}{self.options.follow}"
        for address in page.links:
            target = (link(address, page.base) or "").partition("#")[0]
            if not target.startswith(begin) or target.removeprefix(self._base) in self.options.pages:
                continue
            url = URL(target)
            parts = url.path.removeprefix(URL(begin).path).split("/")
            names = {f"part{number}": part for number, part in enumerate(parts)}
            path = self.options.follow + "/".join(f"{{{name}}}" for name in names)
            calls[target] = Call(path=path, into=names, query=dict(url.query), accepts=HTML, absent=GONE)
        return calls

    def _to_vacancies(self, row: Row, pages: list[JsonLdPage]) -> tuple[Vacancy, ...]:
        """One vacancy for each place."""
        page = pages[row.integer(PAGE)]
        title = _name(row, "title", page) or _name(row, "name", page)
        published = moment(row, "datePosted", self.zone)
        if title is None or published is None:
            raise BadRow("title, datePosted: empty")
        company = _name(row, "hiringOrganization", page)
        vacancy = Vacancy(
            code=f"{self.agency.code}/{row.text(CODE)}",
            title=title,
            company=None if (company or "").casefold() == "confidential" else company,
            category=_name(row, "occupationalCategory", page),
            industry=_name(row, "industry", page),
            type=self._type(row),
            education=education(_name(row, "educationRequirements", page)),
            province=None,
            city=None,
            district=None,
            salary=self._salary(row, page),
            skills=_skills(row, page),
            published_at=published,
            expires_at=or_none(self.findings, lambda: moment(row, "validThrough", self.zone, THE_END)),
            url=link(_address(_first(row, "url")) or row.optional_text(ALONE), page.base),
            apply_url=None,
            text=VacancyText(
                description=prose(_said(_first(row, "description"), page)),
                qualification=prose(_said(_first(row, "qualifications"), page)),
            ),
        )
        found = places(row, page)
        row.ignore_rest()
        return everywhere(vacancy, found, self.options.city, self.findings)

    def _type(self, row: Row) -> JobType:
        said = row.value("employmentType") if row.has("employmentType") else None
        names = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]
        known = [job_type(each, "employmentType", self.findings) for each in names]
        return next((each for each in known if each is not JobType.UNKNOWN), JobType.UNKNOWN)

    def _salary(self, row: Row, page: JsonLdPage) -> Salary | None:
        """The salary. If it cannot be read, it is left out with a finding, because the vacancy is useful without it."""
        said = page.thing(_first(row, "baseSalary"))
        if said is None:
            return None
        try:
            return to_salary(said, row.optional_text("salaryCurrency"))
        except BadRow as bad:
            self.findings.note(f"baseSalary: {bad}")
            return None


def _meta(markup: bytes) -> str | None:
    """The charset that a page itself names."""
    found = re.search(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{1,40})", markup[:4096], re.IGNORECASE)
    return found[1].decode() if found else None


def _postings(pages: list[JsonLdPage], base: str, followed: set[str]) -> list[object]:
    """All postings of all pages, each with its page and its code; values that are no object are kept for a finding.

    The code is the posting's `@id`, or its address, or the address of the page on which it stands alone. If there is
    none, or if other postings have the same, a hash of the posting is added.
    """
    found, known = list[object](), defaultdict[str, set[tuple[str, ...]]](set)
    for at, page in enumerate(pages):
        things = page.of_type("JobPosting")
        alone = page.address if len(things) == 1 and page.address in followed else None
        for thing in things:
            if not isinstance(thing, dict):
                found.append(thing)
                continue
            own, identifier = thing.get("@id"), _identifier(thing, page)
            if isinstance(own, str) and not own.startswith("_:"):
                own = absolute(own, page.base)
            else:
                own = link(_address(_one(thing.get("url"))), page.base) or alone
            own = (own or "").removeprefix(base).lstrip("/")
            said = tuple(name(_said(_one(thing.get(key)), page)) or "" for key in ("title", "hiringOrganization"))
            known[own].add((*said, identifier))
            date = _said(_one(thing.get("datePosted")), page) or ""
            digest = hashlib.sha256("\n".join((*said, date, identifier)).encode()).hexdigest()[:16]
            found.append({**thing, PAGE: at, ALONE: alone, CODE: own, DIGEST: digest})
    for each in found:
        if isinstance(each, dict) and (not each[CODE] or _are_several(known[each[CODE]])):
            each[CODE] = "#".join(filter(None, (each[CODE], each[DIGEST])))
    return found


def _are_several(known: set[tuple[str, ...]]) -> bool:
    """Whether these are different vacancies. A list may say less of a vacancy than the vacancy's own page."""
    names, identifiers = {each[:-1] for each in known}, {each[-1] for each in known if each[-1]}
    return len(names) > 1 or len(identifiers) > 1


def _identifier(thing: dict[str, Any], page: JsonLdPage) -> str:
    said = page.thing(_one(thing.get("identifier")))
    value = said.get("value") if isinstance(said, dict) else said
    return str(value).strip() if isinstance(value, str | int) else ""


def to_salary(said: object, currency: str | None) -> Salary | None:
    """The salary from a MonetaryAmount, a PriceSpecification or a number; raises `BadRow`. Values may be nested."""
    rows = [Row(said if isinstance(said, dict) else {"value": said})]
    while len(rows) < DEEPEST and isinstance(value := _first(rows[-1], "value"), dict):
        rows.append(Row(value))
    inner = rows[-1]
    currencies = [row.optional_text(key) for row in rows for key in ("currency", "priceCurrency")]
    if any(each.upper().rstrip(".") not in RUPIAH for each in filter(None, (*currencies, currency))):
        raise BadRow("not in rupiah")
    exact = inner.optional_amount("value") or inner.optional_amount("price")
    lowest = exact or inner.optional_amount(inner.either("minValue", "minPrice")) or None
    highest = exact or inner.optional_amount(inner.either("maxValue", "maxPrice")) or None
    if min(lowest or 0, highest or 0) < 0 or (lowest and highest and lowest > highest):
        raise BadRow("not from less to more")
    unit = next(filter(None, (row.optional_text("unitText") for row in reversed(rows))), "")
    period = PayPeriod.__members__.get(unit.upper(), PayPeriod.UNKNOWN)
    return Salary(minimum=lowest, maximum=highest, period=period) if lowest or highest else None


def _skills(row: Row, page: JsonLdPage) -> tuple[str, ...]:
    said = row.value("skills") if row.has("skills") else None
    names = said.split(",") if isinstance(said, str) else said if isinstance(said, list) else [said]
    return tuple(dict.fromkeys(filter(None, (name(_said(each, page)) for each in names))))


def _first(row: Row, key: str) -> object:
    """The value of a key; of a list, the first element."""
    return _one(row.value(key)) if row.has(key) else None


def _one(value: object) -> object:
    return (value[0] if value else None) if isinstance(value, list) else value


def _address(value: object) -> str | None:
    """A text, or the address of an object."""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else None


def _name(row: Row, key: str, page: JsonLdPage) -> str | None:
    return name(_said(_first(row, key), page))


def _said(value: object, page: JsonLdPage) -> str | None:
    """A text, or the name of an object, wherever on the page the object is described."""
    value = page.thing(value)
    if isinstance(value, dict):
        keys = ("name", "legalName", "credentialCategory", "@value")
        value = next(filter(None, map(value.get, keys)), None)
    value = _one(value)
    return value.strip() or None if isinstance(value, str) else None
