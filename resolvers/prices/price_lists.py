"""A price list: all prices of one survey in one place, which is a market or the survey's own average over the city."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.prices.records import Grain, MarketKind, PriceLevel, PricePoint, PriceSeries
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.readings import readings
from resolvers.prices.commodity_rules import KnownCommodity
from resolvers.prices.markets import SurveyedMarket, requested_market
from resolvers.prices.rules import NO_PRICES, Period, PriceChange, Series, change, flag_outliers, is_price_of
from resolvers.prices.sources import Survey, deciding_surveys, first_result, surveys


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


class PriceList(NamedTuple):
    """All prices of one survey in one place, as asked for on a day. `market` is None for the average over the city.

    `points` has the prices by the survey's own code of the commodity.
    """

    survey: Survey
    market: SurveyedMarket | None
    day: date
    points: Mapping[str, tuple[PricePoint, ...]]
    source: Source
    flagged: dict[tuple[str, Decimal], Series] | None = None
    """The prices whose outliers are flagged already, of all operations on the same reading."""

    @property
    def market_type(self) -> MarketKind:
        return self.market.type if self.market else self.survey.market_type

    def series(self, commodity: KnownCommodity) -> Series:
        """All known prices of a commodity; none if this survey does not have it."""
        listing = commodity.listing(self.survey.agency.code)
        if listing is None:
            return NO_PRICES
        flagged, asked = {} if self.flagged is None else self.flagged, (listing.priced_as, listing.factor)
        if asked not in flagged:
            flagged[asked] = flag_outliers(self.points.get(listing.priced_as, ()), listing.factor)
        return flagged[asked]

    def price(self, commodity: KnownCommodity, *, outliers: bool = True, until: date | None = None) -> CommodityPrice:
        """The newest price up to a day. Outliers are passed over if `outliers` is false."""
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

    return await ctx.once(("prices", "list", survey.agency.code, own_code, day), read)


async def price_list_or_problem(
    ctx: Context, survey: Survey, market: SurveyedMarket | None, on: date | None
) -> PriceList:
    """The same. If the survey does not answer, the list is empty and its `source` names the problem."""
    try:
        return await price_list(ctx, survey, market, on)
    except AgencyError as error:
        return PriceList(survey, market, _day(ctx, on), {}, ctx.no_source(error))


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
    place = await requested_market(ctx, market, source)
    if place:
        (survey,) = surveys(ctx, place.survey)
        return await price_list(ctx, survey, place, on)
    empty: list[PriceList] = []

    async def ask(survey: Survey) -> PriceList | None:
        found = await price_list(ctx, survey, None, on)
        if found.series(commodity).latest(found.day):
            return found
        empty.append(found)
        return None

    found = await first_result(ctx, deciding_surveys(ctx, commodity, source), ask)
    return found or next(iter(empty), None)


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
    def derive() -> tuple[dict[str, tuple[PricePoint, ...]], dict[tuple[str, Decimal], Series]]:
        return {each.commodity: each.points for each in reading.records}, {}

    name = ("prices", "list", reading.agency, market and market.own_code)
    points, flagged = ctx.views.of(name, [reading.records], derive)
    return PriceList(survey, market, day, points, ctx.source(reading), flagged)
