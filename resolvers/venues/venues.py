"""Sports venues: which there are, what can be played there, and who keeps them when."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum

import msgspec

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode
from connectors.venues.records import Keeper, Sport, Venue
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context, Source
from resolvers.kit.opening_hours import within
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.places import Position, check_near
from resolvers.venues.rules import keeper_at
from resolvers.venues.sources import SportsVenue, all_venues, free_venues, venues_at, zone_of


class VenueOrder(Enum):
    """How venues are put in order."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"


class SportCount(msgspec.Struct, frozen=True, kw_only=True):
    """A sport, and how many venues there are for it."""

    code: str
    name: str
    venues: int


class VenuePage(Page[SportsVenue], frozen=True, kw_only=True):
    """A page of venues, with what can be played, and whose venues are missing."""

    sports: list[SportCount]
    unavailable: list[Source]


async def venues(
    _: None,
    ctx: Context,
    *,
    sport: str | None = None,
    kecamatan: DottedCode | None = None,
    name: str | None = None,
    free_on: date | None = None,
    near: Position | None = None,
    within_km: float | None = None,
    order_by: VenueOrder = VenueOrder.NAME,
    page: PageArguments,
) -> VenuePage:
    check_near(near, within_km, by_distance=order_by is VenueOrder.DISTANCE)
    everything, unavailable = await all_venues(ctx, near)
    called = name and name.casefold()
    chosen = [
        each
        for each in everything
        if (kecamatan is None or (each.kecamatan is not None and each.kecamatan.code == kecamatan))
        and (not called or called in each.name.casefold())
        and (within_km is None or (each.distance is not None and each.distance <= within_km))
    ]
    if free_on is not None:
        free, without_slots = await free_venues(ctx, free_on)
        missing = {each.agency for each in unavailable}
        unavailable += [each for each in without_slots if each.agency not in missing]
        chosen = [each for each in chosen if (each.agency, each.reference) in free]
    played = Counter(each_sport for each in chosen for each_sport in each.sports)
    if sport is not None:
        wanted = sport.casefold()
        chosen = [each for each in chosen if _plays(each, wanted)]
    if order_by is VenueOrder.DISTANCE:
        chosen = [each for each in chosen if each.distance is not None]
    found = paginate(chosen, _place(order_by), page, order=f"venues:{order_by.value}")
    return extended(
        VenuePage,
        found,
        sports=[
            SportCount(code=each.code, name=each.name, venues=count)
            for each, count in sorted(played.items(), key=lambda item: (-item[1], item[0].name))
        ],
        unavailable=unavailable,
    )


async def venue(_: None, ctx: Context, *, code: str) -> SportsVenue | None:
    agency, _slash, key = code.partition("/")
    return next((each for each in await venues_at(ctx, agency) if each.key == key), None)


async def sports(root: SportsVenue, _: Context, *, page: PageArguments) -> Page[Sport]:
    return paginate(root.sports, lambda sport: (sport.name.casefold(), sport.code), page, order="sports")


async def open_now(root: SportsVenue, ctx: Context) -> bool | None:
    if not root.hours:
        raise NotPublished(
            root.agency, id="Tempat ini tidak menyebut jam bukanya.", en="This venue does not say its opening hours."
        )
    return within(root.hours, ctx.clock.now().astimezone(zone_of(ctx)))


async def keeper(root: SportsVenue, ctx: Context, *, at: datetime | None = None) -> Keeper | None:
    return keeper_at(root, (at or ctx.clock.now()).astimezone(zone_of(ctx)))


def _plays(venue: Venue, wanted: str) -> bool:
    return any(wanted in (each.code.casefold(), each.name.casefold()) for each in venue.sports)


def _place(order: VenueOrder) -> Callable[[SportsVenue], tuple[str | int, ...]]:
    if order is VenueOrder.DISTANCE:
        return lambda each: (round((each.distance or 0) * 1000), each.code)
    return lambda each: (each.name.casefold(), each.code)
