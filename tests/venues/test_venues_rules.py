"""When a venue is open, how far it is, and what each hour of a day is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.opening_hours import OpeningHours, Weekday
from connectors.venues.records import Slot
from resolvers.kit.opening_hours import within
from resolvers.kit.places import kilometres
from resolvers.venues.rules import HourState, hours_of

WIB = ZoneInfo("Asia/Jakarta")
NIGHT = (OpeningHours(day=Weekday.MONDAY, opens=time(14), closes=time(1)),)
DAY = (OpeningHours(day=Weekday.MONDAY, opens=time(8), closes=time(22)),)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("hours", "at", "open_"),
    [
        (DAY, datetime(2026, 11, 23, 8, 0), True),
        (DAY, datetime(2026, 11, 23, 7, 59), False),
        (DAY, datetime(2026, 11, 23, 22, 0), False),
        (DAY, datetime(2026, 11, 24, 12, 0), False),
        (NIGHT, datetime(2026, 11, 23, 23, 59), True),
        (NIGHT, datetime(2026, 11, 24, 0, 59), True),
        (NIGHT, datetime(2026, 11, 24, 1, 0), False),
        (NIGHT, datetime(2026, 11, 23, 0, 30), False),
    ],
)
def test_open_and_closed_also_after_midnight(hours, at, open_):
    assert within(hours, at) is open_


def test_a_distance_is_along_the_surface_in_km():
    assert kilometres((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.001)
    assert kilometres((-6.17, 106.63), (-6.17, 106.63)) == 0


def slot(hour, length=1, remaining=1, price=100, day=MONDAY):
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=WIB)
    return Slot(
        key=f"{day}-{hour}",
        venue="v",
        starts_at=starts,
        ends_at=starts + timedelta(hours=length),
        remaining=remaining,
        maximum=1,
        price=price,
    )


def test_each_hour_of_a_day_is_free_taken_past_or_closed():
    now = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # half past ten
    slots = [
        slot(9),
        slot(10),
        slot(11, price=150),
        slot(12, remaining=0),
        slot(13, length=2, price=None),
        slot(23, length=2),
        slot(23, length=2, remaining=0, day=date(2026, 11, 22)),
    ]
    found = hours_of(MONDAY, slots, now, WIB)
    expected = dict.fromkeys(range(24), HourState.CLOSED) | {
        0: HourState.PAST,
        9: HourState.PAST,
        10: HourState.PAST,
        11: HourState.FREE,
        12: HourState.TAKEN,
        13: HourState.FREE,
        14: HourState.FREE,
        23: HourState.FREE,
    }
    assert found.hours == list(expected.values())
    assert {hour: price for hour, price in enumerate(found.prices) if price is not None} == {11: 150, 23: 100}
