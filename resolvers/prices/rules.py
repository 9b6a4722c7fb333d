"""What a price is on a day, how it has changed, and where it is the least. No I/O in here.

A price is only ever compared with others of one survey, one level and one kind of market; in time, only with others of
its own series. A price that is probably a slip (`connectors/prices/outliers.py`) is kept and flagged, and no other is
measured by it.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

import msgspec

from connectors.prices.outliers import outliers
from connectors.prices.records import Grain, MarketType, PriceLevel, PricePoint

PATIENCE = timedelta(days=10)
"""How much older than the day meant a price may be to be compared with: holidays are no change."""


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


class Series(NamedTuple):
    """The prices of one commodity in one place, oldest first, as its survey has them; a slip is an outlier's day.

    Times `factor` they are prices of the hub's unit.
    """

    points: Sequence[PricePoint]
    slips: frozenset[date]
    factor: Decimal

    def all(self) -> tuple[Point, ...]:
        """All of them, in the hub's unit."""
        return tuple(map(self._point, self.points))

    def on(self, day: date, *, outliers: bool = True) -> Point | None:
        """The newest price of this day or before it; without `outliers` the newest that is none."""
        at = bisect_right(self.points, day, key=lambda point: point.day)
        while at and not outliers and self.points[at - 1].day in self.slips:
            at -= 1
        return self._point(self.points[at - 1]) if at else None

    def days(self, until: date, *, outliers: bool = True) -> set[date]:
        """The days up to this one on which somebody asked."""
        days = {point.day for point in self.points if point.day <= until}
        return days if outliers else days - self.slips

    def _point(self, point: PricePoint) -> Point:
        return Point(day=point.day, amount=round(point.amount * self.factor), outlier=point.day in self.slips)


NONE = Series((), frozenset(), Decimal(1))


def judged(points: Sequence[PricePoint], factor: Decimal) -> Series:
    """The prices of a survey, with those flagged that stand out."""
    far = outliers([point.amount for point in points])
    return Series(points, frozenset(point.day for point, slip in zip(points, far, strict=True) if slip), factor)


def change(series: Series, price: Point, period: Period) -> PriceChange | None:
    """How this price differs from that of the survey before, of a week before, of a month before.

    None where there was none, or only one that is older by more than `PATIENCE` than the day meant, or comes to nothing
    in the hub's unit. No outlier is measured by.
    """
    meant = _before(price.day, period)
    then = series.on(meant, outliers=False)
    if then is None or not then.amount or meant - then.day > PATIENCE:
        return None
    return PriceChange(
        amount=price.amount - then.amount,
        percent=round((price.amount - then.amount) / then.amount * 100, 2),
        previous_amount=then.amount,
        previous_day=then.day,
    )


def day_to_compare(asked: Iterable[set[date]]) -> date | None:
    """Of the days on which each was asked: the newest on which at least half were, of those that ever are.

    So the one market that reports first in the morning is not the cheapest of all by that. If there is no such day, it
    is the newest of all.
    """
    known = [days for days in asked if days]
    counts = Counter(day for days in known for day in days)
    enough = [day for day, count in counts.items() if count * 2 >= len(known)]
    return max(enough or counts, default=None)


def stands_on(day: date, price_day: date, grain: Grain) -> bool:
    """Whether a price is of this day, or of the month that it is in."""
    return price_day == (day.replace(day=1) if grain is Grain.MONTH else day)


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
