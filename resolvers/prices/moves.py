"""The prices that have gone up or down, the largest moves first."""

from collections.abc import Mapping
from enum import Enum

import msgspec

from connectors.kit.structs import extended
from connectors.kit.together import both
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, cut_to
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.prices.commodity_rules import KnownCommodity
from resolvers.prices.markets import requested_market
from resolvers.prices.price_lists import CommodityPrice, PriceList, price_lists_of_today
from resolvers.prices.rules import Period, PriceChange, may_stand_in
from resolvers.prices.sources import catalogue, deciding_surveys, surveys


class MoveDirection(Enum):
    """Whether a price has gone up or down."""

    UP = "UP"
    DOWN = "DOWN"

    @classmethod
    def of(cls, amount: int) -> "MoveDirection":
        """Of a difference, which is not 0."""
        return cls.UP if amount > 0 else cls.DOWN


class PriceMove(msgspec.Struct, frozen=True, kw_only=True):
    """A price that has moved, and by how much."""

    price: CommodityPrice
    change: PriceChange


class PriceMoves(Page[PriceMove], frozen=True, kw_only=True):
    """A page of moves, and the surveys that did not answer."""

    unavailable: list[Source]


@seldom_waits
async def price_moves(
    _: None,
    ctx: Context,
    *,
    over: Period = Period.WEEK,
    direction: MoveDirection | None = None,
    market: str | None = None,
    source: str | None = None,
    outliers: bool = False,
    page: PageArguments,
) -> PriceMoves:
    place = await requested_market(ctx, market, source)
    source = place.survey if place else source
    asked = surveys(ctx, source)
    known, (lists, silent) = await both(catalogue(ctx), price_lists_of_today(ctx, asked, place))
    codes = [survey.agency.code for survey in asked if survey.agency.code in lists]
    records = [known.commodities, *(lists[code].known for code in codes)]
    day, own_code = ctx.today(), place and place.code

    def derive() -> SortedItems[PriceMove]:
        prices = (_price_now(ctx, each, lists, source, outliers=outliers) for each in known.commodities.items)
        moves = (
            PriceMove(price=price, change=change)
            for price in prices
            if price
            and (place or may_stand_in(price.level, price.market_type, asked[0].level, asked[0].market_type))
            and (change := price.since(over))
            and change.amount
        )
        return SortedItems(moves, _largest_first)

    name = ("prices", "moves", over, own_code, source, outliers, day, *codes)
    ordered = ctx.views.of(name, records, derive)

    def told(move: PriceMove) -> PriceMove:
        """The move with what this operation knows of its source and its market."""
        by = lists[move.price.source.agency]
        return PriceMove(price=msgspec.structs.replace(move.price, market=place, source=by.source), change=move.change)

    directions = ordered.column("direction", lambda each: (MoveDirection.of(each.change.amount),))
    chosen = None if direction is None else directions.bits(direction)
    listed = cut_to(ordered, page, told, order=f"price-moves:{over.value}", chosen=chosen)
    unavailable = {each.agency: each for each in (*known.unavailable, *silent)}
    return extended(PriceMoves, listed, unavailable=list(unavailable.values()))


def _largest_first(move: PriceMove) -> tuple[int, str]:
    return -round(abs(move.change.percent) * 100), move.price.commodity.code


def _price_now(
    ctx: Context, commodity: KnownCommodity, lists: Mapping[str, PriceList], source: str | None, *, outliers: bool
) -> CommodityPrice | None:
    """The price of the first deciding survey that has one."""
    codes = (survey.agency.code for survey in deciding_surveys(ctx, commodity, source))
    prices = (lists[code].price(commodity, outliers=outliers) for code in codes if code in lists)
    return next((price for price in prices if price.amount is not None), None)
