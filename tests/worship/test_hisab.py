"""The computation of prayer times, held to what the Ministry of Religious Affairs published.

Source of the published times: its schedules as renomureza/waktu-sholat had them from it, with the positions beside them
(`sandbox/worship/schedule.csv` is the whole year).
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.worship.hisab import Ihtiyat, Method, times_of
from connectors.worship.records import NAMES, DayTimes, is_a_day
from connectors.worship.sun import JULIAN_DAY_OF_ORDINAL_0, sun_at
from sandbox.worship.schedule import times
from tests.clock import NOON
from tests.profiles import CITY, regions_in

TANGERANG = (-6.169758, 106.638886)
LOWLAND, HIGHLAND = Method(), Method(horizon=2.0)
DAYS = (date(2026, 3, 1), date(2026, 6, 21), date(2026, 10, 1), date(2026, 12, 21))
ELSEWHERE = {
    "Kota Sabang": (
        (5.893831, 95.324039, 7, LOWLAND),
        "05:26 05:36 06:48 07:15 12:54 16:11 18:54 20:03",
        "04:54 05:04 06:23 06:52 12:43 16:10 18:58 20:13",
        "05:02 05:12 06:23 06:50 12:31 15:45 18:34 19:42",
        "05:12 05:22 06:40 07:09 12:39 16:01 18:33 19:48",
    ),
    "Kota Bandung": (
        (-6.921583, 107.605997, 7, HIGHLAND),
        "04:29 04:39 05:48 06:19 12:04 15:07 18:16 19:21",
        "04:28 04:38 05:52 06:26 11:54 15:15 17:51 19:01",
        "04:10 04:20 05:27 05:59 11:42 14:49 17:51 18:56",
        "03:58 04:08 05:24 05:58 11:50 15:17 18:11 19:22",
    ),
    "Kota Makassar": (
        (-5.130419, 119.419731, 8, LOWLAND),
        "04:43 04:53 06:05 06:33 12:17 15:23 18:24 19:33",
        "04:38 04:48 06:06 06:35 12:07 15:29 18:02 19:16",
        "04:23 04:33 05:45 06:12 11:55 14:59 18:00 19:08",
        "04:15 04:25 05:44 06:13 12:03 15:30 18:16 19:31",
    ),
    "Kota Kupang": (
        (-10.164628, 123.579492, 8, LOWLAND),
        "04:23 04:33 05:46 06:13 12:01 15:07 18:10 19:20",
        "04:30 04:40 05:58 06:28 11:50 15:08 17:37 18:51",
        "04:04 04:14 05:27 05:54 11:38 14:51 17:44 18:54",
        "03:47 03:57 05:19 05:48 11:46 15:13 18:08 19:26",
    ),
    "Kota Jayapura": (
        (-2.544719, 140.699122, 9, LOWLAND),
        "04:20 04:30 05:42 06:09 11:52 15:02 17:57 19:06",
        "04:08 04:18 05:36 06:05 11:41 15:06 17:41 18:56",
        "03:59 04:09 05:20 05:47 11:29 14:31 17:34 18:42",
        "03:55 04:05 05:24 05:53 11:38 15:04 17:46 19:01",
    ),
}
"""Position, clock and horizon, and what was published for `DAYS`."""


def published():
    """Kota Tangerang, each day of 2026."""
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        yield DayTimes(
            day=day, **{name: time.fromisoformat(text) for name, text in zip(NAMES, times(day).values(), strict=True)}
        )


def apart(one, other):
    """Minutes between each two times."""
    return [minutes(getattr(one, name)) - minutes(getattr(other, name)) for name in NAMES]


def minutes(clock):
    return clock.hour * 60 + clock.minute


def test_a_published_year_comes_out_to_the_minute_and_never_more_than_one_beside():
    off = Counter()
    days = list(published())
    for each in days:
        off.update(apart(times_of(each.day, *TANGERANG, 7, Method()), each))
    assert len(days) == 365
    assert set(off) == {-1, 0, 1}
    assert off[0] >= 0.98 * 365 * len(NAMES)


@pytest.mark.parametrize("city", ELSEWHERE)
def test_other_cities_of_three_zones_and_two_heights_come_out_within_a_minute(city):
    (latitude, longitude, offset, method), *rows = ELSEWHERE[city]
    off = Counter()
    for day, row in zip(DAYS, rows, strict=True):
        clock = dict(zip(NAMES, map(time.fromisoformat, row.split()), strict=True))
        off.update(apart(times_of(day, latitude, longitude, offset, method), DayTimes(day=day, **clock)))
    assert max(map(abs, off)) <= 1
    assert off[0] >= 30


def test_the_sun_stands_where_an_almanac_has_it():
    """Source: Meeus, example 25.a, 1992-10-13 at 0h: declination -7.78507, and example 28.a: 13 min 42.7 s."""
    sun = sun_at(date(1992, 10, 13).toordinal() + JULIAN_DAY_OF_ORDINAL_0)
    assert sun.declination == pytest.approx(-7.78507, abs=0.001)
    assert sun.equation == pytest.approx(13 + 42.7 / 60, abs=0.02)


def test_every_day_of_a_thousand_years_has_its_times_in_their_order():
    day, zone = date(1500, 1, 1), ZoneInfo("Asia/Jakarta")
    while day.year <= 2499:
        offset = datetime.combine(day, time(12), zone).utcoffset() / timedelta(hours=1)
        assert is_a_day(times_of(day, *TANGERANG, offset, Method()), NOON)
        day += timedelta(days=37)


@given(
    latitude=st.floats(-11.5, 6.5),
    longitude=st.floats(94.5, 141.5),
    day=st.dates(date(1500, 1, 1), date(2499, 12, 31)),
    method=st.builds(
        Method,
        fajr=st.floats(17, 21),
        isha=st.floats(15, 21),
        duha=st.floats(3, 6),
        horizon=st.floats(0.5, 2.5),
        shadow=st.sampled_from((1, 2)),
        rounding=st.sampled_from(("safe", "nearest")),
    ),
)
def test_anywhere_in_the_country_on_any_day_by_any_angles_the_order_holds(latitude, longitude, day, method):
    offset = round(longitude / 15)
    assert is_a_day(times_of(day, latitude, longitude, offset, method), NOON)


def test_each_of_the_104_kelurahan_is_placed_and_within_a_minute_of_the_city():
    outlines = regions_in(CITY).outlines
    assert len(outlines) == 104
    for day in DAYS:
        city = times_of(day, *TANGERANG, 7, Method())
        for code, outline in outlines.items():
            off = apart(times_of(day, *outline.centre, 7, Method()), city)
            assert max(map(abs, off)) <= 1, (code, day, off)


def test_asar_with_two_shadows_is_later_and_a_height_makes_the_day_longer():
    plain = times_of(DAYS[0], *TANGERANG, 7, Method())
    late = times_of(DAYS[0], *TANGERANG, 7, Method(shadow=2))
    assert minutes(late.asr) - minutes(plain.asr) == 72
    flat, high = (times_of(DAYS[0], *TANGERANG, 7, Method(elevation=metres)) for metres in (0, 1000))
    assert minutes(high.maghrib) - minutes(flat.maghrib) == 4
    assert minutes(flat.sunrise) - minutes(high.sunrise) == 4


def test_ihtiyat_and_rounding_are_what_the_configuration_says():
    bare = Ihtiyat(fajr=0, sunrise=0, duha=0, dhuhr=0, asr=0, maghrib=0, isha=0)
    plain = times_of(DAYS[0], *TANGERANG, 7, Method())
    without = times_of(DAYS[0], *TANGERANG, 7, Method(ihtiyat=bare))
    assert apart(plain, without) == [2, 2, -2, 2, 2, 2, 2, 2]
    nearest = times_of(DAYS[0], *TANGERANG, 7, Method(ihtiyat=bare, rounding="nearest", imsak=5))
    assert set(apart(without, nearest)[1:]) <= {-1, 0, 1}
    assert minutes(nearest.fajr) - minutes(nearest.imsak) == 5
