"""Internships, and how many places each has."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

import msgspec

from connectors.jobs.records import Internship, Internships
from connectors.kit.structs import extended
from connectors.regions.records import CityRegion, DottedCode
from resolvers.jobs.rules import plain_city
from resolvers.jobs.sources import codes_of
from resolvers.kit.bits import in_all
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import Telling, told_anew
from resolvers.kit.paging import Page, PageArguments, cut_to
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import Orders, next_of
from resolvers.kit.source import Source, untold
from resolvers.kit.texts import words_of


class InternshipOrder(Enum):
    """The orders in which internships can be listed."""

    CLOSING_SOON = "CLOSING_SOON"
    MOST_PLACES = "MOST_PLACES"


@told_anew("open", "source")
class OpenInternship(Internship, frozen=True, kw_only=True):
    """An internship as it is now. It is open until its deadline."""

    open: bool
    in_city: bool
    source: Source


class FoundInternships(Page[OpenInternship], frozen=True, kw_only=True):
    """A page of internships, and the publishers that did not answer."""

    unavailable: list[Source]


async def internships(
    _: None,
    ctx: Context,
    *,
    text: str | None = None,
    study: str | None = None,
    city: str | None = None,
    region: DottedCode | None = None,
    order_by: InternshipOrder = InternshipOrder.CLOSING_SOON,
    page: PageArguments,
) -> FoundInternships:
    if region is not None and not isinstance(ctx.regions.with_code(region), CityRegion):
        raise UserError("BAD_USER_INPUT", id="region harus kode kota ini.", en="region must be the code of this city.")
    known = await _known(ctx)
    ordered = known.internships.by(order_by, _place(order_by))
    wanted = [ordered.lasting("open", lambda each: each.closes_at, known.moment)]
    wanted.append(ordered.with_words(_words, words_of(text or "")))
    if study is not None:
        folded = study.casefold()
        studies = ordered.column("study", lambda each: map(str.casefold, each.studies))
        wanted.append(studies.bits(folded))
    if city is not None:
        cities = ordered.column("city", lambda each: () if each.city is None else (plain_city(each.city),))
        wanted.append(cities.bits(plain_city(city)))
    if region == ctx.regions.city.code:
        wanted.append(ordered.column("in_city", lambda each: (each.in_city,)).bits(True))
    elif region is not None:
        wanted.append(ordered.column("region", lambda each: codes_of(ctx, each.city)).bits(region))
    found = cut_to(ordered, page, Telling(known.told), order=f"internships:{order_by.value}", chosen=in_all(wanted))
    return extended(FoundInternships, found, unavailable=known.unavailable)


async def internship(_: None, ctx: Context, *, code: str) -> OpenInternship | None:
    """Also an internship that has closed. If a publisher that may have it does not answer, it raises `AgencyError`."""
    known = await _known(ctx)
    found = known.internships.by_code.get(code)
    if found:
        return known.told(found)
    if known.unavailable and (missing := ctx.agencies.with_code(Internships, known.unavailable[0].agency)):
        await ctx.reading(missing.internships())
    return None


class PublishedInternships(Orders[OpenInternship]):
    """All internships, without what depends on the moment of the question."""

    def __init__(self, internships: Iterable[OpenInternship]) -> None:
        super().__init__(internships)
        self.by_code = {each.code: each for each in reversed(self.items)}
        self.ends = sorted(each.closes_at for each in self.items if each.closes_at)


class KnownInternships(NamedTuple):
    """All internships, at which moment they are told, by which sources, and the publishers that did not answer."""

    internships: PublishedInternships
    moment: datetime
    sources: Mapping[str, Source]
    unavailable: list[Source]

    def told(self, internship: OpenInternship) -> OpenInternship:
        """The internship as it is now."""
        return msgspec.structs.replace(
            internship,
            open=internship.closes_at is None or internship.closes_at > self.moment,
            source=self.sources[internship.source.agency],
        )


async def _known(ctx: Context) -> KnownInternships:
    publishers = configured(ctx, Internships, id="magang", en="a publisher of internships")
    answers, unavailable = await readings(ctx, (each.internships() for each in publishers))
    found = ctx.views.of(
        ("jobs", "internships", *(answer.agency for answer in answers)),
        [answer.records for answer in answers],
        lambda: PublishedInternships(_kept(ctx, each, answer.agency) for answer in answers for each in answer.records),
    )
    now = ctx.now(next_of(found.ends, ctx.now(())))
    return KnownInternships(found, now, {each.agency: ctx.source(each) for each in answers}, unavailable)


def _kept(ctx: Context, internship: Internship, agency: str) -> OpenInternship:
    return extended(
        OpenInternship,
        internship,
        open=True,
        in_city=internship.city is not None and ctx.regions.is_city(internship.city),
        source=untold(agency),
    )


def _words(internship: Internship) -> str:
    return " ".join(filter(None, (internship.title, internship.company, *internship.studies)))


def _place(order: InternshipOrder) -> Callable[[OpenInternship], tuple[int, str]]:
    if order is InternshipOrder.MOST_PLACES:
        return lambda each: (-each.quota, each.code)
    return lambda each: (int(each.closes_at.timestamp()) if each.closes_at else 2**53, each.code)
