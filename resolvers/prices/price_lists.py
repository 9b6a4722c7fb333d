"""A price list: all prices of one survey in one place, which is a market or the survey's own average over the city."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec
from cachetools import LRUCache

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.prices.records import Grain, MarketKind, PriceLevel, PricePoint, PriceSeries
from resolvers.kit.at_hand import NotAtHand
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.readings import readings
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.prices.commodity_rules import CommodityListing, KnownCommodity
from resolvers.prices.markets import SurveyedMarket, requested_market
from resolvers.prices.rules import NO_PRICES, DayPrice, Period, PriceChange, Series, change, flag_outliers, is_price_of
from resolvers.prices.sources import Survey, deciding_surveys, first_result, surveys

MOST_PRICES = 1_000
"""So many prices of one list are kept as they were asked for; then it begins anew."""
MOST_CHARTS = 200
"""So many charts of one list are kept."""


class CommodityPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one commodity costs in one market, or on the survey's own average over the city.

    `amount` is in whole rupiah for one unit; None if there is no price. `day` is the day of the price, which may be
    earlier than the day `asked_for`. `since_day` compares with the survey before, the others with a week and a month
    before.
    """

    commodity: KnownCommodity
    market: SurveyedMarket | None
    level: PriceLevel
    market_type: MarketKind
    grain: Grain
    asked_for: date
    day: date | None
    amount: int | None
    outlier: bool
    carried_forward: bool
    since_day: PriceChange | None
    since_week: PriceChange | None
    since_month: PriceChange | None
    source: Source

    def since(self, period: Period) -> PriceChange | None:
        return {Period.DAY: self.since_day, Period.WEEK: self.since_week, Period.MONTH: self.since_month}[period]


class SurveyPrices:
    """The prices of one survey in one place, by its own codes of the commodities, and what follows from them alone."""

    def __init__(self, points: Mapping[str, tuple[PricePoint, ...]]) -> None:
        self._points = points
        self._series: dict[tuple[str, Decimal], Series] = {}
        self._prices: dict[Hashable, CommodityPrice] = {}
        self._days: dict[Hashable, SortedItems[DayPrice]] = {}
        self._charts: LRUCache[Hashable, SortedItems[DayPrice]] = LRUCache(MOST_CHARTS)

    def series(self, listing: CommodityListing | None) -> Series:
        """All known prices of a commodity; none if this survey does not have it."""
        if listing is None:
            return NO_PRICES
        asked = (listing.priced_as, listing.factor)
        if asked not in self._series:
            self._series[asked] = flag_outliers(self._points.get(listing.priced_as, ()), listing.factor)
        return self._series[asked]

    def has_price(self, listing: CommodityListing | None, day: date) -> bool:
        """Whether there is a price of a commodity up to a day."""
        points = self._points.get(listing.priced_as) if listing else None
        return points is not None and len(points) > 0 and points[0].day <= day

    def kept_price(self, asked: Hashable, made: Callable[[], CommodityPrice]) -> CommodityPrice:
        """The price that was made for the same question; it is told by the source and the market of that time."""
        found = self._prices.get(asked)
        if found is None:
            if len(self._prices) >= MOST_PRICES:
                self._prices.clear()
            found = self._prices[asked] = made()
        return found

    def chart(self, listing: CommodityListing | None, since: date | None, until: date) -> SortedItems[DayPrice]:
        """The prices of these days."""
        whole = listing and (listing.priced_as, listing.factor)
        found = self._charts.get((whole, since, until))
        if found is None:
            days = self._days.get(whole)
            if days is None:
                days = self._days[whole] = SortedItems(self.series(listing).all(), _on_day)
            low = bisect_left(days.keys, (since.isoformat(),)) if since else 0
            found = days.part(low, bisect_right(days.keys, (until.isoformat(),)))
            self._charts[whole, since, until] = found
        return found


class PriceList(NamedTuple):
    """All prices of one survey in one place, as asked for on a day. `market` is None for the average over the city."""

    survey: Survey
    market: SurveyedMarket | None
    day: date
    known: SurveyPrices
    source: Source

    @property
    def market_type(self) -> MarketKind:
        return self.market.type if self.market else self.survey.market_type

    def series(self, commodity: KnownCommodity) -> Series:
        """All known prices of a commodity; none if this survey does not have it."""
        return self.known.series(commodity.listing(self.survey.agency.code))

    def chart(self, commodity: KnownCommodity, since: date | None) -> SortedItems[DayPrice]:
        """The prices of a commodity up to the day of the list."""
        return self.known.chart(commodity.listing(self.survey.agency.code), since, self.day)

    def has_price(self, commodity: KnownCommodity) -> bool:
        """Whether there is a price up to the day of the list."""
        return self.known.has_price(commodity.listing(self.survey.agency.code), self.day)

    def price(self, commodity: KnownCommodity, *, outliers: bool = True, until: date | None = None) -> CommodityPrice:
        """The newest price up to a day. Outliers are passed over if `outliers` is false."""
        listing = commodity.listing(self.survey.agency.code)
        asked = (listing and (listing.priced_as, listing.factor), self.day, outliers, until)
        found = self.known.kept_price(asked, lambda: self._price(commodity, outliers=outliers, until=until))
        return msgspec.structs.replace(found, commodity=commodity, market=self.market, source=self.source)

    def _price(self, commodity: KnownCommodity, *, outliers: bool, until: date | None) -> CommodityPrice:
        series = self.series(commodity)
        found = series.latest(until or self.day, outliers=outliers)
        return CommodityPrice(
            commodity=commodity,
            market=self.market,
            level=self.survey.level,
            market_type=self.market_type,
            grain=self.survey.grain,
            asked_for=self.day,
            day=found.day if found else None,
            amount=found.amount if found else None,
            outlier=found is not None and found.outlier,
            carried_forward=found is not None and not is_price_of(self.day, found.day, self.survey.grain),
            since_day=change(series, found, Period.DAY) if found else None,
            since_week=change(series, found, Period.WEEK) if found else None,
            since_month=change(series, found, Period.MONTH) if found else None,
            source=self.source,
        )


