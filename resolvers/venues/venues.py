"""Sports venues: which there are, what can be played there, and who keeps them when."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum

import msgspec

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode
from connectors.venues.records import Keeper, Sport, Venue
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context, Source
from resolvers.kit.opening_hours import within
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.sorted_items import SortedItems
from resolvers.venues.rules import keeper_at
from resolvers.venues.sources import PlacedVenue, SportsVenue, all_venues, free_venues, venue_coded, zone_of


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
    """A page of venues, all that were found with it whatever their sport, and whose venues are missing."""

    found: Sequence[PlacedVenue]
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
    known = await all_venues(ctx)
    unavailable, chosen = known.unavailable, known.book.by_name
    called = name and name.casefold()
    if kecamatan is not None or called or within_km is not None:
        chosen = tuple(
            each
            for each in chosen
            if (kecamatan is None or (each.kecamatan is not None and each.kecamatan.code == kecamatan))
            and (not called or called in each.place[0])
            and (within_km is None or ((far := _far(each, near)) is not None and far <= within_km))
        )
    if free_on is not None:
        free, without_slots = await free_venues(ctx, free_on)
        missing = {each.agency for each in unavailable}
        unavailable += [each for each in without_slots if each.agency not in missing]
        chosen = tuple(each for each in chosen if any((each.agency, called_so) in free for called_so in each.names))
    found = chosen
    if sport is not None:
        wanted = sport.casefold()
        chosen = tuple(each for each in chosen if _plays(each.venue, wanted))
    if order_by is VenueOrder.DISTANCE:
        chosen = tuple(each for each in chosen if _far(each, near) is not None)
    part = cut_to(
        SortedItems(chosen, _place(order_by, near)),
        page,
        lambda each: known.shown(each, near),
        order=f"venues:{order_by.value}",
    )
    return extended(
        VenuePage,
        part,
        found=found,
        unavailable=unavailable,
    )


def played(root: VenuePage, _: Context) -> list[SportCount]:
    """Counted only if a client asks for it."""
    counts = Counter(sport for each in root.found for sport in each.venue.sports)
    return [
        SportCount(code=each.code, name=each.name, venues=count)
        for each, count in sorted(counts.items(), key=lambda item: (-item[1], item[0].name))
    ]


async def venue(_: None, ctx: Context, *, code: str) -> SportsVenue | None:
    return await venue_coded(ctx, code)


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


def _far(placed: PlacedVenue, near: Position | None) -> float | None:
    return distance(near, placed.venue.latitude, placed.venue.longitude)


def _place(order: VenueOrder, near: Position | None) -> Callable[[PlacedVenue], tuple[str | int, ...]]:
    if order is VenueOrder.DISTANCE:
        return lambda each: (round((_far(each, near) or 0) * 1000), each.code)
    return lambda each: each.place
