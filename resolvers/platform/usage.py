"""What apps use: for the app itself, and for administrators. It is counts, with no values and no people."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from enum import Enum

import msgspec

from resolvers.kit.context import Context
from resolvers.kit.deprecation import Deprecation
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.apps import MOST, KnownApp
from resolvers.platform.keys import bad
from store.platform.usage import Usage
from store.platform.usage_reading import FieldUse, OperationUse, UsageReading

MOST_DAYS = 400
LISTED = 100
"""Operations that are told, the first of their order."""


class OperationUseOrder(Enum):
    """What comes first in a list of operations."""

    COST = "COST"
    """What costs most in all."""
    DEAREST = "DEAREST"
    """What costs most each time."""
    SLOWEST = "SLOWEST"
    """What takes longest, by its 95th percentile."""
    COUNT = "COUNT"
    """What is asked most often."""


class FieldUseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A field that an app uses, and its deprecation."""

    coordinate: str
    app: str | None
    count: int
    last_used_on: date
    deprecated_on: date | None
    works_until_day: date | None
    replacement: str | None


class OperationUseLine(msgspec.Struct, frozen=True, kw_only=True):
    """An operation that was asked. `document` is None for what is counted together."""

    name: str | None
    document: str | None
    count: int
    failed: int
    cost: int
    mean_cost: int
    most_cost: int
    p50: int | None
    p95: int | None


RANKS: Mapping[OperationUseOrder, Callable[[OperationUseLine], int]] = {
    OperationUseOrder.COST: lambda each: each.cost,
    OperationUseOrder.DEAREST: lambda each: each.mean_cost,
    OperationUseOrder.SLOWEST: lambda each: each.p95 or 0,
    OperationUseOrder.COUNT: lambda each: each.count,
}


async def field_uses_of_app(
    root: KnownApp, ctx: Context, *, deprecated: bool = False, days: int = 30, page: PageArguments
) -> Page[FieldUseLine]:
    wanted = {*ctx.deprecations} if deprecated else None
    return await _fields(ctx, root.code, wanted, days, page)


async def field_uses(
    _root: None,
    ctx: Context,
    *,
    coordinate: str | None = None,
    app: str | None = None,
    deprecated: bool = False,
    days: int = 30,
    page: PageArguments,
) -> Page[FieldUseLine]:
    wanted = {*ctx.deprecations} if deprecated else None
    if coordinate is not None:
        wanted = {coordinate} if wanted is None else wanted & {coordinate}
    return await _fields(ctx, app, wanted, days, page)


async def operation_uses_of_app(
    root: KnownApp,
    ctx: Context,
    *,
    order_by: OperationUseOrder = OperationUseOrder.COST,
    days: int = 7,
    page: PageArguments,
) -> Page[OperationUseLine]:
    return await _operations(ctx, root.code, order_by, days, page)


async def operation_uses(
    _root: None,
    ctx: Context,
    *,
    app: str | None = None,
    order_by: OperationUseOrder = OperationUseOrder.COST,
    days: int = 7,
    page: PageArguments,
) -> Page[OperationUseLine]:
    return await _operations(ctx, app, order_by, days, page)


def _since(ctx: Context, days: int) -> datetime:
    if not 1 <= days <= MOST_DAYS:
        raise bad(f"days: 1 sampai {MOST_DAYS}.", f"days: 1 to {MOST_DAYS}.")
    return ctx.clock.now() - timedelta(days=days - 1)


async def _fields(
    ctx: Context, app: str | None, wanted: Collection[str] | None, days: int, page: PageArguments
) -> Page[FieldUseLine]:
    since, now = _since(ctx, days), ctx.clock.now()
    await ctx.store.of(Usage).write(now)
    found = await ctx.store.of(UsageReading).fields(since, app=app, coordinates=wanted)
    lines = [_line(each, ctx.deprecations.get(each.coordinate), now.date()) for each in found]
    return paginate(lines, lambda each: (-each.count, each.coordinate, each.app or ""), page, order="field-uses")


def _line(use: FieldUse, deprecation: Deprecation | None, today: date) -> FieldUseLine:
    return FieldUseLine(
        coordinate=use.coordinate,
        app=use.app or None,
        count=min(MOST, use.count),
        last_used_on=min(use.last_on, today),
        deprecated_on=deprecation.since if deprecation else None,
        works_until_day=deprecation.until if deprecation else None,
        replacement=deprecation.instead if deprecation else None,
    )


async def _operations(
    ctx: Context, app: str | None, order: OperationUseOrder, days: int, page: PageArguments
) -> Page[OperationUseLine]:
    since = _since(ctx, days)
    await ctx.store.of(Usage).write(ctx.clock.now())
    found = [_operation(each) for each in await ctx.store.of(UsageReading).operations(since, app)]
    rank = RANKS[order]

    def place(each: OperationUseLine) -> tuple[int, str, str]:
        return -rank(each), each.document or "", each.name or ""

    return paginate(sorted(found, key=place)[:LISTED], place, page, order=f"operations:{order.value}")


def _operation(use: OperationUse) -> OperationUseLine:
    counts = use.counts
    return OperationUseLine(
        name=use.name or None,
        document=use.document or None,
        count=min(MOST, counts.count),
        failed=min(MOST, counts.failed),
        cost=min(MOST, counts.cost),
        mean_cost=counts.cost // max(1, counts.count),
        most_cost=min(MOST, counts.most_cost),
        p50=use.percentile(0.5),
        p95=use.percentile(0.95),
    )
