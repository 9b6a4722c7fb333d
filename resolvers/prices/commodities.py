"""Commodities, what each costs on a day, how that has moved, and which survey says so."""

from collections.abc import Mapping
from datetime import date
from enum import Enum

import msgspec

from connectors.kit.together import both, together
from connectors.prices.records import Grain, MarketType, PriceLevel
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.prices.boards import Board, CommodityPrice, board, board_or_why_not, boards, deciding_board
from resolvers.prices.markets import place_of
from resolvers.prices.rules import Period, Point, PriceChange, may_stand_in
from resolvers.prices.sources import KnownCommodity, Listing, SurveyedMarket, by_name, chosen, deciding, known, surveys


class MoveDirection(Enum):
    """Which way a price has gone."""

    UP = "UP"
    DOWN = "DOWN"


class PriceMove(msgspec.Struct, frozen=True, kw_only=True):
    """A price that has moved, and by how much."""

    price: CommodityPrice
    change: PriceChange


class Commodities(Page[KnownCommodity], frozen=True, kw_only=True):
    """A page of commodities, and which surveys could not say theirs."""

    unavailable: list[Source]


class PriceMoves(Page[PriceMove], frozen=True, kw_only=True):
    """A page of moves, and which surveys could not say theirs."""

    unavailable: list[Source]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity, day by day, with what a chart needs beside them."""

    commodity: KnownCommodity
    market: SurveyedMarket | None
    level: PriceLevel
    market_type: MarketType
    grain: Grain
    lowest: int | None
    highest: int | None
    points: tuple[Point, ...]
    source: Source


async def commodities(
    _: None,
    ctx: Context,
    *,
    group: str | None = None,
    name: str | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Commodities:
    asked = {each.agency.code for each in surveys(ctx, source)}
    found = await known(ctx)
    of = (each for each in found.commodities if any(map(each.listing, asked)))
    listed = paginate(chosen(of, group, name), by_name, page, order="commodities")
    return Commodities(
        edges=listed.edges, page_info=listed.page_info, total_count=listed.total_count, unavailable=found.unavailable
    )


async def commodity(_: None, ctx: Context, *, code: str) -> KnownCommodity | None:
    return (await known(ctx)).by_code.get(code)


def name(root: KnownCommodity, ctx: Context) -> str:
    return root.name if ctx.language == "id" else root.name_en


async def listings(root: KnownCommodity, _: Context, *, page: PageArguments) -> Page[Listing]:
    places = {each.survey: at for at, each in enumerate(root.listings)}
    return paginate(root.listings, lambda each: (places[each.survey],), page, order="listings")


async def price(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    on: date | None = None,
    source: str | None = None,
) -> CommodityPrice | None:
    found = await _of(ctx, root, market, on, source)
    return found.price(root) if found else None


async def prices_by_source(
    root: KnownCommodity, ctx: Context, *, on: date | None = None, page: PageArguments
) -> Page[CommodityPrice]:
    asked = [each for each in surveys(ctx) if root.listing(each.agency.code)]
    found = await together(board_or_why_not(ctx, each, None, on) for each in asked)
    places = {each.source.agency: at for at, each in enumerate(found)}
    prices = (each.price(root) for each in found)
    return paginate(prices, lambda each: (places[each.source.agency],), page, order="prices-by-source")


async def chart(
    root: KnownCommodity,
    ctx: Context,
    *,
    market: str | None = None,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
) -> Chart | None:
    if since is not None and since > (until or ctx.today()):
        raise UserError("BAD_USER_INPUT", id="since tidak boleh setelah until.", en="since is not after until.")
    found = await _of(ctx, root, market, until, source)
    if found is None:
        return None
    points = tuple(
        point for point in found.prices(root).all() if point.day <= found.day and (since is None or point.day >= since)
    )
    amounts = [point.amount for point in points]
    return Chart(
        commodity=root,
        market=found.market,
        level=found.survey.level,
        market_type=found.market_type,
        grain=found.survey.grain,
        lowest=min(amounts, default=None),
        highest=max(amounts, default=None),
        points=points,
        source=found.source,
    )


async def points(root: Chart, _: Context, *, page: PageArguments) -> Page[Point]:
    return paginate(root.points, lambda point: (point.day.isoformat(),), page, order="price-points")


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
    place = await place_of(ctx, market, source)
    source = place.survey if place else source
    everything, (found, silent) = await both(known(ctx), boards(ctx, surveys(ctx, source), place))
    prices = (_now(ctx, each, found, source, outliers=outliers) for each in everything.commodities)
    first = surveys(ctx, source)[0]
    moves = [
        PriceMove(price=price, change=moved)
        for price in prices
        if price
        and (place or may_stand_in(price.level, price.market_type, first.level, first.market_type))
        and (moved := price.since(over))
        and moved.amount
        and direction in (None, MoveDirection.UP if moved.amount > 0 else MoveDirection.DOWN)
    ]
    listed = paginate(
        moves,
        lambda move: (-round(abs(move.change.percent) * 100), move.price.commodity.code),
        page,
        order=f"price-moves:{over.value}",
    )
    return PriceMoves(
        edges=listed.edges,
        page_info=listed.page_info,
        total_count=listed.total_count,
        unavailable=list({each.agency: each for each in (*everything.unavailable, *silent)}.values()),
    )


async def _of(
    ctx: Context, commodity: KnownCommodity, market: str | None, on: date | None, source: str | None
) -> Board | None:
    """The prices of the market, or of the survey that decides or is asked for."""
    place = await place_of(ctx, market, source)
    if place is None:
        return await deciding_board(ctx, commodity, on, source)
    (survey,) = surveys(ctx, place.survey)
    return await board(ctx, survey, place, on)


def _now(
    ctx: Context, commodity: KnownCommodity, found: Mapping[str, Board], source: str | None, *, outliers: bool
) -> CommodityPrice | None:
    """Its price in the first survey that has one."""
    codes = (survey.agency.code for survey in deciding(ctx, commodity, source))
    prices = (found[code].price(commodity, outliers=outliers) for code in codes if code in found)
    return next((price for price in prices if price.amount is not None), None)
