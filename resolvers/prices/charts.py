"""What a commodity has cost day by day, as a chart needs it."""

from datetime import date

import msgspec

from connectors.prices.records import Grain, MarketKind, PriceLevel
from resolvers.kit.at_hand import at_hand
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, cut
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.prices.commodity_rules import KnownCommodity
from resolvers.prices.markets import SurveyedMarket
from resolvers.prices.price_lists import PriceList, price_list_at_hand, requested_price_list
from resolvers.prices.rules import DayPrice


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity, day by day, and the lowest and the highest of them."""

    commodity: KnownCommodity
    market: SurveyedMarket | None
    level: PriceLevel
    market_type: MarketKind
    grain: Grain
    points: SortedItems[DayPrice]
    source: Source

    @property
    def lowest(self) -> int | None:
        return min((each.amount for each in self.points.items), default=None)

    @property
    def highest(self) -> int | None:
        return max((each.amount for each in self.points.items), default=None)


def chart_at_hand(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
) -> Chart | None:
    _check(ctx, since, until)
    return _chart(root, price_list_at_hand(ctx, root, market, until, source), since)


@at_hand(chart_at_hand)
async def chart(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
) -> Chart | None:
    _check(ctx, since, until)
    return _chart(root, await requested_price_list(ctx, root, market, until, source), since)


def _check(ctx: Context, since: date | None, until: date | None) -> None:
    if since is not None and since > (until or ctx.today()):
        raise UserError("BAD_USER_INPUT", id="since tidak boleh setelah until.", en="since must not be after until.")


def _chart(root: KnownCommodity, found: PriceList | None, since: date | None) -> Chart | None:
    if found is None:
        return None
    return Chart(
        commodity=root,
        market=found.market,
        level=found.survey.level,
        market_type=found.market_type,
        grain=found.survey.grain,
        points=found.chart(root, since),
        source=found.source,
    )


def points(root: Chart, _: Context, *, page: PageArguments) -> Page[DayPrice]:
    return cut(root.points, page, order="price-points")
