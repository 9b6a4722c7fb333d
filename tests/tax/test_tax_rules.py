"""The status table and the penalty, by worked cases."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.tax.records import Amnesty, Bill, Flag, Payment, PenaltyRules, Property, Rate
from resolvers.tax.rules import BillStatus, estimated_penalty, months_late, outstanding, paid_principal, status_of

NOWHERE = Property(
    owner_name=None, street=None, block=None, rt=None, rw=None, kelurahan_name=None, kecamatan_name=None,
    land_area=None, building_area=None, assessed_value=None,
)  # fmt: skip


def bill(flag, amount=100_000):
    return Bill(year=2026, amount=amount, due_on=date(2026, 9, 30), flag=flag, property=NOWHERE)


@pytest.mark.parametrize(
    ("flag", "paid", "status", "contradicted", "owed"),
    [
        (Flag.PAID, 100_000, BillStatus.PAID, False, 0),
        (Flag.PAID, 0, BillStatus.PAID, True, 0),
        (Flag.PAID, 99_999, BillStatus.PAID, True, 0),
        (Flag.UNPAID, 0, BillStatus.UNPAID, False, 100_000),
        (Flag.UNPAID, 40_000, BillStatus.PARTIAL, False, 60_000),
        (Flag.UNPAID, 100_000, BillStatus.PAID_UNCONFIRMED, True, 0),
        (Flag.UNPAID, 120_000, BillStatus.PAID_UNCONFIRMED, True, 0),
        (Flag.CANCELLED, 0, BillStatus.CANCELLED, False, 0),
        (Flag.CANCELLED, 100_000, BillStatus.CANCELLED, False, 0),
        (Flag.UNKNOWN, 0, BillStatus.UNKNOWN, False, 0),
        (Flag.UNKNOWN, 100_000, BillStatus.UNKNOWN, False, 0),
    ],
)
def test_the_status_table(flag, paid, status, contradicted, owed):
    assert status_of(bill(flag), paid) == (status, contradicted)
    assert outstanding(bill(flag), paid) == owed


def test_a_bill_of_nothing_is_not_a_payment_to_be_confirmed():
    assert status_of(bill(Flag.UNPAID, amount=0), 0) == (BillStatus.UNPAID, False)


def test_penalties_are_not_counted_as_paid_on_the_bill():
    payments = [Payment(sequence=n, principal=50_000, penalty=5_000, paid_on=None) for n in (1, 2)]
    assert paid_principal(payments) == 100_000


LAST = date(2026, 9, 30)
BY_30 = PenaltyRules(months="by_30_days")
WHOLE = PenaltyRules(applies="to_all")
HALF = Amnesty(since=date(2026, 11, 1), until=date(2026, 11, 30), waives=Decimal("0.5"))
ALL_OLD = Amnesty(since=date(2026, 11, 1), until=date(2026, 12, 31), waives=Decimal(1), to_year=2020)


@pytest.mark.parametrize(
    ("due_on", "today", "rules", "months"),
    [
        (LAST, date(2026, 9, 1), PenaltyRules(), 0),
        (LAST, LAST, PenaltyRules(), 0),
        (LAST, date(2026, 10, 1), PenaltyRules(), 1),
        (LAST, date(2026, 10, 30), PenaltyRules(), 1),
        (LAST, date(2026, 10, 31), PenaltyRules(), 2),
        (LAST, date(2026, 11, 23), PenaltyRules(), 2),
        (date(2026, 9, 15), date(2026, 10, 15), PenaltyRules(), 1),
        (date(2026, 9, 15), date(2026, 10, 16), PenaltyRules(), 2),
        (date(2026, 12, 31), date(2027, 1, 1), PenaltyRules(), 1),
        (date(2024, 9, 30), date(2026, 9, 30), PenaltyRules(), 24),
        (date(2024, 9, 30), date(2026, 10, 1), PenaltyRules(), 24),
        (date(2020, 9, 30), date(2026, 11, 23), PenaltyRules(), 24),
        (LAST, LAST, BY_30, 0),
        (LAST, date(2026, 10, 1), BY_30, 1),
        (LAST, date(2026, 10, 30), BY_30, 1),
        (LAST, date(2026, 10, 31), BY_30, 2),
        (LAST, date(2026, 11, 29), BY_30, 2),
        (LAST, date(2026, 11, 30), BY_30, 3),
        (LAST, date(2026, 9, 1), BY_30, 0),
        (date(2020, 9, 30), date(2026, 11, 23), BY_30, 24),
    ],
)
def test_begun_months_after_the_due_day(due_on, today, rules, months):
    assert months_late(due_on, today, rules) == months


@pytest.mark.parametrize(
    ("principal", "due_on", "today", "rules", "penalty"),
    [
        # by date, all of it at 1 %
        (2_115_000, LAST, date(2026, 11, 23), PenaltyRules(), 42_300),  # 2 months
        (100_000, LAST, LAST, PenaltyRules(), 0),  # on the due day
        (100_000, LAST, date(2026, 10, 1), PenaltyRules(), 1_000),  # a day later
        (100_000, LAST, date(2026, 10, 30), PenaltyRules(), 1_000),  # still the first month
        (100_000, LAST, date(2026, 10, 31), PenaltyRules(), 2_000),  # the second has begun
        (100_000, None, LAST, PenaltyRules(), 0),
        (0, date(2020, 9, 30), LAST, PenaltyRules(), 0),
        # the change of 1 January 2024; a month has the rate of the day on which it begins: here 1 and 31 October, 1
        # and 31 December 2023, 31 January 2024
        (100_000, date(2023, 9, 30), date(2023, 12, 30), PenaltyRules(), 6_000),  # 3 of 2 %
        (100_000, date(2023, 9, 30), date(2023, 12, 31), PenaltyRules(), 8_000),  # 4 of 2 %
        (100_000, date(2023, 9, 30), date(2024, 1, 30), PenaltyRules(), 8_000),  # the same 4
        (100_000, date(2023, 9, 30), date(2024, 1, 31), PenaltyRules(), 9_000),  # 4 of 2 %, 1 of 1 %
        (100_000, date(2023, 9, 30), date(2024, 2, 15), PenaltyRules(), 9_000),
        (100_000, date(2023, 9, 30), date(2024, 2, 15), WHOLE, 5_000),  # 5 of 1 %
        (100_000, date(2023, 9, 30), date(2023, 12, 31), WHOLE, 8_000),  # 4 of 2 %: the law has not changed yet
        (100_000, date(2023, 9, 30), date(2024, 1, 1), WHOLE, 4_000),  # the same 4 months, a day later
        (100_000, date(2023, 11, 30), date(2024, 1, 1), PenaltyRules(), 4_000),  # begun on 1 and 31 December: 2 of 2 %
        (100_000, date(2023, 12, 31), date(2024, 1, 1), PenaltyRules(), 1_000),  # begun on 1 January: 1 of 1 %
        # at most 24 months
        (100_000, date(2020, 9, 30), date(2026, 11, 23), PenaltyRules(), 48_000),  # all before 2024
        (100_000, date(2020, 9, 30), date(2026, 11, 23), WHOLE, 24_000),
        (100_000, date(2022, 9, 30), date(2026, 11, 23), PenaltyRules(), 40_000),  # 16 of 2 %, 8 of 1 %
        (100_000, date(2024, 9, 30), date(2026, 11, 23), PenaltyRules(), 24_000),
        (100_000, LAST, date(2026, 11, 23), PenaltyRules(most_months=1), 1_000),
        # by 30 days
        (100_000, LAST, date(2026, 10, 30), BY_30, 1_000),  # 30 days
        (100_000, LAST, date(2026, 11, 30), BY_30, 3_000),  # 61 days
        (100_000, date(2023, 9, 30), date(2023, 12, 30), PenaltyRules(months="by_30_days"), 8_000),  # 91 days
        # whole rupiah
        (100_001, LAST, date(2026, 10, 1), PenaltyRules(), 1_001),
        (100_001, LAST, date(2026, 10, 1), PenaltyRules(rounding="down"), 1_000),
        (100_001, LAST, date(2026, 10, 1), PenaltyRules(rounding="nearest"), 1_000),  # 1,000.01
        (100_050, LAST, date(2026, 10, 1), PenaltyRules(rounding="nearest"), 1_001),  # 1,000.50
        (100_049, LAST, date(2026, 10, 1), PenaltyRules(rounding="nearest"), 1_000),  # 1,000.49
        (100_000, LAST, date(2026, 10, 1), PenaltyRules(rates=()), 0),
        (
            100_000,
            LAST,
            date(2026, 10, 1),
            PenaltyRules(rates=(Rate(since=date(2026, 12, 1), monthly=Decimal("0.05")),)),
            0,
        ),
    ],
)
def test_the_penalty_by_the_configured_rules(principal, due_on, today, rules, penalty):
    assert estimated_penalty(principal, due_on, today, rules, year=2026) == (penalty, 0)


@pytest.mark.parametrize(
    ("today", "year", "amnesties", "left", "waived"),
    [
        (date(2026, 10, 31), 2026, (HALF,), 2_000, 0),  # the day before
        (date(2026, 11, 1), 2026, (HALF,), 1_000, 1_000),  # its first day
        (date(2026, 11, 30), 2026, (HALF,), 1_000, 1_000),  # its last
        (date(2026, 12, 1), 2026, (HALF,), 3_000, 0),  # the day after
        (date(2026, 11, 15), 2026, (HALF, ALL_OLD), 1_000, 1_000),  # not one of the old years
        (date(2026, 11, 15), 2020, (HALF, ALL_OLD), 0, 2_000),  # the last of the old years; the larger share counts
        (date(2026, 11, 15), 2021, (ALL_OLD,), 2_000, 0),
    ],
)
def test_an_amnesty_takes_a_share_off_in_its_time_and_on_its_years(today, year, amnesties, left, waived):
    assert estimated_penalty(100_000, LAST, today, PenaltyRules(amnesties=amnesties), year=year) == (left, waived)


def test_what_an_amnesty_leaves_is_rounded_too():
    rules = PenaltyRules(amnesties=(HALF,))
    assert estimated_penalty(100_001, LAST, date(2026, 11, 15), rules, year=2026) == (1_001, 1_000)  # 1,000.01 of 2,001


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": date(2026, 10, 31)},
        {"waives": Decimal("1.5")},
        {"waives": Decimal(0)},
        {"from_year": 2021, "to_year": 2020},
    ],
)
def test_an_amnesty_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="an amnesty"):
        Amnesty(**({"since": date(2026, 11, 1), "until": date(2026, 11, 30), "waives": Decimal("0.5")} | wrong))