async def price_list(ctx: Context, survey: Survey, market: SurveyedMarket | None, on: date | None) -> PriceList:
    """The price list of one market, or of the survey's average over the city. One operation reads it once."""
    day, own_code = _day(ctx, on), market.own_code if market else None

    async def read() -> PriceList:
        return _price_list(ctx, survey, market, day, await ctx.reading(survey.prices(own_code)))

    return await ctx.once(_name(survey, own_code, on), read)


def _at_hand(ctx: Context, survey: Survey, on: date | None) -> PriceList | None:
    """The list of the survey's average over the city, where it need not be waited for."""
    name = _name(survey, None, on)
    known: PriceList | None = ctx.looks.result(name)
    if known is not None:
        return known
    day = _day(ctx, on)
    reading = None if ctx.looks.knows(name) else ctx.at_hand(survey.prices(None))
    if reading is None:
        return None
    ctx.looks.give(name, found := _price_list(ctx, survey, None, day, reading))
    return found


async def price_list_or_problem(
    ctx: Context, survey: Survey, market: SurveyedMarket | None, on: date | None
) -> PriceList:
    """The same. If the survey does not answer, the list is empty and its `source` names the problem."""
    try:
        return await price_list(ctx, survey, market, on)
    except AgencyError as error:
        return PriceList(survey, market, _day(ctx, on), SurveyPrices({}), ctx.no_source(error))


async def price_lists_of_today(
    ctx: Context, of: Iterable[Survey], market: SurveyedMarket | None
) -> tuple[dict[str, PriceList], list[Source]]:
    """Today's list of each survey by its code, and the surveys that do not answer. If none answers, it raises."""
    by_code = {each.agency.code: each for each in of}
    own_code = market.own_code if market else None
    answers, unavailable = await readings(ctx, (each.prices(own_code) for each in by_code.values()))
    found = {each.agency: _price_list(ctx, by_code[each.agency], market, ctx.today(), each) for each in answers}
    return found, unavailable


async def requested_price_list(
    ctx: Context, commodity: KnownCommodity, market: str | None, on: date | None, source: str | None
) -> PriceList | None:
    """The list that answers for a commodity: of the market, or of the survey that decides.

    If no deciding survey has a price, it is the empty list of the first one. None if no survey may decide.
    """
    place = await requested_market(ctx, market, source) if market is not None else None
    if place:
        (survey,) = surveys(ctx, place.survey)
        return await price_list(ctx, survey, place, on)
    try:
        return price_list_at_hand(ctx, commodity, None, on, source)
    except NotAtHand:
        pass
    empty: list[PriceList] = []

    async def ask(survey: Survey) -> PriceList | None:
        found = await price_list(ctx, survey, None, on)
        if found.series(commodity).latest(found.day):
            return found
        empty.append(found)
        return None

    found = await first_result(ctx, deciding_surveys(ctx, commodity, source), ask)
    return found or next(iter(empty), None)


def price_list_at_hand(
    ctx: Context, commodity: KnownCommodity, market: str | None, on: date | None, source: str | None
) -> PriceList | None:
    """The same at once; raises `NotAtHand`."""
    if market is not None:
        raise NotAtHand
    first: PriceList | None = None
    for each in deciding_surveys(ctx, commodity, source):
        found = _at_hand(ctx, each, on)
        if found is None:
            raise NotAtHand
        if found.has_price(commodity):
            return found
        first = first or found
    return first


def _on_day(price: DayPrice) -> tuple[str]:
    return (price.day.isoformat(),)


def _name(survey: Survey, own_code: str | None, on: date | None) -> tuple[object, ...]:
    return ("prices", "list", survey.agency.code, own_code, on)


def _day(ctx: Context, on: date | None) -> date:
    today = ctx.today()
    if on is not None and on > today:
        raise UserError(
            "BAD_USER_INPUT", id="Harga untuk hari mendatang belum ada.", en="There are no prices for future days yet."
        )
    return on or today


def _price_list(
    ctx: Context,
    survey: Survey,
    market: SurveyedMarket | None,
    day: date,
    reading: Reading[tuple[PriceSeries, ...]],
) -> PriceList:
    name = ("prices", "list", reading.agency, market and market.own_code)
    known = ctx.views.of(
        name, [reading.records], lambda: SurveyPrices({each.commodity: each.points for each in reading.records})
    )
    return PriceList(survey, market, day, known, ctx.source(reading))
