"""What a price is on a day, how it has changed, and where it is the least. No I/O in here.

A price is only ever compared with others of one survey, one level and one kind of market; in time, only with others of
its own series. A price that is probably a slip (`connectors/prices/outliers.py`) is kept and flagged, and no other is
measured by it.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import msgspec

from connectors.prices.outliers import outliers
from connectors.prices.records import MarketType, PriceLevel, PricePoint

PATIENCE = timedelta(days=10)
"""How much older than the day meant a price may be to be compared with: holidays are no change."""

K = TypeVar("K")


class Period(Enum):
    """Against what a change is reckoned."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What it cost on a day, in whole rupiah a unit of the hub's; an `outlier` is probably a slip."""

    day: date
    amount: int
    outlier: bool


class PriceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a price has gone up (or down, then negative) since another day: in rupiah, and in per cent of then."""

    amount: int
    percent: float
    previous_amount: int
    previous_day: date


def judged(points: Sequence[PricePoint], factor: Decimal) -> tuple[Point, ...]:
    """The prices of a survey, oldest first, as prices of the hub's unit, with those flagged that stand out."""
    far = outliers([point.amount for point in points])
    return tuple(
        Point(day=point.day, amount=round(point.amount * factor), outlier=stands_out)
        for point, stands_out in zip(points, far, strict=True)
    )


def price_on(points: Sequence[Point], day: date) -> Point | None:
    """The newest price of this day or before it; `points` are oldest first."""
    at = bisect_right(points, day, key=lambda point: point.day)
    return points[at - 1] if at else None


def without_outliers(points: Iterable[Point]) -> tuple[Point, ...]:
    """Those that are no slip."""
    return tuple(point for point in points if not point.outlier)


def change(points: Sequence[Point], price: Point, period: Period) -> PriceChange | None:
    """How this price differs from that of the survey before, of a week before, of a month before.

    None where there was none, or only one that is older by more than `PATIENCE` than the day meant.
    """
    meant = _before(price.day, period)
    then = price_on(without_outliers(points), meant)
    if then is None or meant - then.day > PATIENCE:
        return None
    return PriceChange(
        amount=price.amount - then.amount,
        percent=round((price.amount - then.amount) / then.amount * 100, 2),
        previous_amount=then.amount,
        previous_day=then.day,
    )


def day_to_compare(series: Iterable[Sequence[Point]], until: date) -> date | None:
    """The newest day on which at least half of these were asked, of those that ever are; else the newest of all.

    So the one market that reports first in the morning is not the cheapest of all by that.
    """
    asked = [{point.day for point in points if point.day <= until} for points in series]
    counts = Counter(day for days in asked for day in days)
    enough = sum(map(bool, asked)) / 2
    return max((day for day, count in counts.items() if count >= enough), default=max(counts, default=None))


def at_the_same_day(series: Mapping[K, Sequence[Point]], until: date) -> dict[K, Point]:
    """The prices of the newest day on which they can be compared."""
    day = day_to_compare(series.values(), until)
    found = {key: price_on(points, day) for key, points in series.items()} if day else {}
    return {key: point for key, point in found.items() if point and point.day == day}


def may_stand_in(level: PriceLevel, kind: MarketType, for_level: PriceLevel, for_kind: MarketType) -> bool:
    """Whether one survey's price may stand where another's is missing: never that of another level or kind."""
    return level is for_level and (kind is for_kind or MarketType.UNKNOWN in {kind, for_kind})


def _before(day: date, period: Period) -> date:
    if period is Period.DAY:
        return day - timedelta(days=1)
    if period is Period.WEEK:
        return day - timedelta(days=7)
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
