"""Who is asked about the weather, and who is believed.

Of several that forecast, the first one that has a kelurahan's forecast. Of those that warn, all: each may know of a
danger that the others do not, so one that could not be asked leaves the check incomplete.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from connectors.kit.errors import BY_CODE, AgencyChanged, AgencyError
from connectors.kit.reading import Reading, State
from connectors.kit.together import outcomes
from connectors.regions.records import Kelurahan
from connectors.weather.records import Alert, Earthquake, Earthquakes, Forecast, ForecastPoint, Forecasts, Warnings
from resolvers.kit.context import Context
from resolvers.kit.readings import configured, copies, readings
from resolvers.kit.source import Source
from resolvers.weather.rules import changes_of, points_from_now
from store.weather.forecasts import ForecastCopies

WarningsOf = Warnings[Any, Any]


class WeatherForecast(msgspec.Struct, frozen=True, kw_only=True):
    """The forecast for one kelurahan from now on; `code` is the kelurahan's."""

    code: str
    kelurahan: Kelurahan
    latitude: float | None
    longitude: float | None
    issued_at: datetime | None
    points: tuple[ForecastPoint, ...]
    attribution: str
    source: Source


class Heard(NamedTuple):
    """A message, who sent it and how old it is. `code` is that of its document."""

    agency: WarningsOf
    code: str
    alert: Alert
    source: Source


class MessagesHeard(NamedTuple):
    """All messages that could be had, and every system that was asked. `complete` if nothing was kept away."""

    heard: list[Heard]
    sources: list[Source]
    complete: bool
    checked_at: datetime | None


async def forecasts_of(ctx: Context, wanted: Sequence[Kelurahan]) -> tuple[list[WeatherForecast], list[Source]]:
    """Those of these kelurahan that have one which is not over; and whose copies may not be read."""
    agencies = {each.agency.code: each for each in configured(ctx, Forecasts, id="prakiraan cuaca", en="a forecast")}
    read, unavailable = await copies(ctx, (each.forecasts() for each in agencies.values()))
    known = await ctx.store.of(ForecastCopies).forecasts(
        [reading.agency for reading in read], [each.code for each in wanted]
    )
    found = (_first(ctx, each, read, known, agencies) for each in wanted)
    return [each for each in found if each], unavailable


async def check_warnings(ctx: Context) -> MessagesHeard:
    """Ask all systems that warn for all their messages; within one operation once."""

    async def look() -> MessagesHeard:
        agencies = configured(ctx, Warnings, id="peringatan dini cuaca", en="weather warnings")
        checks = await outcomes(_messages(ctx, each) for each in agencies)
        heard, sources, complete, times = list[Heard](), list[Source](), True, list[datetime]()
        for each in checks:
            if isinstance(each, AgencyError):
                sources.append(ctx.no_source(each))
                complete = False
                continue
            heard += each.heard
            sources += each.sources
            complete = complete and each.complete
            times += filter(None, [each.checked_at])
        return MessagesHeard(heard, sources, complete, min(times, default=None))

    return await ctx.once(("weather", "warnings"), look)


async def in_language(ctx: Context, heard: Heard) -> Alert:
    """The same message in the language of the request; as it is, where that cannot be had."""
    if ctx.language == "id":
        return heard.alert
    try:
        found = (await ctx.reading(heard.agency.alert(heard.code, ctx.language))).records
    except AgencyError:
        return heard.alert
    return found if found.sent_at == heard.alert.sent_at and found.kind is heard.alert.kind else heard.alert


async def all_earthquakes(ctx: Context) -> tuple[list[Reading[tuple[Earthquake, ...]]], list[Source]]:
    """What each agency says of those that were felt lately, and who does not answer."""
    agencies = configured(ctx, Earthquakes, id="data gempa bumi", en="a list of earthquakes")
    return await readings(ctx, (each.earthquakes() for each in agencies))


def raise_if_unavailable(unavailable: Sequence[Source]) -> None:
    """Raise the failure of the first of these: nothing was found, and they were not asked whether they have it."""
    for each in unavailable:
        raise BY_CODE[each.problem or ""](each.agency, "it may have what was found nowhere else")


def _first(
    ctx: Context,
    kelurahan: Kelurahan,
    read: list[Reading[int]],
    known: Mapping[tuple[str, str], Forecast],
    agencies: Mapping[str, Forecasts[Any, Any]],
) -> WeatherForecast | None:
    """What the first agency says that has a forecast which is not over."""
    for reading in read:
        forecast = known.get((reading.agency, kelurahan.code))
        points = points_from_now(forecast, ctx.now(changes_of(forecast.points))) if forecast else ()
        if forecast and points:
            connector = agencies[reading.agency]
            return WeatherForecast(
                code=kelurahan.code,
                kelurahan=kelurahan,
                latitude=forecast.latitude,
                longitude=forecast.longitude,
                issued_at=forecast.issued_at,
                points=points,
                attribution=connector.attribution,
                source=ctx.source(_of_one(reading, forecast, connector)),
            )
    return None


def _of_one(reading: Reading[int], forecast: Forecast, connector: Forecasts[Any, Any]) -> Reading[int]:
    """The copy's reading as it is for one kelurahan: stale, where the last pass could not renew it."""
    before = reading.fetched_at - forecast.asked_at
    passed_over = before > connector.forecasts().following.interval
    return msgspec.structs.replace(
        reading,
        fetched_at=forecast.asked_at,
        born=None if reading.born is None else reading.born - before.total_seconds(),
        changed_at=forecast.issued_at,
        state=State.STALE if passed_over else reading.state,
        problem=reading.problem or (AgencyChanged.code if passed_over else None),
    )


async def _messages(ctx: Context, agency: WarningsOf) -> MessagesHeard:
    """What one system says; raises `AgencyError` where its index cannot be had at all."""
    index = await ctx.reading(agency.bulletins())
    found = await outcomes(ctx.reading(agency.alert(each.code, "id")) for each in index.records)
    heard, sources = list[Heard](), [ctx.source(index)]
    for bulletin, message in zip(index.records, found, strict=True):
        if isinstance(message, AgencyError):
            sources.append(ctx.no_source(message))
            continue
        source = ctx.source(message)
        heard.append(Heard(agency, bulletin.code, message.records, source))
        sources.append(source)
    worst = max(sources, key=lambda each: (each.state is None, each.state is State.STALE))
    complete = all(each.state not in (None, State.STALE) for each in sources)
    return MessagesHeard(heard, [worst], complete, index.fetched_at)
