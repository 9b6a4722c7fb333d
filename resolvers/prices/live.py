"""The price of a commodity today as it changes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.live import LiveThing
from resolvers.prices.commodities import commodity as commodity_with_code
from resolvers.prices.price_lists import CommodityPrice
from resolvers.prices.prices import price
from resolvers.prices.sources import surveys

OFTEN = timedelta(minutes=15)
"""The longest time between two looks: at midnight the day is another."""


async def price_of_the_day(
    _root: None, ctx: Context, *, commodity: str, market: str | None = None
) -> AsyncGenerator[CommodityPrice, None]:
    async def look(nobody: Context) -> CommodityPrice:
        known = await commodity_with_code(None, nobody, code=commodity)
        found = await price(known, nobody, market=market) if known else None
        if found is None:
            raise UserError(
                "NOT_FOUND", id="Tidak ada komoditas dengan kode ini.", en="There is no commodity with this code."
            )
        return found

    every = min(OFTEN, *(each.prices(None).freshness.ttl for each in surveys(ctx)))
    thing = LiveThing[Context, CommodityPrice](("prices", commodity, market), every, look, _told)
    async with aclosing(ctx.live.of(ctx, thing)) as found:
        async for each in found:
            yield each


def _told(found: CommodityPrice) -> object:
    """What a change of is an event: the price and its day, and not when it was fetched."""
    changes = found.since_day, found.since_week, found.since_month
    return found.asked_for, found.day, found.amount, found.outlier, changes, found.source.agency, found.source.problem
