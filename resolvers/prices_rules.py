"""What a price is on a day, and how it has changed. No I/O in here.

A price is only ever compared with another of its own series: one commodity, one market or the survey's average, one
level.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

import msgspec

from connectors.prices.records import PricePoint

PATIENCE = timedelta(days=10)
"""How much older than the day meant a price may be to be compared with: holidays are no change."""


class Period(Enum):
    """Against what a change is reckoned."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class PriceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a price has gone up (or down, then negative) since another day: in rupiah, and in per cent of then."""

    amount: int
    percent: float
    previous_amount: int
    previous_day: date


def price_on(points: Sequence[PricePoint], day: date) -> PricePoint | None:
    """The newest price of this day or before it; `points` are oldest first."""
    at = bisect_right(points, day, key=lambda point: point.day)
    return points[at - 1] if at else None


def change(points: Sequence[PricePoint], price: PricePoint, period: Period) -> PriceChange | None:
    """How this price differs from that of the survey before, of a week before, of a month before.

    None where there was none, or only one that is older by more than `PATIENCE` than the day meant.
    """
    meant = _before(price.day, period)
    then = price_on(points, meant)
    if then is None or meant - then.day > PATIENCE:
        return None
    return PriceChange(
        amount=price.amount - then.amount,
        percent=round((price.amount - then.amount) / then.amount * 100, 2),
        previous_amount=then.amount,
        previous_day=then.day,
    )


def _before(day: date, period: Period) -> date:
    if period is Period.DAY:
        return day - timedelta(days=1)
    if period is Period.WEEK:
        return day - timedelta(days=7)
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
