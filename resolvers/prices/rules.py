"""What a price is on a day, how it has changed, and on which day markets are compared. No I/O in here.

A price is compared only with prices of the same survey, the same level and the same kind of market. Over time it is
compared only with its own series. A price that is probably a typing error (`connectors/prices/outliers.py`) is kept and
flagged as an outlier. No change is measured from an outlier.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

import msgspec

from connectors.kit.months import months_later
from connectors.prices.outliers import outliers
from connectors.prices.records import Grain, MarketKind, PriceLevel, PricePoint

MAX_GAP = timedelta(days=10)
"""How much older than the wanted day an earlier price may be. A survey may pause for so long over holidays."""


class Period(Enum):
    """Which earlier price a price is compared with."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class DayPrice(msgspec.Struct, frozen=True, kw_only=True):
    """The price of one day, in whole rupiah for the hub's unit. An `outlier` is probably a typing error."""

    day: date
    amount: int
    outlier: bool


class PriceChange(msgspec.Struct, frozen=True, kw_only=True):
    """The difference from an earlier price, in rupiah and in per cent of it. It is negative if the price has fallen."""

    amount: int
    percent: float
    previous_amount: int
    previous_day: date


class Series(NamedTuple):
    """The prices of one commodity in one place, oldest first.

    `points` are for the survey's unit; times `factor` they are for the hub's unit. `outlier_days` are the days whose
    price is an outlier.
    """

    points: Sequence[PricePoint]
    outlier_days: frozenset[date]
    factor: Decimal

    def all(self) -> tuple[DayPrice, ...]:
        """All prices, for the hub's unit."""
        return tuple(map(self._day_price, self.points))

    def latest(self, until: date, *, outliers: bool = True) -> DayPrice | None:
        """The newest price of this day or an earlier one. Outliers are passed over if `outliers` is false."""
        at = bisect_right(self.points, until, key=lambda point: point.day)
        while at and not outliers and self.points[at - 1].day in self.outlier_days:
            at -= 1
        return self._day_price(self.points[at - 1]) if at else None

    def days(self, until: date, *, outliers: bool = True) -> set[date]:
        """The days, up to this one, that have a price."""
        days = {point.day for point in self.points if point.day <= until}
        return days if outliers else days - self.outlier_days

    def _day_price(self, point: PricePoint) -> DayPrice:
        amount = round(point.amount * self.factor)
        return DayPrice(day=point.day, amount=amount, outlier=point.day in self.outlier_days)


NO_PRICES = Series((), frozenset(), Decimal(1))


def flag_outliers(points: Sequence[PricePoint], factor: Decimal) -> Series:
    """The prices of a survey, with its outliers flagged."""
    flags = outliers([point.amount for point in points])
    return Series(points, frozenset(point.day for point, flag in zip(points, flags, strict=True) if flag), factor)


def change(series: Series, price: DayPrice, period: Period) -> PriceChange | None:
    """How this price differs from the newest price of a day, a week or a month before it.

    None if there is no such price, if it is rounded to 0, or if it is older than the wanted day by more than `MAX_GAP`.
    """
    wanted = _before(price.day, period)
    then = series.latest(wanted, outliers=False)
    if then is None or not then.amount or wanted - then.day > MAX_GAP:
        return None
    return PriceChange(
        amount=price.amount - then.amount,
        percent=round((price.amount - then.amount) / then.amount * 100, 2),
        previous_amount=then.amount,
        previous_day=then.day,
    )


def comparison_day(days_of_markets: Iterable[set[date]]) -> date | None:
    """The day on which markets are compared: the newest day on which at least half of them have a price.

    Markets without any price do not count. If there is no such day, it is the newest day of all. So the first market
    that reports in the morning is not called the cheapest because it is alone.
    """
    known = [days for days in days_of_markets if days]
    counts = Counter(day for days in known for day in days)
    enough = [day for day, count in counts.items() if count * 2 >= len(known)]
    return max(enough or counts, default=None)


def is_price_of(day: date, price_day: date, grain: Grain) -> bool:
    """Whether a price is of this day. A monthly price, dated to the first of its month, is of each day of the month."""
    return price_day == (day.replace(day=1) if grain is Grain.MONTH else day)


def may_stand_in(level: PriceLevel, kind: MarketKind, for_level: PriceLevel, for_kind: MarketKind) -> bool:
    """Whether one survey's price may replace a missing one of another: only of the same level and kind of market."""
    return level is for_level and (kind is for_kind or MarketKind.UNKNOWN in {kind, for_kind})


def _before(day: date, period: Period) -> date:
    if period is Period.DAY:
        return day - timedelta(days=1)
    if period is Period.WEEK:
        return day - timedelta(days=7)
    return months_later(day, -1)
