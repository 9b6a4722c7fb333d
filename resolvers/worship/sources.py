"""Who says when to pray: the hub computes the times, and the first publisher that has the month is believed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.worship.records import ComputedMonth, ComputedTimes, DayTimes, PrayerTimeSource, PublishedTimes
from resolvers.kit.context import Context
from resolvers.kit.hedging import hedged
from resolvers.kit.readings import configured
from resolvers.kit.source import Source
from resolvers.worship.rules import place_named

YEARS = 5
"""Publishers are asked for years that are no further away, so that no caller can make the hub ask for thousands."""


class Schedule(NamedTuple):
    """A published month. `days` is None if no publisher answered; `source` is who did, or the first who did not."""

    days: Mapping[date, DayTimes] | None
    source: Source | None
    unavailable: list[Source]


Publisher = PublishedTimes[Any, Any]


class Month(NamedTuple):
    """All that is known of the times of a month, at one place."""

    computed: Reading[ComputedMonth] | None
    published: Schedule


async def month_of(ctx: Context, kelurahan: str | None, year: int, month: int) -> Month:
    """What is computed and published of this month; raises NOT_CONFIGURED if the city has connected nobody for it."""
    configured(ctx, PrayerTimeSource, id="jadwal salat", en="prayer times")
    computed = await _computed(ctx, kelurahan, year, month)
    return Month(computed, await published(ctx, year, month))


async def published(ctx: Context, year: int, month: int) -> Schedule:
    """The schedule of the city for this month, by the first publisher that has it."""
    return await ctx.once(("worship", "published", year, month), lambda: _published(ctx, year, month))


async def _computed(ctx: Context, kelurahan: str | None, year: int, month: int) -> Reading[ComputedMonth] | None:
    for agency in ctx.agencies.of(ComputedTimes):
        with suppress(AgencyError):  # what is published is still there
            return await ctx.reading(agency.month(kelurahan, year, month))
    return None


async def _published(ctx: Context, year: int, month: int) -> Schedule:
    if abs(year - ctx.today().year) > YEARS:
        return Schedule(None, None, [])

    async def ask(agency: Publisher) -> tuple[Mapping[date, DayTimes] | None, Source]:
        places = await ctx.reading(agency.places())
        place = ctx.views.of(
            ("worship", "place", agency.agency.code),
            [places.records],
            lambda: place_named(places.records, agency.place),
        )
        if place is None:
            return None, ctx.source(places)
        read = await ctx.reading(agency.month(place.code, year, month))
        days = ctx.views.of(
            ("worship", "published", agency.agency.code, year, month),
            [read.records],
            lambda: {each.day: each for each in read.records},
        )
        return days, ctx.source(read)

    answers, failures = await hedged(
        ctx, ctx.agencies.of(PublishedTimes), ask, lambda given, _alone: bool(given.answer[0])
    )
    unavailable = [ctx.no_source(error) for error in failures]
    if not answers:
        return Schedule(None, next(iter(unavailable), None), unavailable)
    told = [each.answer for each in answers if each.answer[0] is not None]
    days, source = told[-1] if told else answers[0].answer
    return Schedule(days or {}, source, unavailable)
