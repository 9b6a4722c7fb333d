"""When a venue is open, who keeps it, and what each hour of a day is. No I/O in here."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import msgspec

from connectors.booking.records import BookedSlot
from connectors.venues.records import Keeper, Slot, Venue
from resolvers.kit.opening_hours import within


class HourState(Enum):
    """What an hour is to somebody who wants to play."""

    FREE = "FREE"
    TAKEN = "TAKEN"
    PAST = "PAST"
    CLOSED = "CLOSED"


class VenueDay(msgspec.Struct, frozen=True, kw_only=True):
    """The 24 hours of a day, from midnight; a price, in whole rupiah, where an hour is free."""

    day: date
    hours: list[HourState]
    prices: list[int | None]


def keeper_at(venue: Venue, at: datetime) -> Keeper | None:
    """Who is on duty at a moment, in local time."""
    return next((keeper for keeper in venue.keepers if within(keeper.hours, at)), None)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def hours_of(day: date, slots: Iterable[Slot], now: datetime, zone: ZoneInfo) -> VenueDay:
    """What each hour of the day is. One that a slot only touches is what that slot is; a free one wins."""
    slots = list(slots)
    states, prices = [], []
    for hour in range(24):
        begins = midnight(day, zone) + timedelta(hours=hour)
        there = [slot for slot in slots if slot.starts_at < begins + timedelta(hours=1) and slot.ends_at > begins]
        free = [slot for slot in there if slot.remaining > 0 and slot.starts_at >= now]
        if free:
            state = HourState.FREE
        elif not there:
            state = HourState.CLOSED
        else:
            state = HourState.PAST if begins < now else HourState.TAKEN
        states.append(state)
        prices.append(min((slot.price for slot in free if slot.price is not None), default=None))
    return VenueDay(day=day, hours=states, prices=prices)


def told_by(venue: Venue, slot: Slot) -> Slot:
    """The slot as one of its venue: by whose name its court is, and for whose price where it has no offers."""
    told = msgspec.structs.replace(slot, venue=venue.reference)
    return msgspec.structs.replace(told, price=venue.price, offer=venue.offer) if slot.without_offers else told


def left(slot: Slot, taken: Counter[str]) -> Slot:
    """The slot less what was booked of it through the hub since the copy that it is from."""
    if not (count := taken[slot.key]):
        return slot
    most = slot.remaining if slot.maximum is None else slot.maximum
    return msgspec.structs.replace(slot, remaining=max(0, min(slot.remaining, most - count)))


def booked_slot(slot: Slot) -> BookedSlot:
    """The slot as it is booked."""
    return BookedSlot(
        key=slot.key,
        thing=slot.venue,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        price=slot.price,
        reference=slot.reference,
        offer=slot.offer,
    )
