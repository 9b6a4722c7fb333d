"""The earthquakes that people felt lately."""

from connectors.kit.structs import extended
from connectors.weather.records import Earthquake, Felt
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.weather.rules import felt_in
from resolvers.weather.sources import all_earthquakes, raise_if_unavailable


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
    found, unavailable = await _all(ctx, near)
    chosen = (
        each
        for each in found
        if (each.felt_here or not felt_here)
        and (within_km is None or (each.distance is not None and each.distance <= within_km))
    )
    paged = paginate(chosen, lambda each: (-int(each.occurred_at.timestamp()), each.code), page, order="earthquakes")
    return extended(FeltEarthquakes, paged, unavailable=unavailable)


async def earthquake(ctx: Context, code: str) -> FeltEarthquake | None:
    """The one with this code, while the agency's list has it."""
    all_of_them, unavailable = await _all(ctx, None)
    found = next((each for each in all_of_them if each.code == code), None)
    if found is None:
        raise_if_unavailable(unavailable)
    return found


async def reports(root: FeltEarthquake, _: Context, *, page: PageArguments) -> Page[Felt]:
    order = {each: number for number, each in enumerate(root.felt)}
    return paginate(order, lambda each: (order[each],), page, order="earthquake-reports")


async def _all(ctx: Context, near: Position | None) -> tuple[list[FeltEarthquake], list[Source]]:
    found, unavailable = await all_earthquakes(ctx)
    return [
        FeltEarthquake(
            **{name: getattr(each, name) for name in Earthquake.__struct_fields__ if name != "code"},
            code=f"{source.agency}/{each.code}",
            felt_here=felt_in(each.felt, ctx.regions.city.name),
            distance=distance(near, each.latitude, each.longitude),
            attribution=attribution,
            source=source,
        )
        for each, attribution, source in found
    ], unavailable
