"""Which price is probably a slip: flagged, and never dropped."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.prices.outliers import outliers
from connectors.prices.records import MarketType, PriceLevel, PricePoint
from resolvers.prices_rules import Period, Point, at_the_same_day, change, day_to_compare, judged, may_stand_in

DAY = date(2026, 11, 2)


def flagged(*amounts):
    return [at for at, far in enumerate(outliers(amounts)) if far]


@pytest.mark.parametrize("at", [0, 1, 4, 8, 9])
@pytest.mark.parametrize("slip", [120_000, 1_200, 1_200_000])
def test_a_zero_too_many_or_too_few_stands_out_wherever_it_is(at, slip):
    amounts = [12_000, 12_100, 11_900, 12_050, 12_200, 12_000, 12_150, 11_950, 12_000, 12_100]
    amounts[at] = slip
    assert flagged(*amounts) == [at]


def test_two_slips_side_by_side_both_stand_out():
    assert flagged(12_000, 12_100, 11_900, 120_500, 122_000, 12_000, 12_150, 11_950) == [3, 4]


@pytest.mark.parametrize(
    "amounts",
    [
        (),
        (12_000,),
        (12_000, 120_000),
        (12_000, 12_000, 120_000),
        (30_000, 45_000, 60_000, 90_000, 120_000, 140_000),
        (12_000,) * 6 + (48_000,),
        (12_000,) * 10 + (120_000,) * 10,
    ],
    ids=["none", "one", "two", "three", "a dear month", "four times", "another unit from now on"],
)
def test_what_may_be_true_does_not(amounts):
    assert flagged(*amounts) == []


def test_it_is_kept_with_its_day_in_the_hubs_unit():
    points = [PricePoint(DAY + timedelta(days=at), 6_300) for at in range(5)]
    points[3] = PricePoint(points[3].day, 63_000)
    found = judged(points, Decimal(10))
    assert [point.amount for point in found] == [63_000, 63_000, 63_000, 630_000, 63_000]
    assert [point.outlier for point in found] == [False, False, False, True, False]
    assert [point.day for point in found] == [point.day for point in points]


def test_a_factor_with_a_fraction_gives_whole_rupiah():
    (point,) = judged([PricePoint(DAY, 3_333)], Decimal("0.25"))
    assert point.amount == 833


def at(day, amount, *, outlier=False):
    return Point(day=DAY + timedelta(days=day), amount=amount, outlier=outlier)


def test_no_change_is_reckoned_from_an_outlier():
    points = (at(0, 1_000), at(1, 10_000, outlier=True), at(2, 1_100))
    found = change(points, points[2], Period.DAY)
    assert (found.amount, found.previous_day) == (100, DAY)


def test_of_an_outlier_itself_the_change_is_told():
    points = (at(0, 1_000), at(1, 10_000, outlier=True))
    assert change(points, points[1], Period.DAY).percent == 900.0


def test_markets_are_compared_on_the_newest_day_on_which_half_of_them_were_asked():
    asked = [[at(0, 5), at(1, 6), at(3, 2)], [at(0, 4), at(1, 4)], [at(0, 3)], []]
    assert day_to_compare(asked, DAY + timedelta(days=9)) == DAY + timedelta(days=1)
    assert day_to_compare(asked, DAY) == DAY
    assert day_to_compare(asked, DAY - timedelta(days=1)) is None
    assert day_to_compare([], DAY) is None


def test_where_never_so_many_were_asked_on_a_day_it_is_the_newest_of_all():
    asked = [[at(0, 5)], [at(1, 5)], [at(2, 5)]]
    assert day_to_compare(asked, DAY + timedelta(days=9)) == DAY + timedelta(days=2)


def test_only_prices_of_that_very_day_are_compared():
    series = {"a": [at(0, 1), at(1, 9)], "b": [at(1, 8), at(2, 1)], "c": [at(0, 2)]}
    assert at_the_same_day(series, DAY + timedelta(days=9)) == {"a": at(1, 9), "b": at(1, 8)}
    assert at_the_same_day({}, DAY) == {}


@pytest.mark.parametrize(
    ("level", "kind", "may"),
    [
        (PriceLevel.RETAIL, MarketType.TRADITIONAL, True),
        (PriceLevel.RETAIL, MarketType.UNKNOWN, True),
        (PriceLevel.RETAIL, MarketType.MODERN, False),
        (PriceLevel.WHOLESALE, MarketType.TRADITIONAL, False),
        (PriceLevel.PRODUCER, MarketType.UNKNOWN, False),
    ],
)
def test_a_price_of_another_level_or_kind_never_stands_in(level, kind, may):
    assert may_stand_in(level, kind, PriceLevel.RETAIL, MarketType.TRADITIONAL) is may
