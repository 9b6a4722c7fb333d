"""What a survey says of prices in one place: in a market, or on its own average over the city."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.prices.records import Grain, MarketType, PriceLevel, PricePoint, PriceSeries
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.readings import readings
from resolvers.prices.rules import NONE, Period, PriceChange, Series, change, judged, stands_on
from resolvers.prices.sources import KnownCommodity, Survey, SurveyedMarket, deciding, first_found


class CommodityPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one commodity costs in one market, or on the survey's own average over the city.

    `amount` is in whole rupiah a unit, None where nobody has asked; `day` is the one on which somebody did, which may
    be earlier than the day `asked_for`. The changes are against the survey before, the week and the month before.
    """

    commodity: KnownCommodity
    market: SurveyedMarket | None
    level: PriceLevel
    market_type: MarketType
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
        """The change against this."""
        return {Period.DAY: self.since_day, Period.WEEK: self.since_week, Period.MONTH: self.since_month}[period]


class Board(NamedTuple):
    """All prices of one place in one survey, on a day."""

    survey: Survey
    market: SurveyedMarket | None
    day: date
    series: Mapping[str, tuple[PricePoint, ...]]
    source: Source

    @property
    def market_type(self) -> MarketType:
        return self.market.type if self.market else self.survey.market_type

    def prices(self, commodity: KnownCommodity) -> Series:
        """All of its prices that are known."""
        listing = commodity.listing(self.survey.agency.code)
        return judged(self.series.get(listing.priced_as, ()), listing.factor) if listing else NONE

    def price(self, commodity: KnownCommodity, *, outliers: bool = True, until: date | None = None) -> CommodityPrice:
        """Its newest price, or that up to a day; without `outliers` the newest that is none."""
        prices = self.prices(commodity)
        found = prices.on(until or self.day, outliers=outliers)
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
            carried_forward=found is not None and not stands_on(self.day, found.day, self.survey.grain),
            since_day=change(prices, found, Period.DAY) if found else None,
            since_week=change(prices, found, Period.WEEK) if found else None,
            since_month=change(prices, found, Period.MONTH) if found else None,
            source=self.source,
        )


async def board(ctx: Context, survey: Survey, market: SurveyedMarket | None, on: date | None) -> Board:
    """The prices of one market, or of the survey's average over the city."""
    day, own_code = _day(ctx, on), market.own_code if market else None

    async def look() -> Board:
        return _board(ctx, survey, market, day, await ctx.reading(survey.prices(own_code)))

    return await ctx.once(("prices", "board", survey.agency.code, own_code, day), look)


async def board_or_why_not(ctx: Context, survey: Survey, market: SurveyedMarket | None, on: date | None) -> Board:
    """The same; an empty one that names the problem where the survey does not answer."""
    try:
        return await board(ctx, survey, market, on)
    except AgencyError as error:
        return Board(survey, market, _day(ctx, on), {}, ctx.no_source(error))


async def boards(
    ctx: Context, chosen: Iterable[Survey], market: SurveyedMarket | None
) -> tuple[dict[str, Board], list[Source]]:
    """Today's prices of several surveys, and which do not answer; raises the first failure where none does."""
    by_code = {each.agency.code: each for each in chosen}
    own_code = market.own_code if market else None
    answers, unavailable = await readings(ctx, (each.prices(own_code) for each in by_code.values()))
    return {each.agency: _board(ctx, by_code[each.agency], market, ctx.today(), each) for each in answers}, unavailable


async def deciding_board(
    ctx: Context, commodity: KnownCommodity, on: date | None, source: str | None = None
) -> Board | None:
    """The prices of the first survey that has one of it; an empty one where none has, None where none may have."""
    empty: list[Board] = []

    async def ask(survey: Survey) -> Board | None:
        found = await board(ctx, survey, None, on)
        if found.prices(commodity).on(found.day):
            return found
        empty.append(found)
        return None

    found = await first_found(deciding(ctx, commodity, source), ask)
    return found or next(iter(empty), None)


def _day(ctx: Context, on: date | None) -> date:
    today = ctx.today()
    if on is not None and on > today:
        raise UserError("BAD_USER_INPUT", id="Harga hari esok belum ada.", en="There is no price of a day to come.")
    return on or today


def _board(
    ctx: Context,
    survey: Survey,
    market: SurveyedMarket | None,
    day: date,
    reading: Reading[tuple[PriceSeries, ...]],
) -> Board:
    series = {each.commodity: each.points for each in reading.records}
    return Board(survey, market, day, series, ctx.source(reading))
