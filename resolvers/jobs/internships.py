"""Internships, and how many places each has."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum

from connectors.jobs.records import Internship, Internships
from connectors.kit.structs import extended
from connectors.regions.records import DottedCode
from resolvers.jobs.rules import plain_city
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.readings import configured, readings
from resolvers.kit.texts import has_words, words_of


class InternshipOrder(Enum):
    """The orders in which internships can be listed."""

    CLOSING_SOON = "CLOSING_SOON"
    MOST_PLACES = "MOST_PLACES"


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
    if region is not None and region != ctx.regions.city.code:
        raise UserError("BAD_USER_INPUT", id="region harus kode kota ini.", en="region must be the code of this city.")
    everything, unavailable = await _all(ctx)
    words, studied, place = words_of(text or ""), (study or "").casefold(), plain_city(city or "")
    chosen = (
        each
        for each in everything
        if each.open
        and has_words(_words(each), words)
        and (study is None or studied in map(str.casefold, each.studies))
        and (city is None or (each.city is not None and plain_city(each.city) == place))
        and (region is None or each.in_city)
    )
    found = paginate(chosen, _place(order_by), page, order=f"internships:{order_by.value}")
    return extended(FoundInternships, found, unavailable=unavailable)


async def internship(_: None, ctx: Context, *, code: str) -> OpenInternship | None:
    """Also an internship that has closed. If a publisher that may have it does not answer, it raises `AgencyError`."""
    everything, unavailable = await _all(ctx)
    found = next((each for each in everything if each.code == code), None)
    if found is None and unavailable and (missing := ctx.agencies.with_code(Internships, unavailable[0].agency)):
        await ctx.reading(missing.internships())
    return found


async def _all(ctx: Context) -> tuple[list[OpenInternship], list[Source]]:
    publishers = configured(ctx, Internships, id="magang", en="a publisher of internships")
    answers, unavailable = await readings(ctx, (each.internships() for each in publishers))
    now = ctx.clock.now()
    return [
        _now(ctx, each, now, source)
        for answer in answers
        for source in (ctx.source(answer),)
        for each in answer.records
    ], unavailable


def _now(ctx: Context, internship: Internship, now: datetime, source: Source) -> OpenInternship:
    return extended(
        OpenInternship,
        internship,
        open=internship.closes_at is None or internship.closes_at > now,
        in_city=internship.city is not None and ctx.regions.is_city(internship.city),
        source=source,
    )


def _words(internship: Internship) -> str:
    return " ".join(filter(None, (internship.title, internship.company, *internship.studies)))


def _place(order: InternshipOrder) -> Callable[[OpenInternship], tuple[int, str]]:
    if order is InternshipOrder.MOST_PLACES:
        return lambda each: (-each.quota, each.code)
    return lambda each: (int(each.closes_at.timestamp()) if each.closes_at else 2**53, each.code)
