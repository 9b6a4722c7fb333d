"""Markets, commodities, and what a commodity costs on a day."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

import msgspec

from connectors.prices.records import Commodity, Market, MarketType, PriceLevel, PricePoint, Prices
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers import regions
from resolvers.context import Context, Source
from resolvers.errors import UserError
from resolvers.paging import Cut, Page, page
from resolvers.prices_rules import Period, PriceChange, change, price_on
from resolvers.readings import configured

Survey = Prices[Any, Any]


class MoveDirection(Enum):
    """Which way a price has gone."""

    UP = "UP"
    DOWN = "DOWN"


class CommodityPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one commodity costs in one market, or on the survey's own average over the city.

    `amount` is in whole rupiah a unit, None where nobody has asked; `day` is the one on which somebody did, which may
    be earlier than the day `asked_for`. The changes are against the survey before, the week and the month before.
    """

    commodity: Commodity
    market: Market | None
    level: PriceLevel
    asked_for: date
    day: date | None
    amount: int | None
    carried_forward: bool
    since_day: PriceChange | None
    since_week: PriceChange | None
    since_month: PriceChange | None
    source: Source

    def since(self, period: Period) -> PriceChange | None:
        """The change against this."""
        return {Period.DAY: self.since_day, Period.WEEK: self.since_week, Period.MONTH: self.since_month}[period]


