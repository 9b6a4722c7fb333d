"""Which systems of venues are asked, the copies of their venues and slots, and what is free of them by now."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from connectors.kit.together import together
from connectors.regions.gazetteer import Gazetteer
from connectors.regions.records import Kecamatan
from connectors.venues.records import Venue, Venues
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.places import Position, distance
from resolvers.kit.readings import configured, copies
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.regions.regions import city_of_agency
from resolvers.venues.rules import left, midnight
from store.booking.orders import BookingOrders
from store.venues.slots import SlotCopies, SlotsWanted
from store.venues.venues import VenueCopies

AHEAD = timedelta(days=60)
"""How far ahead, and back, a day may be asked for."""
LAG = timedelta(minutes=1)
"""How late a feed may tell of a booking."""


class SportsVenue(Venue, frozen=True, kw_only=True):
    """A venue and whose copy it is of. `distance` is in km from the point that was asked from, None without one."""

    code: str
    agency: str
    kecamatan: Kecamatan | None
    distance: float | None
    source: Source


class PlacedVenue(NamedTuple):
    """A venue and what follows from it alone. `place` is where it stands in the order of names."""

    venue: Venue
    agency: str
    code: str
    kecamatan: Kecamatan | None
    names: tuple[str, ...]
    place: tuple[str, str]


class VenueBook(NamedTuple):
    """Venues in the order of their names; and by their codes, and by what their systems call them and their courts."""

    by_name: SortedItems[PlacedVenue]
    by_code: Mapping[str, PlacedVenue]
    called: Mapping[tuple[str, str], list[PlacedVenue]]


class KnownVenues(NamedTuple):
    """Venues, the sources of those that may be read, and whose are missing."""

    book: VenueBook
    sources: Mapping[str, Source]
    unavailable: list[Source]

    def shown(self, placed: PlacedVenue, near: Position | None = None) -> SportsVenue:
        """One of them as the graph has it."""
        venue = placed.venue
        return extended(
            SportsVenue,
            venue,
            code=placed.code,
            agency=placed.agency,
            kecamatan=placed.kecamatan,
            distance=distance(near, venue.latitude, venue.longitude),
            source=self.sources[placed.agency],
        )


async def all_venues(ctx: Context) -> KnownVenues:
    """Those of all systems; raises NOT_CONFIGURED where the city has no such system."""
    return await _venues_of(ctx, configured(ctx, Venues, id="tempat olahraga", en="its sports venues"))


async def venue_coded(ctx: Context, code: str) -> SportsVenue | None:
    """The one with this code; nobody but its system is waited for."""
    known = await _venues_at(ctx, code.partition("/")[0])
    found = known.book.by_code.get(code) if known else None
    return known.shown(found) if known and found else None


async def venue_named(ctx: Context, agency: str, reference: str) -> SportsVenue | None:
    """The one that its system calls so, or else one with a court that it calls so.

    Raises `AgencyError` where nobody can say whether there is one.
    """
    known = await _venues_at(ctx, agency)
    there = known.book.called.get((agency, reference)) if known else None
    if known is None or not there:
        return None
    return known.shown(next((each for each in there if each.venue.reference == reference), there[0]))


async def slots_copy(ctx: Context, agency: str) -> Reading[int]:
    """How new the copy of its slots is; raises `AgencyError` where there is none that is new enough."""
    system = ctx.agencies.with_code(Venues, agency)
    if system is None:
        raise LookupError(agency)
    return await ctx.copy(system.slots())


async def taken_lately(ctx: Context, agency: str) -> Counter[str]:
    """How often each slot was held or booked through the hub and may still be free in the copy, by the slots' keys.

    Raises `AgencyError` without a copy.
    """
    copied_at = (await slots_copy(ctx, agency)).fetched_at
    orders, now = ctx.store.of(BookingOrders), ctx.clock.now()

    async def look() -> Counter[str]:
        return await ctx.batches.ask(("taken",), (agency, copied_at - LAG), lambda since: orders.taken(since, now))

    return await ctx.once(("taken", agency), look)


async def all_gone(ctx: Context, agency: str, taken: Counter[str]) -> tuple[str, ...]:
    """The keys of those slots of which nothing is left by now; looked up once within an operation."""

    async def look() -> tuple[str, ...]:
        found = await ctx.store.of(SlotCopies).with_keys(agency, list(taken)) if taken else []
        return tuple(sorted(slot.key for slot in found if left(slot, taken).remaining == 0))

    return await ctx.once(("gone", agency), look)


async def free_venues(ctx: Context, on: date) -> tuple[set[tuple[str, str]], list[Source]]:
    """By what the slots that are free on this day and have not begun name their venues; and whose are missing."""
    readable, unavailable = await copies(ctx, (each.slots() for each in ctx.agencies.of(Venues)))
    since, until = whole_day(ctx, on)
    since = max(since, ctx.clock.now().replace(microsecond=0))

    async def free_at(agency: str) -> set[tuple[str, str]]:
        gone = await all_gone(ctx, agency, await taken_lately(ctx, agency))
        wanted = SlotsWanted(agency=agency, since=since, until=until, only_free=True, without=gone)
        return {(agency, name) for name in await ctx.store.of(SlotCopies).free_names(wanted)}

    return set().union(*await together(free_at(each.agency) for each in readable)), unavailable


def whole_day(ctx: Context, on: date) -> tuple[datetime, datetime]:
    """From when to when it is; raises BAD_USER_INPUT for one that is too far."""
    if abs(on - ctx.today()) > AHEAD:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"Tanggal paling jauh {AHEAD.days} hari dari hari ini.",
            en=f"A day is at most {AHEAD.days} days from today.",
        )
    return midnight(on, zone_of(ctx)), midnight(on + timedelta(days=1), zone_of(ctx))


def zone_of(ctx: Context) -> ZoneInfo:
    """The city's."""
    return ZoneInfo(ctx.regions.city.timezone)


