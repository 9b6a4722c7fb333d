"""Sports venues: which there are, what can be played there, and who keeps them when."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum

import msgspec

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode
from connectors.venues.records import Keeper, Sport
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.bits import below, bits_of, first_places
from resolvers.kit.context import Context
from resolvers.kit.opening_hours import open_at
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
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
    """A page of venues, and whose venues are missing. `found` are the places of those of any sport among `all`."""

    all: SortedItems[PlacedVenue]
    found: int
    unavailable: list[Source]


@seldom_waits
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
    everything, unavailable = known.book.by_name, known.unavailable
    length = len(everything.items)
    found = below(length)
    if kecamatan is not None:
        found &= everything.column("kecamatan", _kecamatan).bits(kecamatan)
    if called := name and name.casefold():
        found &= everything.column("name", lambda each: (each.place[0],)).where(called, lambda own: called in own)
    if free_on is not None:
        free, without_slots = await free_venues(ctx, free_on)
        missing = {each.agency for each in unavailable}
        unavailable = [*unavailable, *(each for each in without_slots if each.agency not in missing)]
        found &= everything.column("names", _names).any_of(free)
    if within_km is not None:
        far = ((at, _far(everything.items[at], near)) for at in first_places(found, 0, length, length))
        found = bits_of((at for at, km in far if km is not None and km <= within_km), length)
    chosen = found if sport is None else found & everything.column("sport", _sport).bits(sport.casefold())
    ordered: SortedItems[PlacedVenue] = everything
    if order_by is VenueOrder.DISTANCE:
        placed = (each for each in everything.those(chosen) if _far(each, near) is not None)
        ordered = SortedItems(placed, lambda each: (round((_far(each, near) or 0) * 1000), each.code))
    part = cut_to(
        ordered,
        page,
        lambda each: known.shown(each, near),
        order=f"venues:{order_by.value}",
        chosen=chosen if ordered is everything else None,
    )
    return extended(VenuePage, part, all=everything, found=found, unavailable=unavailable)


def played(root: VenuePage, _: Context) -> list[SportCount]:
    """Counted only if a client asks for it."""
    counts = root.all.column("sports", lambda each: each.venue.sports).counts(root.found)
    return [
        SportCount(code=each.code, name=each.name, venues=count)
        for each, count in sorted(counts.items(), key=lambda item: (-item[1], item[0].name))
    ]


@seldom_waits
async def venue(_: None, ctx: Context, *, code: str) -> SportsVenue | None:
    return await venue_coded(ctx, code)


def sports(root: SportsVenue, _: Context, *, page: PageArguments) -> Page[Sport]:
    return paginate(root.sports, lambda sport: (sport.name.casefold(), sport.code), page, order="sports")


def open_now(root: SportsVenue, ctx: Context) -> bool | None:
    if not root.hours:
        raise NotPublished(
            root.agency, id="Tempat ini tidak menyebut jam bukanya.", en="This venue does not say its opening hours."
        )
    return open_at(root.hours, ctx)


def keeper(root: SportsVenue, ctx: Context, *, at: datetime | None = None) -> Keeper | None:
    return keeper_at(root, (at or ctx.clock.now()).astimezone(zone_of(ctx)))


def _sport(placed: PlacedVenue) -> Iterable[str]:
    return (text.casefold() for sport in placed.venue.sports for text in (sport.code, sport.name))


def _kecamatan(placed: PlacedVenue) -> tuple[str, ...]:
    return (placed.kecamatan.code,) if placed.kecamatan else ()


def _names(placed: PlacedVenue) -> Iterable[tuple[str, str]]:
    return ((placed.agency, name) for name in placed.names)


def _far(placed: PlacedVenue, near: Position | None) -> float | None:
    return distance(near, placed.venue.latitude, placed.venue.longitude)
