"""What a commodity costs: in one place, by each survey, in each market, and in the cheapest market."""

from collections.abc import Sequence
from datetime import date

from connectors.kit.together import both, together
from connectors.prices.records import MarketKind
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import at_hand
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.prices import markets
from resolvers.prices.commodity_rules import KnownCommodity, matching
from resolvers.prices.markets import SurveyedMarket, markets_of
from resolvers.prices.price_lists import (
    CommodityPrice,
    PriceList,
    price_list,
    price_list_at_hand,
    price_list_or_problem,
    requested_price_list,
)
from resolvers.prices.rules import comparison_day
from resolvers.prices.sources import Survey, catalogue, deciding_surveys, first_result, surveys

USUAL_TYPES = (MarketKind.TRADITIONAL, MarketKind.UNKNOWN)
"""The kinds of market that are meant if the caller names none. UNKNOWN is for a survey that does not say the kind."""


def price_at_hand(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    on: date | None = None,
    source: str | None = None,
) -> CommodityPrice | None:
    return _published(root, price_list_at_hand(ctx, root, market, on, source))


@at_hand(price_at_hand)
async def price(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    on: date | None = None,
    source: str | None = None,
) -> CommodityPrice | None:
    return _published(root, await requested_price_list(ctx, root, market, on, source))


def _published(commodity: KnownCommodity, asked: PriceList | None) -> CommodityPrice:
    found = asked.price(commodity) if asked else None
    if found is None or found.amount is None:
        raise NotPublished(
            found.source.agency if found else None,
            id="Survei yang ditanya tidak menerbitkan harga komoditas ini sampai hari itu.",
            en="The survey that was asked publishes no price of this commodity up to that day.",
            instead=found,
        )
    return found


async def prices_by_source(
    root: KnownCommodity, ctx: Context, *, on: date | None = None, page: PageArguments
) -> Page[CommodityPrice]:
    asked = [each for each in surveys(ctx) if root.listing(each.agency.code)]
    lists = await together(price_list_or_problem(ctx, each, None, on) for each in asked)
    places = {each.source.agency: at for at, each in enumerate(lists)}
    found = (each.price(root) for each in lists)
    return paginate(found, lambda each: (places[each.source.agency],), page, order="prices-by-source")


async def prices_by_market(
    root: KnownCommodity,
    ctx: Context,
    *,
    type: MarketKind | None = None,  # noqa: A002  its name in the graph
    on: date | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Page[CommodityPrice]:
    async def ask(survey: Survey) -> list[CommodityPrice] | None:
        places = await _places(ctx, survey, type)
        lists = await together(price_list_or_problem(ctx, survey, each, on) for each in places)
        return [each.price(root) for each in lists] or None

    found = await first_result(ctx, deciding_surveys(ctx, root, source), ask) or []
    return paginate(found, _by_market, page, order="prices-by-market")


async def market_prices(
    root: SurveyedMarket,
    ctx: Context,
    *,
    on: date | None = None,
    group: str | None = None,
    name: str | None = None,
    page: PageArguments,
) -> Page[CommodityPrice]:
    (survey,) = surveys(ctx, root.survey)
    known, found = await both(catalogue(ctx), price_list(ctx, survey, root, on))
    chosen = matching(known.commodities, group, name, root.survey)
    return cut_to(known.commodities, page, found.price, order="market-prices", chosen=chosen)


async def cheapest_market(
    root: KnownCommodity,
    ctx: Context,
    *,
    type: MarketKind | None = None,  # noqa: A002  its name in the graph
    on: date | None = None,
    source: str | None = None,
    outliers: bool = False,
) -> CommodityPrice | None:
    async def ask(survey: Survey) -> CommodityPrice | None:
        for kind in (type,) if type else USUAL_TYPES:
            lists = await together(price_list(ctx, survey, each, on) for each in await _places(ctx, survey, kind))
            if found := cheapest(root, lists, outliers=outliers):
                return found
        return None

    return await first_result(ctx, deciding_surveys(ctx, root, source), ask)


async def _places(ctx: Context, survey: Survey, kind: MarketKind | None) -> list[SurveyedMarket]:
    """The markets of this kind, or of any."""
    markets = await markets_of(ctx, survey)
    return [markets.told(each) for each in markets.by_name.items if kind in (None, each.type)] if markets else []


def cheapest(commodity: KnownCommodity, lists: Sequence[PriceList], *, outliers: bool) -> CommodityPrice | None:
    """The lowest price on the day on which the markets are compared; of equal ones the first by the market's name."""
    days_of_markets = [each.series(commodity).days(each.day, outliers=outliers) for each in lists]
    day = comparison_day(days_of_markets)
    prices = [
        each.price(commodity, outliers=outliers, until=day)
        for each, days in zip(lists, days_of_markets, strict=True)
        if day in days
    ]
    return min(prices, key=lambda each: (each.amount or 0, *_by_market(each)), default=None)


def _by_market(price: CommodityPrice) -> tuple[str, str]:
    return markets.by_name(price.market) if price.market else ("", "")