class PriceMove(msgspec.Struct, frozen=True, kw_only=True):
    """A price that has moved, and by how much."""

    price: CommodityPrice
    change: PriceChange


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity, day by day, with what a chart needs beside them."""

    commodity: Commodity
    market: Market | None
    level: PriceLevel
    lowest: int | None
    highest: int | None
    points: tuple[PricePoint, ...]
    source: Source


class _Board(NamedTuple):
    """All prices of one place, on a day."""

    market: Market | None
    level: PriceLevel
    day: date
    series: Mapping[str, tuple[PricePoint, ...]]
    source: Source

    def price(self, commodity: Commodity) -> CommodityPrice:
        points = self.series.get(commodity.code, ())
        found = price_on(points, self.day)
        return CommodityPrice(
            commodity=commodity,
            market=self.market,
            level=self.level,
            asked_for=self.day,
            day=found.day if found else None,
            amount=found.amount if found else None,
            carried_forward=found is not None and found.day < self.day,
            since_day=change(points, found, Period.DAY) if found else None,
            since_week=change(points, found, Period.WEEK) if found else None,
            since_month=change(points, found, Period.MONTH) if found else None,
            source=self.source,
        )


async def markets(
    _: None,
    ctx: Context,
    *,
    type: MarketType | None = None,  # noqa: A002
    kecamatan: DottedCode | None = None,
    cut: Cut,
) -> Page[Market]:
    chosen = (
        market
        for market in await _markets(ctx)
        if (type is None or market.type is type)
        and (kecamatan is None or (market.kelurahan or "").startswith(f"{kecamatan}."))
    )
    return page(chosen, lambda each: (each.name.casefold(), each.code), cut, order="markets")


async def market(_: None, ctx: Context, *, code: str) -> Market | None:
    return next((each for each in await _markets(ctx) if each.code == code), None)


async def commodities(
    _: None, ctx: Context, *, group: str | None = None, name: str | None = None, cut: Cut
) -> Page[Commodity]:
    chosen = _chosen(await _commodities(ctx), group, name)
    return page(chosen, lambda each: (each.group.casefold(), each.name.casefold(), each.code), cut, order="commodities")


async def commodity(_: None, ctx: Context, *, code: str) -> Commodity | None:
    return next((each for each in await _commodities(ctx) if each.code == code), None)


async def price(
    root: Commodity, ctx: Context, *, market: str | None = None, on: date | None = None
) -> CommodityPrice | None:
    return (await _board(ctx, market, on)).price(root)


async def chart(
    root: Commodity, ctx: Context, *, market: str | None = None, since: date | None = None, until: date | None = None
) -> Chart | None:
    board = await _board(ctx, market, until)
    if since is not None and since > board.day:
        raise UserError("BAD_USER_INPUT", id="since tidak boleh setelah until.", en="since is not after until.")
    points = tuple(
        point
        for point in board.series.get(root.code, ())
        if point.day <= board.day and (since is None or point.day >= since)
    )
    amounts = [point.amount for point in points]
    return Chart(
        commodity=root,
        market=board.market,
        level=board.level,
        lowest=min(amounts, default=None),
        highest=max(amounts, default=None),
        points=points,
        source=board.source,
    )


async def points(root: Chart, _: Context, *, cut: Cut) -> Page[PricePoint]:
    return page(root.points, lambda point: (point.day.isoformat(),), cut, order="price-points")


async def market_prices(
    root: Market, ctx: Context, *, on: date | None = None, group: str | None = None, name: str | None = None, cut: Cut
) -> Page[CommodityPrice]:
    known, board = await asyncio.gather(_commodities(ctx), _board(ctx, root.code, on))
    return page(map(board.price, _chosen(known, group, name)), _by_commodity, cut, order="market-prices")


async def price_moves(
    _: None,
    ctx: Context,
    *,
    over: Period = Period.WEEK,
    direction: MoveDirection | None = None,
    market: str | None = None,
    cut: Cut,
) -> Page[PriceMove]:
    known, board = await asyncio.gather(_commodities(ctx), _board(ctx, market, None))
    moves = [
        PriceMove(price=price, change=moved)
        for price in map(board.price, known)
        if (
            moved := {Period.DAY: price.since_day, Period.WEEK: price.since_week, Period.MONTH: price.since_month}[over]
        )
        and moved.amount
        and direction in (None, MoveDirection.UP if moved.amount > 0 else MoveDirection.DOWN)
    ]
    return page(
        moves,
        lambda move: (-round(abs(move.change.percent) * 100), move.price.commodity.code),
        cut,
        order=f"price-moves:{over.value}",
    )


async def kelurahan(root: Market, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, root.kelurahan)


async def kecamatan(root: Market, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, root.kelurahan))


def _survey(ctx: Context) -> Survey:
    return configured(ctx, Prices, id="survei harga pasar", en="a survey of market prices")[0]


async def _markets(ctx: Context) -> tuple[Market, ...]:
    return (await ctx.reading(_survey(ctx).markets())).records


async def _commodities(ctx: Context) -> tuple[Commodity, ...]:
    return (await ctx.reading(_survey(ctx).commodities())).records


async def _board(ctx: Context, market: str | None, on: date | None) -> _Board:
    """The prices of one market, or the survey's average over the city; a market is looked for before it is asked of."""
    today = ctx.today()
    if on is not None and on > today:
        raise UserError("BAD_USER_INPUT", id="Harga hari esok belum ada.", en="There is no price of a day to come.")
    place = next((each for each in await _markets(ctx) if each.code == market), None) if market is not None else None
    if market is not None and place is None:
        raise UserError("BAD_USER_INPUT", id="Tidak ada pasar dengan kode ini.", en="There is no market of this code.")
    survey = _survey(ctx)
    reading = await ctx.reading(survey.prices(market))
    series = {each.commodity: each.points for each in reading.records}
    return _Board(place, survey.level, on or today, series, ctx.source(reading))


def _chosen(known: Iterable[Commodity], group: str | None, name: str | None) -> list[Commodity]:
    return [
        each
        for each in known
        if (group is None or each.group.casefold() == group.casefold())
        and (name is None or name.casefold() in each.name.casefold())
    ]


def _by_commodity(price: CommodityPrice) -> tuple[str, str, str]:
    commodity = price.commodity
    return commodity.group.casefold(), commodity.name.casefold(), commodity.code
