"""Sports venues, and when they are free."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.regions.records import DottedCode, Kecamatan
from connectors.venues.records import Hours, Keeper, Slot, Sport, Venue, Venues
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate, paginate_stored
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.readings import configured, copies
from resolvers.venues.rules import DAYS, Timed, VenueDay, hours_of, keeper_at, left, midnight, told_by, within
from store.booking.orders import Orders
from store.kit.paging import PageRequest
from store.venues.venues import SlotsWanted, VenueCopies

AHEAD = timedelta(days=60)
"""How far ahead, and back, a day may be asked for."""
LAG = timedelta(minutes=1)
"""How late a feed may tell of a booking."""
AT_LEAST = 5
"""How many slots are looked at for the next free ones, besides those that are taken by now."""


class VenueOrder(Enum):
    """How venues are put in order."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"


class SportsVenue(Venue, frozen=True, kw_only=True):
    """A venue and whose copy it is of. `distance` is in km from the point that was asked from, None without one."""

    code: str
    agency: str
    kecamatan: Kecamatan | None
    distance: float | None
    source: Source


class VenueSlot(Slot, frozen=True, kw_only=True):
    """A slot, and by what it is booked; what was booked of it through the hub a moment ago is not free."""

    code: str


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
    everything, unavailable = await _all(ctx, near)
    named = name and name.casefold()
    chosen = [
        each
        for each in everything
        if (kecamatan is None or (each.kecamatan is not None and each.kecamatan.code == kecamatan))
        and (not named or named in each.name.casefold())
        and (within_km is None or (each.distance is not None and each.distance <= within_km))
    ]
    if free_on is not None:
        free, without_slots = await _free_on(ctx, free_on)
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
    return VenuePage(
        edges=found.edges,
        page_info=found.page_info,
        total_count=found.total_count,
        sports=[
            SportCount(code=each.code, name=each.name, venues=count)
            for each, count in sorted(played.items(), key=lambda item: (-item[1], item[0].name))
        ],
        unavailable=unavailable,
    )


async def venue(_: None, ctx: Context, *, code: str) -> SportsVenue | None:
    agency, _slash, key = code.partition("/")
    system = ctx.agencies.with_code(Venues, agency)
    if system is None:
        return None
    return next((each for each in await _of_system(ctx, system) if each.key == key), None)


async def slots(
    root: SportsVenue, ctx: Context, *, on: date | None = None, only_free: bool = True, page: PageArguments
) -> Page[VenueSlot]:
    now = ctx.clock.now().replace(microsecond=0)
    since, until = whole_day(ctx, on) if on is not None else (now, None)
    taken = await _taken(ctx, root.agency)
    wanted = SlotsWanted(
        agency=root.agency,
        since=max(since, now) if only_free else since,
        until=until,
        only_free=only_free,
        without=await _all_gone(ctx, root.agency, taken) if only_free else (),
    )
    store, batches = ctx.store.of(VenueCopies), ctx.batches
    return await paginate_stored(
        lambda window: batches.ask(
            ("slots", wanted, window), root.references, lambda venues: store.slots_of(wanted, venues, window)
        ),
        lambda slot: _with_code(root.agency, left(told_by(root, slot), taken)),
        page,
        order="slots",
        count=lambda: batches.ask(
            ("count of slots", wanted), root.references, lambda venues: store.count_of(wanted, venues)
        ),
    )


async def slot(ctx: Context, code: str) -> VenueSlot | None:
    agency, _slash, key = code.partition("/")
    if ctx.agencies.with_code(Venues, agency) is None:
        return None
    taken = await _taken(ctx, agency)
    found = await ctx.store.of(VenueCopies).slots_with(agency, [key])
    return _with_code(agency, left(found[0], taken)) if found else None


async def sports(root: SportsVenue, _: Context, *, page: PageArguments) -> Page[Sport]:
    return paginate(root.sports, lambda sport: (sport.name.casefold(), sport.code), page, order="sports")


