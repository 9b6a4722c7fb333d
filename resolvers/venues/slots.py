"""When a venue can be had: its slots, and its hours day by day."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from connectors.booking.records import BookedSlot
from connectors.kit.errors import AgencyError
from connectors.kit.structs import extended
from connectors.venues.records import Slot, Venues
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate_stored
from resolvers.kit.source import Source
from resolvers.venues.rules import VenueDay, booked_slot, hours_of, left, told_by
from resolvers.venues.sources import (
    SportsVenue,
    all_gone,
    slots_copy,
    taken_lately,
    venue_named,
    whole_day,
    zone_of,
)
from store.kit.paging import PageRequest
from store.venues.slots import SlotCopies, SlotsWanted

AT_LEAST = 5
"""How many slots are looked at for the next free ones, besides those that are taken by now."""


class VenueSlot(Slot, frozen=True, kw_only=True):
    """A slot, and by what it is booked; what was booked of it through the hub a moment ago is not free."""

    code: str


async def slots(
    root: SportsVenue, ctx: Context, *, on: date | None = None, only_free: bool = True, page: PageArguments
) -> Page[VenueSlot]:
    now = ctx.clock.now().replace(microsecond=0)
    since, until = whole_day(ctx, on) if on is not None else (now, None)
    taken = await taken_lately(ctx, root.agency)
    wanted = SlotsWanted(
        agency=root.agency,
        since=max(since, now) if only_free else since,
        until=until,
        only_free=only_free,
        without=await all_gone(ctx, root.agency, taken) if only_free else (),
    )
    store, batches = ctx.store.of(SlotCopies), ctx.batches
    found = await paginate_stored(
        lambda window: batches.ask(
            ("slots", wanted, window), root.references, lambda venues: store.of_each(wanted, venues, window)
        ),
        lambda slot: _with_code(root.agency, left(told_by(root, slot), taken)),
        page,
        order="slots",
        count=lambda: batches.ask(
            ("count of slots", wanted), root.references, lambda venues: store.count_each(wanted, venues)
        ),
    )
    if until is not None and not found.items and not await _released(ctx, root, until):
        raise NotPublished(
            root.agency,
            id="Slot untuk hari itu belum dibuka oleh pengelolanya.",
            en="The venue has not released slots of that day.",
            instead=found,
        )
    return found


async def _released(ctx: Context, root: SportsVenue, day_ends: datetime) -> bool:
    """Whether the copy has a slot of the venue in the last day before this, or later: then what is missing is taken."""
    wanted = SlotsWanted(agency=root.agency, since=day_ends - timedelta(days=1), only_free=False)
    counts = await ctx.batches.ask(
        ("count of slots", wanted), root.references, lambda venues: ctx.store.of(SlotCopies).count_each(wanted, venues)
    )
    return bool(counts)


async def slot(ctx: Context, code: str) -> VenueSlot | None:
    """The one with this code."""
    agency, _slash, key = code.partition("/")
    if ctx.agencies.with_code(Venues, agency) is None:
        return None
    taken = await taken_lately(ctx, agency)
    found = await ctx.store.of(SlotCopies).with_keys(agency, [key])
    return _with_code(agency, left(found[0], taken)) if found else None


async def slots_source(root: SportsVenue, ctx: Context) -> Source:
    return ctx.source(await slots_copy(ctx, root.agency))


async def day(root: SportsVenue, ctx: Context, *, on: date | None = None) -> VenueDay:
    await slots_copy(ctx, root.agency)
    asked = on or ctx.today()
    since, until = whole_day(ctx, asked)
    taken = await taken_lately(ctx, root.agency)
    found = await ctx.batches.ask(
        ("slots of a day", root.agency, asked),
        root.references,
        lambda venues: ctx.store.of(SlotCopies).touching(root.agency, venues, since, until),
    )
    slots = [left(told_by(root, each), taken) for each in found]
    return hours_of(asked, slots, ctx.clock.now(), zone_of(ctx))


async def slot_to_book(ctx: Context, agency: str, key: str) -> BookedSlot | None:
    """One slot, as its venue tells of it."""
    found = await ctx.store.of(SlotCopies).with_keys(agency, [key])
    if not found:
        return None
    venue = None
    with suppress(AgencyError):  # without a copy of the venues the slot is what it says itself
        venue = await venue_named(ctx, agency, found[0].venue)
    return booked_slot(told_by(venue, found[0]) if venue else found[0])


async def next_free(ctx: Context, agency: str, refused: BookedSlot) -> list[BookedSlot]:
    """The slots of the same venue that are free from then on."""
    taken = await taken_lately(ctx, agency)
    venue = await venue_named(ctx, agency, refused.thing)
    names = venue.references if venue else (refused.thing,)
    wanted = SlotsWanted(agency=agency, since=max(refused.starts_at, ctx.clock.now()), only_free=True)
    window = PageRequest(size=AT_LEAST + len(taken))
    found = (await ctx.store.of(SlotCopies).of_each(wanted, [names], window))[names]
    there = [told_by(venue, slot) if venue else slot for _place, slot in found.items]
    return [booked_slot(slot) for slot in there if left(slot, taken).remaining > 0]


def _with_code(agency: str, slot: Slot) -> VenueSlot:
    return extended(VenueSlot, slot, code=f"{agency}/{slot.key}")
