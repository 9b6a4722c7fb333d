"""The rules of PBB: the status of a bill with its payments, and the penalty of a late bill. No I/O in here.

Sources: the status table and the month rule of penalties in the systems of SISMIOP cities, and the change of rate on 1
January 2024 by UU 1/2022 (HKPD).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import Enum

from connectors.kit.months import months_later
from connectors.tax.records import Bill, Flag, Payment, PenaltyRules


class BillStatus(Enum):
    """The status of a bill with its payments."""

    PAID = "PAID"
    UNPAID = "UNPAID"
    PARTIAL = "PARTIAL"
    PAID_UNCONFIRMED = "PAID_UNCONFIRMED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


def paid_principal(payments: Iterable[Payment]) -> int:
    """The amount that was paid on the bill, without penalties, in rupiah."""
    return sum(payment.principal for payment in payments)


def status_of(bill: Bill, paid: int) -> tuple[BillStatus, bool]:
    """The status, and whether the bill and its payments contradict each other.

    | the bill says | paid in full | answer |
    | PAID          | yes | PAID |
    | PAID          | no  | PAID, contradicted |
    | UNPAID        | no, nothing   | UNPAID |
    | UNPAID        | no, something | PARTIAL |
    | UNPAID        | yes | PAID_UNCONFIRMED, contradicted |
    | CANCELLED     | any | CANCELLED |
    | anything else | any | UNKNOWN, never PAID |
    """
    in_full = paid >= bill.amount
    if bill.flag is Flag.PAID:
        return BillStatus.PAID, not in_full
    if bill.flag is Flag.UNPAID:
        if in_full and bill.amount:
            return BillStatus.PAID_UNCONFIRMED, True
        return (BillStatus.PARTIAL if paid else BillStatus.UNPAID), False
    return (BillStatus.CANCELLED if bill.flag is Flag.CANCELLED else BillStatus.UNKNOWN), False


def outstanding(bill: Bill, paid: int) -> int:
    """The amount still to be paid, without penalty, in rupiah; 0 unless the status says that something is owed."""
    status, _ = status_of(bill, paid)
    return max(0, bill.amount - paid) if status in (BillStatus.UNPAID, BillStatus.PARTIAL) else 0


def months_late(due_on: date, today: date, rules: PenaltyRules) -> int:
    """The number of begun months after the due day, at most as many as the rules say.

    By date, the due day counts 0, the next day 1, and two months and a day later 3. By 30 days, each begun period
    counts 1.
    """
    if rules.months == "by_30_days":
        months = -(-(today - due_on).days // 30)
    else:
        months = (today.year - due_on.year) * 12 + today.month - due_on.month + 1
        if today.day <= due_on.day:
            months -= 1
    return min(max(months, 0), rules.most_months)


def estimated_penalty(
    principal: int, due_on: date | None, today: date, rules: PenaltyRules, *, year: int
) -> tuple[int, int]:
    """The penalty for being late by the configured rules, and the amount that an amnesty waives, in whole rupiah.

    Both are 0 if no due day is known.
    """
    if due_on is None or principal <= 0:
        return 0, 0
    begins = [_begins(due_on, number, rules) for number in range(months_late(due_on, today, rules))]
    rates = [_rate(rules, begin if rules.applies == "to_each_month" else today) for begin in begins]
    exact = principal * sum(rates, start=Decimal(0))
    without, left = _rounded(exact, rules), _rounded(exact * (1 - _waived(rules, today, year)), rules)
    return left, without - left


ROUNDINGS = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_UP}


def _rounded(amount: Decimal, rules: PenaltyRules) -> int:
    return int(amount.to_integral_value(ROUNDINGS[rules.rounding]))


def _waived(rules: PenaltyRules, today: date, year: int) -> Decimal:
    """The share that an amnesty waives today; of several the largest."""
    return max(
        (
            each.waives
            for each in rules.amnesties
            if each.since <= today <= each.until and each.from_year <= year <= each.to_year
        ),
        default=Decimal(0),
    )


def _begins(due_on: date, number: int, rules: PenaltyRules) -> date:
    """The first day of a month of being late; the first month has the number 0."""
    before = due_on + timedelta(days=30 * number) if rules.months == "by_30_days" else months_later(due_on, number)
    return before + timedelta(days=1)


def _rate(rules: PenaltyRules, day: date) -> Decimal:
    """The rate in force on this day; 0 before the first rate."""
    in_force = [rate for rate in rules.rates if rate.since <= day]
    return max(in_force, key=lambda rate: rate.since).monthly if in_force else Decimal(0)
