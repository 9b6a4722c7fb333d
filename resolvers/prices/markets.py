"""The markets, and what things cost in each of them."""

from collections.abc import Sequence
from datetime import date

from connectors.kit.together import both, together
from connectors.prices.records import MarketType
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.prices.boards import Board, CommodityPrice, board, board_or_why_not
from resolvers.prices.rules import day_to_compare
from resolvers.prices.sources import (
    KnownCommodity,
    Survey,
    SurveyedMarket,
    by_name,
    chosen,
    deciding,
    first_found,
    known,
    market_with_code,
    markets_of,
    surveys,
    with_markets,
)
from resolvers.regions import regions

PEOPLES = (MarketType.TRADITIONAL, MarketType.UNKNOWN)
"""Which kind is meant where none is named; the second, where a survey does not say kinds."""


async def markets(
    _: None,
    ctx: Context,
    *,
    type: MarketType | None = None,  # noqa: A002
    kecamatan: DottedCode | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Page[SurveyedMarket]:
    async def named(survey: Survey) -> tuple[SurveyedMarket, ...] | None:
        return await markets_of(ctx, survey) or None

    chosen = (
        market
        for market in await first_found(with_markets(ctx, source), named) or ()
        if (type is None or market.type is type)
        and (kecamatan is None or (market.kelurahan or "").startswith(f"{kecamatan}."))
    )
    return paginate(chosen, _by_name, page, order="markets")


async def market(_: None, ctx: Context, *, code: str) -> SurveyedMarket | None:
    return await market_with_code(ctx, code)


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
    everything, found = await both(known(ctx), board(ctx, survey, root, on))
    listed = (each for each in everything.commodities if each.listing(root.survey))
    prices = map(found.price, chosen(listed, group, name))
    return paginate(prices, lambda price: by_name(price.commodity), page, order="market-prices")


async def prices_by_market(
    root: KnownCommodity,
    ctx: Context,
    *,
    type: MarketType | None = None,  # noqa: A002
    on: date | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Page[CommodityPrice]:
    async def asked(survey: Survey) -> list[CommodityPrice] | None:
        places = [each for each in await markets_of(ctx, survey) if type in (None, each.type)]
        found = await together(board_or_why_not(ctx, survey, each, on) for each in places)
        return [each.price(root) for each in found] or None

    prices = await first_found(deciding(ctx, root, source), asked) or []
    return paginate(prices, _by_market, page, order="prices-by-market")


async def cheapest_market(
    root: KnownCommodity,
    ctx: Context,
    *,
    type: MarketType | None = None,  # noqa: A002
    on: date | None = None,
    source: str | None = None,
    outliers: bool = False,
) -> CommodityPrice | None:
    async def asked(survey: Survey) -> CommodityPrice | None:
        places = await markets_of(ctx, survey)
        for kind in (type,) if type else PEOPLES:
            of_kind = [each for each in places if each.type is kind]
            found = await together(board(ctx, survey, each, on) for each in of_kind)
            if cheapest := _cheapest(root, found, outliers=outliers):
                return cheapest
        return None

    return await first_found(deciding(ctx, root, source), asked)


async def kelurahan(root: SurveyedMarket, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, root.kelurahan)


async def kecamatan(root: SurveyedMarket, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, root.kelurahan))


async def place_of(ctx: Context, market: str | None, source: str | None) -> SurveyedMarket | None:
    """The market that is asked for, if one is: it is looked for before it is asked of."""
    if market is None:
        return None
    place = await market_with_code(ctx, market)
    if place is None:
        raise UserError("BAD_USER_INPUT", id="Tidak ada pasar dengan kode ini.", en="There is no market of this code.")
    if source not in (None, place.survey):
        raise UserError(
            "BAD_USER_INPUT", id="Pasar ini bukan dari survei itu.", en="This market is not of that survey."
        )
    return place


def _cheapest(commodity: KnownCommodity, boards: Sequence[Board], *, outliers: bool) -> CommodityPrice | None:
    """The least of the prices of one day, of those that are the same the first by the market's name."""
    asked = [each.prices(commodity).days(each.day, outliers=outliers) for each in boards]
    day = day_to_compare(asked)
    prices = [
        each.price(commodity, outliers=outliers, until=day)
        for each, days in zip(boards, asked, strict=True)
        if day in days
    ]
    return min(prices, key=lambda price: (price.amount or 0, *_by_market(price)), default=None)


def _by_name(market: SurveyedMarket) -> tuple[str, str]:
    return market.name.casefold(), market.code


def _by_market(price: CommodityPrice) -> tuple[str, str]:
    return _by_name(price.market) if price.market else ("", "")
