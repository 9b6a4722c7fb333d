"""What a city's booking database says of a court: the venue, when it is open, who keeps it when, and its slots."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.kit.opening_hours import DAYS, OpeningHours, in_order
from connectors.kit.rows import Row
from connectors.kit.values import BadRow
from connectors.venues.records import Keeper, Slot, Sport, Venue


class OpeningRule(NamedTuple):
    """When a court can be had on one day of the week, and what an hour of it costs, in whole rupiah."""

    hours: OpeningHours
    price: int | None


class Duty(NamedTuple):
    """When somebody keeps a court."""

    keeper: str
    name: str
    phone: str | None
    hours: OpeningHours


def to_rule(row: Row) -> tuple[str, OpeningRule]:
    """A row of opening hours, and whose they are."""
    price = row.optional_amount("price")
    if price is not None and price < 0:
        raise BadRow("price: negative")
    return row.text("court_id"), OpeningRule(_hours(row, "opens", "closes"), price)


def to_duty(row: Row) -> tuple[str, Duty]:
    """A row of the duty roster with its keeper, and of which court."""
    duty = Duty(row.text("keeper_id"), row.text("name"), row.optional_text("phone"), _hours(row, "begins", "ends"))
    return row.text("court_id"), duty


def to_venue(row: Row, rules: Mapping[str, list[OpeningRule]], duties: Mapping[str, list[Duty]]) -> Venue:
    """A row of courts with its hours and keepers."""
    row.ignore("slot_minutes")
    court, sport = row.text("id"), row.text("sport")
    return Venue(
        key=court,
        reference=court,
        name=row.text("name"),
        description=row.optional_text("description"),
        sports=(Sport(code=re.sub(r"[^a-z0-9]+", "-", sport.casefold()).strip("-"), name=sport),),
        site=row.optional_text("site"),
        street=row.optional_text("street"),
        locality=row.optional_text("kecamatan"),
        region=None,
        latitude=row.optional_number("latitude"),
        longitude=row.optional_number("longitude"),
        phone=row.optional_text("phone"),
        provider=row.optional_text("provider"),
        hours=in_order(rule.hours for rule in rules.get(court, ())),
        keepers=tuple(_keepers(duties.get(court, ()))),
    )


def court_slots(
    row: Row,
    rules: Mapping[str, list[OpeningRule]],
    days: Sequence[date],
    taken: Mapping[str, list[tuple[datetime, datetime]]],
    zone: ZoneInfo,
) -> list[Slot]:
    """All slots of one court on these days; one that a taken time touches has nothing left."""
    court, length = row.text("id"), timedelta(minutes=row.integer("slot_minutes"))
    row.ignore_rest()
    if length <= timedelta(0):
        raise BadRow("slot_minutes: none")
    return [
        Slot(
            key=f"{court}-{starts_at:%Y%m%dT%H%MZ}",
            venue=court,
            starts_at=starts_at,
            ends_at=ends_at,
            remaining=int(all(ends_at <= since or starts_at >= until for since, until in taken.get(court, ()))),
            maximum=1,
            price=None if rule.price is None else rule.price * length // timedelta(hours=1),
        )
        for day in days
        for rule in rules.get(court, ())
        if rule.hours.day is DAYS[day.weekday()]
        for starts_at, ends_at in _cut(rule.hours, day, length, zone)
    ]


def _cut(hours: OpeningHours, day: date, length: timedelta, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The whole slots of one day, the last of which may end on the next."""
    at = datetime.combine(day, hours.opens, tzinfo=zone).astimezone(UTC)
    closes = datetime.combine(day + timedelta(days=hours.past_midnight), hours.closes, tzinfo=zone).astimezone(UTC)
    while at + length <= closes:
        yield at, at + length
        at += length


def _keepers(duties: Iterable[Duty]) -> Iterator[Keeper]:
    """One for each keeper, with all times of duty."""
    for _, of_one in groupby(sorted(duties, key=lambda duty: duty.keeper), key=lambda duty: duty.keeper):
        first, *more = of_one
        yield Keeper(name=first.name, phone=first.phone, hours=in_order(duty.hours for duty in (first, *more)))


def _hours(row: Row, begins: str, ends: str) -> OpeningHours:
    """Local times of a day of the week, which is a number: 1 is Monday."""
    weekday = row.integer("weekday")
    if not 1 <= weekday <= 7:
        raise BadRow("weekday: no day of the week")
    return OpeningHours(day=DAYS[weekday - 1], opens=row.time_of_day(begins), closes=row.time_of_day(ends))