async def _venues_at(ctx: Context, agency: str) -> KnownVenues | None:
    """Those of one system, looked up once within an operation; nobody else is waited for. None of an unknown one."""
    system = ctx.agencies.with_code(Venues, agency)
    return await ctx.once(("venues", agency), lambda: _venues_of(ctx, (system,))) if system else None


async def _venues_of(ctx: Context, systems: Iterable[Venues[Any, Any]]) -> KnownVenues:
    feeds = {each.agency.code: each.venues() for each in systems}
    readable, unavailable = await copies(ctx, feeds.values())
    sources = {reading.agency: ctx.source(reading) for reading in readable}
    version = ctx.version(feeds[agency] for agency in sources)
    found = await ctx.store.of(VenueCopies).venues(list(sources), version)
    cities = {agency: city_of_agency(ctx, agency) for agency in sources}
    book = ctx.views.of(("venues", *sources), [found], lambda: _book(ctx.regions, cities, found))
    return KnownVenues(book, sources, unavailable)


def _book(regions: Gazetteer, cities: Mapping[str, str | None], venues: Iterable[tuple[str, Venue]]) -> VenueBook:
    placed = (_placed(regions, agency, each, cities.get(agency)) for agency, each in venues)
    by_name = SortedItems(placed, lambda each: each.place)
    called = defaultdict[tuple[str, str], list[PlacedVenue]](list)
    for each in by_name.items:
        for name in each.names:
            called[each.agency, name].append(each)
    return VenueBook(by_name, {each.code: each for each in by_name.items}, dict(called))


def _placed(regions: Gazetteer, agency: str, venue: Venue, city: str | None) -> PlacedVenue:
    code = f"{agency}/{venue.key}"
    kecamatan = regions.kecamatan_named(venue.locality, city=city) if venue.locality else None
    return PlacedVenue(venue, agency, code, kecamatan, venue.references, (venue.name.casefold(), code))
