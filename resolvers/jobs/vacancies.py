"""Open vacancies, and the values of their filters."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

import msgspec

from connectors.jobs.records import Education, Jobs, JobType, Vacancy, VacancyText
from connectors.kit.errors import AgencyError
from connectors.kit.structs import extended
from connectors.regions.records import CityRegion, DottedCode, Kecamatan
from resolvers.jobs.rules import fullest
from resolvers.jobs.sources import JobVacancy, Origin, codes_of, known_vacancies
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.bits import in_all
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import Telling
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.readings import readings
from resolvers.kit.selection import EVERYTHING, Selection
from resolvers.kit.sorted_items import Column, SortedItems
from resolvers.kit.source import Source
from resolvers.kit.texts import words_of

V = TypeVar("V")


class VacancyOrder(Enum):
    """The orders in which vacancies can be listed."""

    NEWEST = "NEWEST"
    CLOSING_SOON = "CLOSING_SOON"


class FacetCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many vacancies have one value of a filter, with all other filters applied."""

    value: str
    name: str
    count: int


class Vacancies(Page[JobVacancy], frozen=True, kw_only=True):
    """A page of vacancies, with the values of each filter that the operation asks for."""

    categories: list[FacetCount]
    job_types: list[FacetCount]
    educations: list[FacetCount]
    kecamatan: list[FacetCount]
    unavailable: list[Source]


@seldom_waits
async def vacancies(
    _: None,
    ctx: Context,
    *,
    text: str | None = None,
    category: str | None = None,
    job_type: JobType | None = None,
    education: Education | None = None,
    region: DottedCode | None = None,
    min_salary: int | None = None,
    order_by: VacancyOrder = VacancyOrder.NEWEST,
    page: PageArguments,
    selected: Selection = EVERYTHING,
) -> Vacancies:
    if min_salary is not None and min_salary < 0:
        raise UserError("BAD_USER_INPUT", id="minSalary tidak boleh negatif.", en="minSalary must not be negative.")
    known = await known_vacancies(ctx)
    ordered = known.joined.by(order_by, _place(order_by))
    categories, job_types = ordered.column("category", _category), ordered.column("job_type", lambda each: (each.type,))
    educations, kecamatan = (
        ordered.column("education", lambda each: (each.education,)),
        ordered.column("kecamatan", _kecamatan),
    )
    wanted = {"open": ordered.lasting("open", lambda each: each.ends_at, known.moment)}
    if text:
        wanted["text"] = ordered.with_words(_words, words_of(text))
    if category is not None:
        folded = category.casefold()
        wanted["category"] = categories.where(folded, lambda own: own.casefold() == folded)
    if job_type is not None:
        wanted["job_type"] = job_types.bits(job_type)
    if education is not None:
        wanted["education"] = educations.bits(education)
    if region is not None:
        wanted["region"] = _lying_in(ctx, ordered, kecamatan, region)
    if min_salary is not None:
        wanted["salary"] = ordered.column("salary", _most).where(min_salary, lambda amount: amount >= min_salary)

    def facet(field: str, column: Column[V], own: str, told: Callable[[V], tuple[str, str]]) -> list[FacetCount]:
        if not selected.has(field):
            return []
        counts = column.counts(in_all(bits for name, bits in wanted.items() if name != own))
        found = [FacetCount(value=told(each)[0], name=told(each)[1], count=count) for each, count in counts.items()]
        return sorted(found, key=lambda each: (-each.count, each.name))

    found = cut_to(
        ordered, page, Telling(known.told), order=f"vacancies:{order_by.value}", chosen=in_all(wanted.values())
    )
    return extended(
        Vacancies,
        found,
        categories=facet("categories", categories, "category", lambda each: (each, each)),
        job_types=facet("jobTypes", job_types, "job_type", lambda each: (each.value, each.value)),
        educations=facet("educations", educations, "education", lambda each: (each.value, each.value)),
        kecamatan=facet("kecamatan", kecamatan, "region", lambda each: (each.code, each.name)),
        unavailable=known.unavailable,
    )


@seldom_waits
async def vacancy(_: None, ctx: Context, *, code: str) -> JobVacancy | None:
    """A vacancy by the code of any of its origins.

    If a publisher that may have it does not answer, it raises `AgencyError`.
    """
    known = await known_vacancies(ctx)
    found = known.joined.by_code.get(code)
    if found:
        return known.told(found)
    if known.unavailable and (publisher := ctx.agencies.with_code(Jobs, known.unavailable[0].agency)):
        await ctx.reading(publisher.vacancies())
    return None


def origins(root: JobVacancy, _: Context, *, page: PageArguments) -> Page[Origin]:
    return paginate(root.origins, lambda each: (int(each.published_at.timestamp()), each.code), page, order="origins")


async def text(root: JobVacancy, ctx: Context) -> VacancyText | None:
    """The longest text. A publisher that does not answer is not missed if another one does."""
    told = [each.text for each in root.origins if each.text]
    asked = [
        question
        for each in root.origins
        if each.text is None and (publisher := ctx.agencies.with_code(Jobs, each.source.agency))
        if (question := publisher.text(each.code))
    ]
    try:
        answers, _unavailable = await readings(ctx, asked)
    except AgencyError:
        if not told:
            raise
        answers = []
    found = fullest([*(answer.records for answer in answers), *told])
    if found is None or not (found.description or found.qualification):
        raise NotPublished(
            root.origins[0].source.agency,
            id="Penerbit lowongan ini tidak menerbitkan uraiannya.",
            en="The publisher of this vacancy gives no text with it.",
            instead=found,
        )
    return found


def _lying_in(ctx: Context, ordered: SortedItems[JobVacancy], kecamatan: Column[Kecamatan], region: str) -> int:
    """Those in the city by its full name, or in one of its kecamatan.

    A name that may mean the neighbouring city is neither.
    """
    if region == ctx.regions.city.code:
        return ordered.column("in_city", lambda each: (each.in_city,)).bits(True)
    found = ctx.regions.with_code(region)
    if isinstance(found, CityRegion):
        return ordered.column("city_code", lambda each: codes_of(ctx, each.city)).bits(found.code)
    if not isinstance(found, Kecamatan):
        raise UserError(
            "BAD_USER_INPUT",
            id="region harus kode kota ini atau salah satu kecamatannya.",
            en="region must be the code of this city or of one of its kecamatan.",
        )
    return kecamatan.bits(found)


def _most(vacancy: Vacancy) -> tuple[int, ...]:
    """The most that the vacancy says it may pay. A vacancy that hides its salary does not say so."""
    salary = vacancy.salary
    return (max(salary.minimum or 0, salary.maximum or 0),) if salary else ()


def _category(vacancy: Vacancy) -> tuple[str, ...]:
    return () if vacancy.category is None else (vacancy.category,)


def _kecamatan(vacancy: JobVacancy) -> tuple[Kecamatan, ...]:
    return () if vacancy.kecamatan is None else (vacancy.kecamatan,)


def _words(vacancy: Vacancy) -> str:
    return " ".join(filter(None, (vacancy.title, vacancy.company, vacancy.category, *vacancy.skills)))


def _place(order: VacancyOrder) -> Callable[[JobVacancy], tuple[int, str]]:
    if order is VacancyOrder.NEWEST:
        return lambda each: (-int(each.published_at.timestamp()), each.code)
    return lambda each: (int(each.expires_at.timestamp()) if each.expires_at else 2**53, each.code)
