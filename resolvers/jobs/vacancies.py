"""Open vacancies, and the values of their filters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

import msgspec

from connectors.jobs.records import Education, Jobs, JobType, Vacancy, VacancyText
from connectors.kit.errors import AgencyError
from connectors.regions.records import DottedCode
from resolvers.jobs.rules import fullest
from resolvers.jobs.sources import JobVacancy, Origin, everything_of
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.readings import readings
from resolvers.kit.texts import has_words, words_of

Wanted = Callable[[JobVacancy], bool]


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
    """A page of vacancies, with the values of each filter."""

    categories: list[FacetCount]
    job_types: list[FacetCount]
    educations: list[FacetCount]
    kecamatan: list[FacetCount]
    unavailable: list[Source]


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
) -> Vacancies:
    if min_salary is not None and min_salary < 0:
        raise UserError("BAD_USER_INPUT", id="minSalary tidak boleh negatif.", en="minSalary must not be negative.")
    everything, unavailable = await everything_of(ctx)
    wanted: dict[str, Wanted] = {"open": lambda each: each.open}
    if text:
        words = words_of(text)
        wanted["text"] = lambda each: has_words(_words(each), words)
    if category is not None:
        folded = category.casefold()
        wanted["category"] = lambda each: each.category is not None and each.category.casefold() == folded
    if job_type is not None:
        wanted["job_type"] = lambda each: each.type is job_type
    if education is not None:
        wanted["education"] = lambda each: each.education is education
    if region is not None:
        wanted["region"] = _lies_in(ctx, region)
    if min_salary is not None:
        wanted["salary"] = lambda each: _pays(each, min_salary)
    chosen = [each for each in everything if all(wants(each) for wants in wanted.values())]
    found = paginate(chosen, _place(order_by), page, order=f"vacancies:{order_by.value}")
    return Vacancies(
        edges=found.edges,
        page_info=found.page_info,
        total_count=found.total_count,
        categories=_facet(everything, wanted, "category", lambda each: (each.category, each.category)),
        job_types=_facet(everything, wanted, "job_type", lambda each: (each.type.value, each.type.value)),
        educations=_facet(everything, wanted, "education", lambda each: (each.education.value, each.education.value)),
        kecamatan=_facet(everything, wanted, "region", _kecamatan_of),
        unavailable=unavailable,
    )


async def vacancy(_: None, ctx: Context, *, code: str) -> JobVacancy | None:
    """A vacancy by the code of any of its origins.

    If a publisher that may have it does not answer, it raises `AgencyError`.
    """
    everything, unavailable = await everything_of(ctx)
    found = next((each for each in everything if any(origin.code == code for origin in each.origins)), None)
    if found is None and unavailable and (publisher := ctx.agencies.with_code(Jobs, unavailable[0].agency)):
        await ctx.reading(publisher.vacancies())
    return found


async def origins(root: JobVacancy, _: Context, *, page: PageArguments) -> Page[Origin]:
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


def _lies_in(ctx: Context, region: str) -> Wanted:
    """In the city by its full name, or in one of its kecamatan.

    A name that may mean the neighbouring city is neither.
    """
    if region == ctx.regions.city.code:
        return lambda each: each.in_city
    if region not in {each.code for each in ctx.regions.kecamatan}:
        raise UserError(
            "BAD_USER_INPUT",
            id="region harus kode kota ini atau salah satu kecamatannya.",
            en="region must be the code of this city or of one of its kecamatan.",
        )
    return lambda each: each.kecamatan is not None and each.kecamatan.code == region


def _pays(vacancy: Vacancy, least: int) -> bool:
    """Whether the vacancy says that it may pay this much. A vacancy that hides its salary does not say so."""
    salary = vacancy.salary
    return salary is not None and max(salary.minimum or 0, salary.maximum or 0) >= least


def _words(vacancy: Vacancy) -> str:
    return " ".join(filter(None, (vacancy.title, vacancy.company, vacancy.category, *vacancy.skills)))


def _place(order: VacancyOrder) -> Callable[[JobVacancy], tuple[int, str]]:
    if order is VacancyOrder.NEWEST:
        return lambda each: (-int(each.published_at.timestamp()), each.code)
    return lambda each: (int(each.expires_at.timestamp()) if each.expires_at else 2**53, each.code)


def _kecamatan_of(vacancy: JobVacancy) -> tuple[str | None, str | None]:
    return (vacancy.kecamatan.code, vacancy.kecamatan.name) if vacancy.kecamatan else (None, None)


def _facet(
    everything: Iterable[JobVacancy],
    wanted: Mapping[str, Wanted],
    own: str,
    value: Callable[[JobVacancy], tuple[Any, Any]],
) -> list[FacetCount]:
    """The values of a filter, the most frequent first, then by name. Vacancies without a value do not count."""
    others = [wants for name, wants in wanted.items() if name != own]
    counts = Counter(value(each) for each in everything if all(wants(each) for wants in others))
    named = [FacetCount(value=key, name=name, count=count) for (key, name), count in counts.items() if key is not None]
    return sorted(named, key=lambda each: (-each.count, each.name))
