"""All vacancies of all publishers, each once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from connectors.jobs.records import Jobs, PayPeriod, Salary, Vacancy, VacancyText
from connectors.kit.structs import extended
from connectors.regions.records import Kecamatan
from resolvers.jobs.rules import PublishedVacancy, at_home, join, merged
from resolvers.kit.context import Context
from resolvers.kit.lasting import told_anew
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import Orders, next_of
from resolvers.kit.source import Source, untold


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What one publisher says of a vacancy. `text` is set if its list already has it."""

    code: str
    url: str | None
    published_at: datetime
    expires_at: datetime | None
    text: VacancyText | None
    source: Source


@told_anew("open", "age_days", "sources", "source")
class JobVacancy(Vacancy, frozen=True, kw_only=True):
    """A vacancy as it is now, from all its publishers.

    It is open until it expires; its code is that of its first origin.

    `kecamatan` is set if the vacancy names one of this city. `pay` is the salary; `salary` is the same if it is
    monthly. `published` is what each publisher says, by the `sources` of this operation.
    """

    open: bool
    age_days: int
    in_city: bool
    kecamatan: Kecamatan | None
    pay: Salary | None
    published: tuple[PublishedVacancy, ...]
    sources: Mapping[str, Source]
    source: Source

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(_origin(each, self.sources) for each in self.published)


class JoinedVacancies(Orders[JobVacancy]):
    """The vacancies of all publishers, each once, without what depends on the moment of the question."""

    def __init__(self, vacancies: Iterable[JobVacancy]) -> None:
        super().__init__(vacancies)
        self.by_code: dict[str, JobVacancy] = {}
        self.ends = sorted(each.ends_at for each in self.items if each.ends_at)
        for each in self.items:
            for published in each.published:
                self.by_code.setdefault(published.vacancy.code, each)


class KnownVacancies(NamedTuple):
    """All vacancies, at which moment they are told, by which sources, and the publishers that did not answer.

    `until` is told at which moments that will be another.
    """

    joined: JoinedVacancies
    moment: datetime
    until: Callable[[Iterable[datetime]], datetime]
    sources: Mapping[str, Source]
    unavailable: list[Source]

    def told(self, vacancy: JobVacancy) -> JobVacancy:
        """The vacancy as it is now."""
        days = max(0, (self.moment - vacancy.published_at).days)
        self.until((vacancy.published_at + timedelta(days=days + 1),))
        return msgspec.structs.replace(
            vacancy,
            open=vacancy.ends_at is None or vacancy.ends_at > self.moment,
            age_days=days,
            sources=self.sources,
            source=self.sources[vacancy.source.agency],
        )


async def known_vacancies(ctx: Context) -> KnownVacancies:
    """The vacancies of all publishers, each once."""
    publishers = configured(ctx, Jobs, id="lowongan kerja", en="a publisher of vacancies")
    answers, unavailable = await readings(ctx, (each.vacancies() for each in publishers))
    agencies, records = [each.agency for each in answers], [each.records for each in answers]
    joined = ctx.views.of(("jobs", "vacancies", *agencies), records, lambda: _joined(ctx, agencies, records))
    now = ctx.now(next_of(joined.ends, ctx.now(())))
    return KnownVacancies(joined, now, ctx.now, {each.agency: ctx.source(each) for each in answers}, unavailable)


def _joined(ctx: Context, agencies: Iterable[str], records: Iterable[Iterable[Vacancy]]) -> JoinedVacancies:
    published = [
        [PublishedVacancy(each, agency) for each in of_one] for agency, of_one in zip(agencies, records, strict=True)
    ]
    return JoinedVacancies(_one(ctx, group) for group in join(published))


def _one(ctx: Context, group: list[PublishedVacancy]) -> JobVacancy:
    here = at_home(group, ctx.regions.is_city)
    vacancy = merged([each.vacancy for each in group])
    city = ctx.regions.city_named(here.city) if here.city else None
    in_city = city is not None
    monthly = vacancy.salary is not None and vacancy.salary.period is PayPeriod.MONTH
    return extended(
        JobVacancy,
        vacancy,
        city=here.city,
        province=here.province or vacancy.province,
        salary=vacancy.salary if monthly else None,
        pay=vacancy.salary,
        open=True,
        age_days=0,
        in_city=in_city,
        kecamatan=ctx.regions.kecamatan_named(vacancy.district, city=city.code) if city and vacancy.district else None,
        published=tuple({each.vacancy.code: each for each in reversed(group)}.values())[::-1],
        sources={},
        source=untold(group[0].agency),
    )


def codes_of(ctx: Context, city: str | None) -> tuple[str, ...]:
    """The code of the city with this full name, where it is one of the hub."""
    found = ctx.regions.city_named(city) if city else None
    return (found.code,) if found else ()


def _origin(published: PublishedVacancy, sources: Mapping[str, Source]) -> Origin:
    vacancy = published.vacancy
    return Origin(
        code=vacancy.code,
        url=vacancy.url,
        published_at=vacancy.published_at,
        expires_at=vacancy.expires_at,
        text=vacancy.text,
        source=sources[published.agency],
    )
