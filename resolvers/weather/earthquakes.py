"""The earthquakes that people felt lately."""

import msgspec

from connectors.kit.structs import extended
from connectors.weather.records import Earthquake, Earthquakes, Felt
from resolvers.kit.context import Context
from resolvers.kit.lasting import Telling, told_anew
from resolvers.kit.paging import Page, PageArguments, cut, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source, told, untold
from resolvers.weather.rules import felt_in
from resolvers.weather.sources import all_earthquakes, raise_if_unavailable


@told_anew("distance", "source")
class FeltEarthquake(Earthquake, frozen=True, kw_only=True):
    """An earthquake, whether it was felt in the city, and how many km it is from the point that was asked from."""

    felt_here: bool
    distance: float | None
    attribution: str
    source: Source


class FeltEarthquakes(Page[FeltEarthquake], frozen=True, kw_only=True):
    """A page of earthquakes, and who could not be asked."""

    unavailable: list[Source]


async def earthquakes(
    _: None,
    ctx: Context,
    *,
    felt_here: bool = False,
    near: Position | None = None,
    within_km: float | None = None,
    page: PageArguments,
) -> FeltEarthquakes:
    check_near(near, within_km, by_distance=False)
    known, sources, unavailable = await _known(ctx)
    chosen = known.column("felt here", lambda each: (each.felt_here,)).bits(True) if felt_here else None

    def placed(each: FeltEarthquake) -> FeltEarthquake:
        return msgspec.structs.replace(told(each, sources), distance=distance(near, each.latitude, each.longitude))

    if within_km is None:
        paged = cut(known, page, order="earthquakes", chosen=chosen)
    else:
        of_them = known.items if chosen is None else known.those(chosen)
        close = (each for each in of_them if _within(each, near, within_km))
        paged = paginate(close, _latest_first, page, order="earthquakes")
    return extended(FeltEarthquakes, paged, to=Telling(placed), unavailable=unavailable)


async def earthquake(ctx: Context, code: str) -> FeltEarthquake | None:
    """The one with this code, while the agency's list has it."""
    known, sources, unavailable = await _known(ctx)
    found = known.index("code", lambda each: (each.code,)).get(code)
    if found is None:
        raise_if_unavailable(unavailable)
        return None
    return told(found, sources)


def reports(root: FeltEarthquake, _: Context, *, page: PageArguments) -> Page[Felt]:
    order = {each: number for number, each in enumerate(root.felt)}
    return paginate(order, lambda each: (order[each],), page, order="earthquake-reports")


async def _known(ctx: Context) -> tuple[SortedItems[FeltEarthquake], dict[str, Source], list[Source]]:
    """All earthquakes without their sources, the latest first; the sources by agency, and who could not be asked."""
    read, unavailable = await all_earthquakes(ctx)
    known = ctx.views.of(
        ("weather", "earthquakes", *(each.agency for each in read)),
        [each.records for each in read],
        lambda: SortedItems((_kept(ctx, each, of.agency) for of in read for each in of.records), _latest_first),
    )
    return known, {each.agency: ctx.source(each) for each in read}, unavailable


def _kept(ctx: Context, earthquake: Earthquake, agency: str) -> FeltEarthquake:
    connector = ctx.agencies.with_code(Earthquakes, agency)
    return extended(
        FeltEarthquake,
        earthquake,
        code=f"{agency}/{earthquake.code}",
        felt_here=felt_in(earthquake.felt, ctx.regions.city.name),
        distance=None,
        attribution=connector.attribution if connector else "",
        source=untold(agency),
    )


def _within(earthquake: Earthquake, near: Position | None, kilometres: float) -> bool:
    away = distance(near, earthquake.latitude, earthquake.longitude)
    return away is not None and away <= kilometres


def _latest_first(earthquake: Earthquake) -> tuple[int, str]:
    return -int(earthquake.occurred_at.timestamp()), earthquake.code
