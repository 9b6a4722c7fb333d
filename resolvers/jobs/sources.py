"""All vacancies of all publishers, each once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from connectors.jobs.records import Jobs, PayPeriod, Salary, Vacancy, VacancyText
from connectors.kit.structs import extended
from connectors.regions.records import Kecamatan
from resolvers.jobs.rules import PublishedVacancy, at_home, join, merged
from resolvers.kit.context import Context, Source
from resolvers.kit.readings import configured, readings


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What one publisher says of a vacancy. `text` is set if its list already has it."""

    code: str
    url: str | None
    published_at: datetime
    expires_at: datetime | None
    text: VacancyText | None
    source: Source


class JobVacancy(Vacancy, frozen=True, kw_only=True):
    """A vacancy as it is now, from all its publishers.

    It is open until it expires; its code is that of its first origin.

    `kecamatan` is set if the vacancy names one of this city. `pay` is the salary; `salary` is the same if it is
    monthly.
    """

    open: bool
    age_days: int
    in_city: bool
    kecamatan: Kecamatan | None
    pay: Salary | None
    origins: tuple[Origin, ...]
    source: Source


class Joined(NamedTuple):
    """A vacancy from all its publishers, without what depends on the moment of the question."""

    group: list[PublishedVacancy]
    vacancy: Vacancy
    in_city: bool
    kecamatan: Kecamatan | None


async def everything_of(ctx: Context) -> tuple[list[JobVacancy], list[Source]]:
    """The vacancies of all publishers, each once, and the publishers that did not answer."""

    async def look() -> tuple[list[JobVacancy], list[Source]]:
        publishers = configured(ctx, Jobs, id="lowongan kerja", en="a publisher of vacancies")
        answers, unavailable = await readings(ctx, (each.vacancies() for each in publishers))
        agencies, records = [each.agency for each in answers], [each.records for each in answers]
        found = ctx.views.of(("jobs", "vacancies", *agencies), records, lambda: _joined(ctx, agencies, records))
        now, sources = ctx.clock.now(), {each.agency: ctx.source(each) for each in answers}
        return [_now(each, sources, now) for each in found], unavailable

    return await ctx.once(("vacancies",), look)


def _joined(ctx: Context, agencies: Iterable[str], records: Iterable[Iterable[Vacancy]]) -> list[Joined]:
    published = [
        [PublishedVacancy(each, agency) for each in of_one] for agency, of_one in zip(agencies, records, strict=True)
    ]
    return [_one(ctx, group) for group in join(published)]


def _one(ctx: Context, group: list[PublishedVacancy]) -> Joined:
    here = at_home(group, ctx.regions.is_city)
    vacancy = merged([each.vacancy for each in group])
    vacancy = msgspec.structs.replace(vacancy, city=here.city, province=here.province or vacancy.province)
    in_city = vacancy.city is not None and ctx.regions.is_city(vacancy.city)
    kecamatan = ctx.regions.kecamatan_named(vacancy.district) if in_city and vacancy.district else None
    return Joined(group, vacancy, in_city, kecamatan)


def _now(joined: Joined, sources: Mapping[str, Source], now: datetime) -> JobVacancy:
    group, vacancy = joined.group, joined.vacancy
    monthly = vacancy.salary is not None and vacancy.salary.period is PayPeriod.MONTH
    return extended(
        JobVacancy,
        vacancy,
        salary=vacancy.salary if monthly else None,
        pay=vacancy.salary,
        open=vacancy.ends_at is None or vacancy.ends_at > now,
        age_days=max(0, (now - vacancy.published_at).days),
        in_city=joined.in_city,
        kecamatan=joined.kecamatan,
        origins=tuple({each.vacancy.code: _origin(each, sources) for each in reversed(group)}.values())[::-1],
        source=sources[group[0].agency],
    )


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
