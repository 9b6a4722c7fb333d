"""Which systems of venues are asked, the copies of their venues and slots, and what is free of them by now."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from connectors.regions.records import Kecamatan
from connectors.venues.records import Slot, Venue, Venues
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.places import Position, distance
from resolvers.kit.readings import configured, copies
from resolvers.venues.rules import left, midnight, named, told_by
from store.booking.orders import BookingOrders
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


async def all_venues(ctx: Context, near: Position | None) -> tuple[list[SportsVenue], list[Source]]:
    """Those of all systems, and whose are missing; raises NOT_CONFIGURED where the city has no such system."""
    return await _venues_of(ctx, configured(ctx, Venues, id="tempat olahraga", en="its sports venues"), near)


async def venues_at(ctx: Context, agency: str) -> list[SportsVenue]:
    """Those of one system, looked up once within an operation; nobody else is waited for. None of an unknown one."""
    system = ctx.agencies.with_code(Venues, agency)
    if system is None:
        return []
    found, _none = await ctx.once(("venues", agency), lambda: _venues_of(ctx, (system,), None))
    return found


async def venue_named(ctx: Context, agency: str, reference: str) -> SportsVenue | None:
    """The one that its system calls so; raises `AgencyError` where nobody can say whether there is one."""
    return named(await venues_at(ctx, agency), reference)


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
    look = partial(ctx.store.of(BookingOrders).taken, agency, copied_at - LAG, ctx.clock.now())
    return await ctx.once(("taken", agency), look)


async def all_gone(ctx: Context, agency: str, taken: Counter[str]) -> tuple[str, ...]:
    """The keys of those slots of which nothing is left by now; looked up once within an operation."""

    async def look() -> tuple[str, ...]:
        found = await ctx.store.of(VenueCopies).slots_with(agency, list(taken)) if taken else []
        return tuple(sorted(slot.key for slot in found if left(slot, taken).remaining == 0))

    return await ctx.once(("gone", agency), look)


async def slots_on(ctx: Context, on: date) -> defaultdict[tuple[str, str], list[Slot]]:
    """All slots that touch this day, by system and venue; looked up once within an operation."""
    since, until = whole_day(ctx, on)

    async def look() -> defaultdict[tuple[str, str], list[Slot]]:
        taken: dict[str, Counter[str]] = {}
        for each in ctx.agencies.of(Venues):
            with suppress(AgencyError):  # without a copy that may be read its slots are missing, and nobody else's
                taken[each.agency.code] = await taken_lately(ctx, each.agency.code)
        called = defaultdict[tuple[str, str], list[Venue]](list)
        for agency, venue in await ctx.store.of(VenueCopies).venues(list(taken)):
            for reference in venue.references:
                called[agency, reference].append(venue)
        by_venue = defaultdict[tuple[str, str], list[Slot]](list)
        for agency, slot in await ctx.store.of(VenueCopies).slots_between(list(taken), since, until):
            for venue in called[agency, slot.venue]:
                by_venue[agency, venue.reference].append(left(told_by(venue, slot), taken[agency]))
        return by_venue

    return await ctx.once(("slots", on), look)


async def free_venues(ctx: Context, on: date) -> tuple[set[tuple[str, str]], list[Source]]:
    """The venues with a slot that is free on this day and has not begun; and whose slots are missing."""
    now = ctx.clock.now()
    _readable, unavailable = await copies(ctx, (each.slots() for each in ctx.agencies.of(Venues)))
    since, _until = whole_day(ctx, on)
    free = {
        venue
        for venue, slots in (await slots_on(ctx, on)).items()
        if any(slot.remaining > 0 and slot.starts_at >= max(now, since) for slot in slots)
    }
    return free, unavailable


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


async def _venues_of(
    ctx: Context, systems: Iterable[Venues[Any, Any]], near: Position | None
) -> tuple[list[SportsVenue], list[Source]]:
    readable, unavailable = await copies(ctx, (each.venues() for each in systems))
    sources = {reading.agency: ctx.source(reading) for reading in readable}
    found = await ctx.store.of(VenueCopies).venues(list(sources))
    return [_with_place(ctx, agency, each, sources[agency], near) for agency, each in found], unavailable


def _with_place(ctx: Context, agency: str, venue: Venue, source: Source, near: Position | None) -> SportsVenue:
    return extended(
        SportsVenue,
        venue,
        code=f"{agency}/{venue.key}",
        agency=agency,
        kecamatan=ctx.regions.kecamatan_named(venue.locality) if venue.locality else None,
        distance=distance(near, venue.latitude, venue.longitude),
        source=source,
    )
