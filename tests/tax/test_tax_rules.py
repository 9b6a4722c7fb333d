"""The status table and the penalty, by worked cases."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.tax.records import Bill, Flag, Payment, PenaltyRules, Property, Rate
from resolvers.tax_rules import BillStatus, estimated_penalty, months_late, outstanding, paid_principal, status_of

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


@pytest.mark.parametrize(
    ("due_on", "today", "months"),
    [
        (date(2026, 9, 30), date(2026, 9, 1), 0),
        (date(2026, 9, 30), date(2026, 9, 30), 0),
        (date(2026, 9, 30), date(2026, 10, 1), 1),
        (date(2026, 9, 30), date(2026, 10, 30), 1),
        (date(2026, 9, 30), date(2026, 10, 31), 2),
        (date(2026, 9, 30), date(2026, 11, 23), 2),
        (date(2026, 9, 15), date(2026, 10, 15), 1),
        (date(2026, 9, 15), date(2026, 10, 16), 2),
        (date(2024, 9, 30), date(2026, 9, 30), 24),
        (date(2020, 9, 30), date(2026, 11, 23), 24),
    ],
)
def test_begun_months_after_the_due_day(due_on, today, months):
    assert months_late(due_on, today, 24) == months


@pytest.mark.parametrize(
    ("principal", "due_on", "today", "rules", "penalty"),
    [
        (2_115_000, date(2026, 9, 30), date(2026, 11, 23), PenaltyRules(), 42_300),
        (100_000, date(2026, 9, 30), date(2026, 9, 30), PenaltyRules(), 0),
        (100_000, None, date(2026, 9, 30), PenaltyRules(), 0),
        (0, date(2020, 9, 30), date(2026, 9, 30), PenaltyRules(), 0),
        (100_000, date(2020, 9, 30), date(2026, 11, 23), PenaltyRules(), 48_000),
        (100_000, date(2023, 9, 30), date(2024, 2, 15), PenaltyRules(), 9_000),
        (100_000, date(2023, 9, 30), date(2024, 2, 15), PenaltyRules(applies="to_all"), 5_000),
        (100_001, date(2026, 9, 30), date(2026, 10, 1), PenaltyRules(), 1_001),
        (100_001, date(2026, 9, 30), date(2026, 10, 1), PenaltyRules(rounding="down"), 1_000),
        (100_000, date(2026, 9, 30), date(2026, 11, 23), PenaltyRules(most_months=1), 1_000),
        (100_000, date(2026, 9, 30), date(2026, 10, 1), PenaltyRules(rates=()), 0),
        (
            100_000,
            date(2026, 9, 30),
            date(2026, 10, 1),
            PenaltyRules(rates=(Rate(since=date(2026, 12, 1), monthly=Decimal("0.05")),)),
            0,
        ),
    ],
)
def test_the_penalty_by_the_configured_rules(principal, due_on, today, rules, penalty):
    assert estimated_penalty(principal, due_on, today, rules) == penalty
