"""What a price is on a day, and how it has changed."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.prices.records import PricePoint
from resolvers.prices.rules import Period, PriceChange, change, flag_outliers

POINTS = (
    PricePoint(date(2026, 9, 30), 9_000),
    PricePoint(date(2026, 10, 30), 10_000),
    PricePoint(date(2026, 11, 16), 11_000),
    PricePoint(date(2026, 11, 20), 12_000),
    PricePoint(date(2026, 11, 23), 12_600),
)
SERIES = flag_outliers(POINTS, Decimal(1))
MONDAY, OCTOBER, FIRST = (SERIES.all()[at] for at in (-1, 1, 0))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), 12_600),
        (date(2026, 11, 22), 12_000),
        (date(2026, 11, 20), 12_000),
        (date(2026, 12, 31), 12_600),
        (date(2026, 9, 30), 9_000),
        (date(2026, 9, 29), None),
    ],
)
def test_the_price_of_a_day_is_the_newest_before_it(day, expected):
    found = SERIES.latest(day)
    assert (found.amount if found else None) == expected


def test_against_the_survey_before_a_weekend_counts_from_friday():
    assert change(SERIES, MONDAY, Period.DAY) == PriceChange(
        amount=600, percent=5.0, previous_amount=12_000, previous_day=date(2026, 11, 20)
    )


def test_against_a_week_before():
    found = change(SERIES, MONDAY, Period.WEEK)
    assert (found.amount, found.percent, found.previous_day) == (1_600, 14.55, date(2026, 11, 16))


def test_against_a_month_before_a_price_that_is_too_old_is_none():
    assert change(SERIES, MONDAY, Period.MONTH) is None
    assert change(SERIES, OCTOBER, Period.MONTH).previous_amount == 9_000


def test_nothing_is_measured_by_a_price_that_comes_to_nothing_in_the_hubs_unit():
    series = flag_outliers((PricePoint(date(2026, 11, 20), 400), PricePoint(date(2026, 11, 23), 900)), Decimal("0.001"))
    assert [point.amount for point in series.all()] == [0, 1]
    assert change(series, series.all()[1], Period.DAY) is None


def test_a_month_before_the_31st_is_the_last_of_a_shorter_month():
    series = flag_outliers((PricePoint(date(2026, 2, 28), 1_000), PricePoint(date(2026, 3, 31), 900)), Decimal(1))
    found = change(series, series.all()[1], Period.MONTH)
    assert (found.amount, found.percent, found.previous_day) == (-100, -10.0, date(2026, 2, 28))


def test_a_month_before_january_is_december():
    series = flag_outliers((PricePoint(date(2025, 12, 15), 1_000), PricePoint(date(2026, 1, 15), 1_000)), Decimal(1))
    assert change(series, series.all()[1], Period.MONTH).amount == 0


def test_the_first_price_has_no_change():
    assert change(SERIES, FIRST, Period.DAY) is None