def minutes(root: Timed, _: Context) -> int:
    return int((root.ends_at - root.starts_at).total_seconds() // 60)


async def slots_source(root: SportsVenue, ctx: Context) -> Source:
    return ctx.source(await _slots_copy(ctx, root.agency))


async def day(root: SportsVenue, ctx: Context, *, on: date | None = None) -> VenueDay:
    await _slots_copy(ctx, root.agency)
    asked = on or ctx.today()
    by_venue = await _slots_on(ctx, asked)
    return hours_of(asked, by_venue[root.agency, root.reference], ctx.clock.now(), _zone(ctx))


async def opening_hours(root: SportsVenue, _: Context, *, page: PageArguments) -> Page[Hours]:
    return paginate(
        root.hours, lambda hours: (DAYS.index(hours.day), hours.opens.isoformat()), page, order="opening-hours"
    )


async def open_now(root: SportsVenue, ctx: Context) -> bool | None:
    return within(root.hours, ctx.clock.now().astimezone(_zone(ctx))) if root.hours else None


async def venue_with(ctx: Context, agency: str, reference: str) -> SportsVenue | None:
    """The one that its system calls so; raises `AgencyError` where nobody can say whether there is one."""
    system = ctx.agencies.with_code(Venues, agency)
    if system is None:
        return None
    return _named(await _of_system(ctx, system), reference)


async def free_after(ctx: Context, agency: str, venue: str, since: datetime) -> tuple[list[Slot], Counter[str]]:
    """The next slots of a venue that its system calls so, and what was booked of them a moment ago."""
    taken = await _taken(ctx, agency)
    window = PageRequest(size=AT_LEAST + len(taken))
    known = await venue_with(ctx, agency, venue)
    names = known.references if known else (venue,)
    wanted = SlotsWanted(agency=agency, since=max(since, ctx.clock.now()), only_free=True)
    found = (await ctx.store.of(VenueCopies).slots_of(wanted, [names], window))[names]
    return [told_by(known, slot) if known else slot for _place, slot in found.items], taken


async def slot_with(ctx: Context, agency: str, key: str) -> Slot | None:
    """One slot, as its venue tells of it."""
    found = await ctx.store.of(VenueCopies).slots_with(agency, [key])
    if not found:
        return None
    known = None
    with suppress(AgencyError):  # without a copy of the venues the slot is what it says itself
        known = await venue_with(ctx, agency, found[0].venue)
    return told_by(known, found[0]) if known else found[0]


async def keeper(root: SportsVenue, ctx: Context, *, at: datetime | None = None) -> Keeper | None:
    return keeper_at(root, (at or ctx.clock.now()).astimezone(_zone(ctx)))


async def _all(ctx: Context, near: Position | None) -> tuple[list[SportsVenue], list[Source]]:
    return await _of(ctx, configured(ctx, Venues, id="tempat olahraga", en="its sports venues"), near)


async def _of_system(ctx: Context, system: Venues[Any, Any]) -> list[SportsVenue]:
    """All of one system, looked up once within an operation; nobody else is waited for."""
    found, _none = await ctx.once(("venues", system.agency.code), lambda: _of(ctx, (system,), None))
    return found


async def _of(
    ctx: Context, systems: tuple[Venues[Any, Any], ...], near: Position | None
) -> tuple[list[SportsVenue], list[Source]]:
    readable, unavailable = await copies(ctx, (each.venues() for each in systems))
    sources = {reading.agency: ctx.source(reading) for reading in readable}
    found = await ctx.store.of(VenueCopies).venues(list(sources))
    return [_with_place(ctx, agency, each, sources[agency], near) for agency, each in found], unavailable


def _named(venues: Iterable[SportsVenue], reference: str) -> SportsVenue | None:
    """The one that is called so; else the one that has a court that is."""
    there = [each for each in venues if reference in each.references]
    return next((each for each in there if each.reference == reference), there[0] if there else None)


def _with_place(ctx: Context, agency: str, venue: Venue, source: Source, near: Position | None) -> SportsVenue:
    return SportsVenue(
        **{name: getattr(venue, name) for name in Venue.__struct_fields__},
        code=f"{agency}/{venue.key}",
        agency=agency,
        kecamatan=ctx.regions.kecamatan_named(venue.locality) if venue.locality else None,
        distance=distance(near, venue.latitude, venue.longitude),
        source=source,
    )


async def _slots_copy(ctx: Context, agency: str) -> Reading[int]:
    system = ctx.agencies.with_code(Venues, agency)
    if system is None:
        raise LookupError(agency)
    return await ctx.copy(system.slots())


async def _taken(ctx: Context, agency: str) -> Counter[str]:
    """What was held or booked through the hub and may not be in the copy yet; raises `AgencyError` without a copy."""
    copied_at = (await _slots_copy(ctx, agency)).fetched_at
    look = partial(ctx.store.of(Orders).taken, agency, copied_at - LAG, ctx.clock.now())
    return await ctx.once(("taken", agency), look)


async def _all_gone(ctx: Context, agency: str, taken: Counter[str]) -> tuple[str, ...]:
    """Those slots of which nothing is left; looked up once within an operation."""

    async def look() -> tuple[str, ...]:
        found = await ctx.store.of(VenueCopies).slots_with(agency, list(taken)) if taken else []
        return tuple(sorted(slot.key for slot in found if left(slot, taken).remaining == 0))

    return await ctx.once(("gone", agency), look)


def _with_code(agency: str, slot: Slot) -> VenueSlot:
    values = {name: getattr(slot, name) for name in Slot.__struct_fields__}
    return VenueSlot(**values, code=f"{agency}/{slot.key}")


async def _free_on(ctx: Context, on: date) -> tuple[set[tuple[str, str]], list[Source]]:
    """The venues with a slot that is free on this day and has not begun; and whose slots are missing."""
    now = ctx.clock.now()
    _readable, unavailable = await copies(ctx, (each.slots() for each in ctx.agencies.of(Venues)))
    since, _until = whole_day(ctx, on)
    free = {
        venue
        for venue, slots in (await _slots_on(ctx, on)).items()
        if any(slot.remaining > 0 and slot.starts_at >= max(now, since) for slot in slots)
    }
    return free, unavailable


async def _slots_on(ctx: Context, on: date) -> defaultdict[tuple[str, str], list[Slot]]:
    """All slots that touch this day, by system and venue; looked up once within an operation."""
    since, until = whole_day(ctx, on)

    async def look() -> defaultdict[tuple[str, str], list[Slot]]:
        taken: dict[str, Counter[str]] = {}
        for each in ctx.agencies.of(Venues):
            with suppress(AgencyError):  # without a copy that may be read its slots are missing, and nobody else's
                taken[each.agency.code] = await _taken(ctx, each.agency.code)
        named = defaultdict[tuple[str, str], list[Venue]](list)
        for agency, venue in await ctx.store.of(VenueCopies).venues(list(taken)):
            for reference in venue.references:
                named[agency, reference].append(venue)
        by_venue = defaultdict[tuple[str, str], list[Slot]](list)
        for agency, slot in await ctx.store.of(VenueCopies).slots_between(list(taken), since, until):
            for venue in named[agency, slot.venue]:
                by_venue[agency, venue.reference].append(left(told_by(venue, slot), taken[agency]))
        return by_venue

    return await ctx.once(("slots", on), look)


def whole_day(ctx: Context, on: date) -> tuple[datetime, datetime]:
    """From when to when it is; raises BAD_USER_INPUT for one that is too far."""
    if abs(on - ctx.today()) > AHEAD:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"Tanggal paling jauh {AHEAD.days} hari dari hari ini.",
            en=f"A day is at most {AHEAD.days} days from today.",
        )
    return midnight(on, _zone(ctx)), midnight(on + timedelta(days=1), _zone(ctx))


def _zone(ctx: Context) -> ZoneInfo:
    return ZoneInfo(ctx.regions.city.timezone)


def _plays(venue: Venue, wanted: str) -> bool:
    return any(wanted in (each.code.casefold(), each.name.casefold()) for each in venue.sports)


def _place(order: VenueOrder) -> Callable[[SportsVenue], tuple[str | int, ...]]:
    if order is VenueOrder.DISTANCE:
        return lambda each: (round((each.distance or 0) * 1000), each.code)
    return lambda each: (each.name.casefold(), each.code)
