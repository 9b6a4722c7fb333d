"""The forecast for each kelurahan."""

from datetime import datetime

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from connectors.weather.records import ForecastPoint
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.source import Source
from resolvers.regions import regions
from resolvers.weather.rules import DayForecast, changes_of, days_of, point_of_now
from resolvers.weather.sources import WeatherForecast, forecasts_of, raise_if_unavailable


class WeatherForecasts(Page[WeatherForecast], frozen=True, kw_only=True):
    """A page of forecasts, for which kelurahan there is none, and which agencies could not be asked."""

    without: tuple[Kelurahan, ...]
    unavailable: list[Source]


async def weather_forecast(_: None, ctx: Context, *, kelurahan: DottedCode) -> WeatherForecast | None:
    wanted = regions.kelurahan_with_code(ctx, kelurahan)
    if wanted is None:
        return None
    found, unavailable = await forecasts_of(ctx, [wanted])
    if not found:
        raise_if_unavailable(unavailable)
        raise NotPublished(
            id="Tidak ada prakiraan yang berlaku untuk kelurahan ini.",
            en="No forecast that still holds is published for this kelurahan.",
        )
    return found[0]


async def weather_forecasts(
    _: None, ctx: Context, *, kecamatan: DottedCode | None = None, page: PageArguments
) -> WeatherForecasts:
    wanted = [each for each in ctx.regions.kelurahan if kecamatan is None or each.kecamatan_code == kecamatan]
    found, unavailable = await forecasts_of(ctx, wanted)
    known = {each.code for each in found}
    paged = paginate(found, lambda each: (each.code,), page, order="weather-forecasts")
    return extended(
        WeatherForecasts,
        paged,
        without=tuple(each for each in wanted if each.code not in known),
        unavailable=unavailable,
    )


def without_forecast(root: WeatherForecasts, _: Context, *, page: PageArguments) -> Page[Kelurahan]:
    return paginate(root.without, lambda each: (each.code,), page, order="kelurahan")


def kecamatan(root: WeatherForecast, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, root.kelurahan)


def points(
    root: WeatherForecast,
    _: Context,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    page: PageArguments,
) -> Page[ForecastPoint]:
    chosen = (
        each
        for each in root.points
        if (since is None or each.starts_at >= since) and (until is None or each.starts_at < until)
    )
    return paginate(chosen, lambda each: (int(each.starts_at.timestamp()),), page, order="weather-points")


def current(root: WeatherForecast, ctx: Context) -> ForecastPoint | None:
    return point_of_now(root.points, ctx.now(changes_of(root.points)))


def days(root: WeatherForecast, ctx: Context, *, page: PageArguments) -> Page[DayForecast]:
    return paginate(
        days_of(root.points, ctx.regions.zone), lambda each: (each.day.isoformat(),), page, order="weather-days"
    )


def description(root: ForecastPoint, ctx: Context) -> str | None:
    return root.description if ctx.language == "id" else root.description_en or root.description
