"""Which price is probably a slip: flagged, and never dropped."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.prices.outliers import outliers
from connectors.prices.records import Grain, MarketKind, PriceLevel, PricePoint
from resolvers.prices.rules import Period, change, comparison_day, flag_outliers, is_price_of, may_stand_in

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


def points(*amounts):
    return [PricePoint(DAY + timedelta(days=at), amount) for at, amount in enumerate(amounts)]


def test_it_is_kept_with_its_day_in_the_hubs_unit():
    sent = points(6_300, 6_300, 6_300, 63_000, 6_300)
    found = flag_outliers(sent, Decimal(10)).all()
    assert [point.amount for point in found] == [63_000, 63_000, 63_000, 630_000, 63_000]
    assert [point.outlier for point in found] == [False, False, False, True, False]
    assert [point.day for point in found] == [point.day for point in sent]


def test_a_factor_with_a_fraction_gives_whole_rupiah():
    (point,) = flag_outliers(points(3_333), Decimal("0.25")).all()
    assert point.amount == 833


SLIPPED = flag_outliers(points(1_000, 1_010, 1_020, 10_300, 10_400), Decimal(1))


def test_the_newest_price_is_the_slip_and_without_outliers_the_one_before():
    today = DAY + timedelta(days=9)
    assert (SLIPPED.latest(today).amount, SLIPPED.latest(today).outlier) == (10_400, True)
    assert SLIPPED.latest(today, outliers=False).amount == 1_020
    assert flag_outliers(points(), Decimal(1)).latest(today, outliers=False) is None


def test_no_change_is_reckoned_from_an_outlier():
    found = change(SLIPPED, SLIPPED.all()[4], Period.DAY)
    assert (found.previous_amount, found.previous_day) == (1_020, DAY + timedelta(days=2))


def test_of_an_outlier_itself_the_change_is_told():
    assert change(SLIPPED, SLIPPED.all()[3], Period.DAY).percent == 909.8


def test_a_slip_is_no_comparison_day_on_unless_it_is_asked_for():
    days = {DAY + timedelta(days=at) for at in range(5)}
    assert SLIPPED.days(DAY + timedelta(days=9)) == days
    assert SLIPPED.days(DAY + timedelta(days=9), outliers=False) == {each for each in days if each < DAY + timedelta(3)}
    assert SLIPPED.days(DAY) == {DAY}


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ([{0, 1, 3}, {0, 1}, {0}, set()], 1),
        ([{0, 1, 3}, {0, 3}, {0}, {0}], 3),
        ([{0}, {1}, {2}], 2),
        ([{4}], 4),
        ([set()], None),
        ([], None),
    ],
)
def test_markets_are_compared_on_the_newest_day_on_which_half_of_them_were_asked(asked, day):
    found = comparison_day([{DAY + timedelta(days=each) for each in days} for days in asked])
    assert found == (None if day is None else DAY + timedelta(days=day))


@pytest.mark.parametrize(
    ("grain", "price_day", "stands"),
    [
        (Grain.DAY, date(2026, 11, 23), True),
        (Grain.DAY, date(2026, 11, 20), False),
        (Grain.DAY, date(2026, 11, 1), False),
        (Grain.MONTH, date(2026, 11, 1), True),
        (Grain.MONTH, date(2026, 10, 1), False),
    ],
)
def test_a_price_is_of_its_day_or_of_the_whole_month(grain, price_day, stands):
    assert is_price_of(date(2026, 11, 23), price_day, grain) is stands


@pytest.mark.parametrize(
    ("level", "kind", "may"),
    [
        (PriceLevel.RETAIL, MarketKind.TRADITIONAL, True),
        (PriceLevel.RETAIL, MarketKind.UNKNOWN, True),
        (PriceLevel.RETAIL, MarketKind.MODERN, False),
        (PriceLevel.WHOLESALE, MarketKind.TRADITIONAL, False),
        (PriceLevel.PRODUCER, MarketKind.UNKNOWN, False),
    ],
)
def test_a_price_of_another_level_or_kind_never_stands_in(level, kind, may):
    assert may_stand_in(level, kind, PriceLevel.RETAIL, MarketKind.TRADITIONAL) is may
