"""Rules of recurrence: the same days as dateutil finds, at a cost that no rule decides."""

import time
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.prop import vRecur

from connectors.kit.ical.recurrence import DAYS, Budget, RecurrenceRule, without_times
from connectors.kit.values import BadRow

START = date(2026, 11, 23)
AHEAD = START + timedelta(days=800)


def days(text, start=START, since=None, until=AHEAD, budget=1_000_000):
    return [*RecurrenceRule.of(vRecur.from_ical(text), start).days(start, since or start, until, Budget(budget))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["2026-11-23", "2026-11-24", "2026-11-25"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=2", ["2026-11-23", "2026-12-03"]),
        ("FREQ=WEEKLY;COUNT=2", ["2026-11-23", "2026-11-30"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", ["2026-11-23", "2026-11-25", "2026-11-30"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=3", ["2026-11-23", "2026-12-06", "2026-12-07"]),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=2", ["2026-11-23", "2026-11-30"]),
        ("FREQ=MONTHLY;COUNT=2", ["2026-11-23", "2026-12-23"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["2026-11-27", "2026-12-25"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", ["2026-11-30", "2026-12-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["2026-11-30", "2026-12-31"]),
        ("FREQ=YEARLY;COUNT=2", ["2026-11-23", "2027-11-23"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=1", ["2028-02-29"]),
        ("FREQ=YEARLY;BYMONTH=8;BYDAY=2SA;COUNT=1", ["2027-08-14"]),
        ("FREQ=YEARLY;BYDAY=1MO;COUNT=1", ["2027-01-04"]),
    ],
)
def test_a_rule_recurs_on_the_days_that_the_standard_says(text, expected):
    assert [day.isoformat() for day in days(text)] == expected


@st.composite
def rules(draw):
    """Rules that come true again and again: dateutil looks for the others' days until the year 9999."""
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={every}", f"INTERVAL={draw(st.sampled_from([1, 5]))}", f"WKST={draw(st.sampled_from(DAYS))}"]
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))))
    sets = draw(st.sampled_from(["", "BYDAY", "BYMONTHDAY", "BOTH"] if every != "WEEKLY" else ["", "BYDAY"]))
    if sets in ("BYMONTHDAY", "BOTH"):
        number = st.integers(-28, 28).filter(bool)
        parts.append("BYMONTHDAY=" + ",".join(map(str, draw(st.sets(number, min_size=1, max_size=4)))))
    if sets in ("BYDAY", "BOTH"):
        numbered = sets == "BYDAY" and every in ("MONTHLY", "YEARLY") and draw(st.booleans())
        which = st.sampled_from(["1", "2", "-1", "5"] if numbered else [""])
        weekday = st.builds("{}{}".format, which, st.sampled_from(DAYS))
        parts.append("BYDAY=" + ",".join(draw(st.sets(weekday, min_size=1, max_size=4))))
    if sets and every != "WEEKLY" and draw(st.booleans()):  # of a first week, dateutil counts only from its first day
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '1,-1']))}")
    return ";".join(parts)


@settings(max_examples=150)
@given(
    rules(),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(lambda day: day.replace(day=min(day.day, 28))),
    st.integers(0, 900),
    st.integers(0, 500),
)
def test_they_are_the_days_that_dateutil_finds(text, start, after, length):
    since = start + timedelta(days=after)
    until = since + timedelta(days=length)
    known = rrule.rrulestr(text, dtstart=datetime(start.year, start.month, start.day))
    last = datetime(until.year, until.month, until.day)
    found = []
    for moment in islice(known, 2000):
        if moment > last:
            break
        if moment.date() >= since:
            found.append(moment.date())
    assert days(text, start, since, until) == found


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("BYHOUR=9;BYMINUTE=30;BYSECOND=0", {"FREQ"}),
        ("BYMINUTE=30", {"FREQ"}),
        ("RSCALE=GREGORIAN;SKIP=OMIT", {"FREQ"}),
        ("BYHOUR=9,14", {"FREQ", "BYHOUR"}),
        ("BYHOUR=10;BYMINUTE=30", {"FREQ", "BYHOUR"}),
        ("RSCALE=HEBREW;SKIP=FORWARD", {"FREQ", "RSCALE", "SKIP"}),
    ],
)
def test_what_only_repeats_how_a_rule_begins_is_left_out(said, left):
    parts = vRecur.from_ical(f"FREQ=DAILY;{said}")
    assert set(without_times(parts, datetime(2026, 11, 23, 9, 30))) == left


def test_a_rule_of_whole_days_has_no_time_of_day():
    parts = vRecur.from_ical("FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0")
    assert set(without_times(parts, datetime(2026, 11, 23), day=True)) == {"FREQ"}


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY;INTERVAL=2",
        "FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=1,2,3",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=WEEKLY;BYDAY=XX",
        "BYDAY=MO",
        "",
    ],
)
def test_what_is_not_followed_is_said(text):
    with pytest.raises((BadRow, ValueError)):
        days(text)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=2147483647",
        "FREQ=YEARLY;INTERVAL=2147483647;COUNT=2147483647",
        "FREQ=MONTHLY;BYDAY=53MO",
        "FREQ=YEARLY;BYMONTH=13",
    ],
)
def test_a_rule_that_never_comes_true_costs_no_more_than_the_window(text):
    start = date(2026, 6, 30)
    began = time.process_time()
    assert days(text, start, START, AHEAD, budget=2_000) in ([], [start])
    assert time.process_time() - began < 0.5


def test_a_rule_that_began_long_ago_is_not_walked_to_the_window():
    assert days("FREQ=DAILY", date(1601, 1, 1), START, START + timedelta(days=1), budget=10) == [
        START,
        START + timedelta(days=1),
    ]


def test_one_that_counts_from_long_ago_ends_with_the_budget():
    with pytest.raises(BadRow, match="more often than is followed"):
        days("FREQ=DAILY;COUNT=1000000", date(1601, 1, 1), START, AHEAD, budget=1_000)


def test_the_last_day_there_can_be_is_no_accident():
    assert days("FREQ=WEEKLY", date(9999, 12, 30), date(9999, 12, 1), date.max)[0] == date(9999, 12, 30)
