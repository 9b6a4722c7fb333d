"""What apps use: for the app itself, and for administrators. It is counts, with no values and no people."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from enum import Enum

import msgspec

from auth.api_key import ApiKey
from auth.rate_limiter import account_of_app
from resolvers.kit.context import Context
from resolvers.kit.deprecation import Deprecation
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.keys import bad, keys_of
from store.platform.key_uses import KeyUses
from store.platform.usage import Counts, Usage
from store.platform.usage_reading import FieldUse, OperationUse, UsageReading

A_MINUTE = 60
MOST_DAYS = 400
LISTED = 100
"""Operations that are told, the first of their order."""
MOST = 2**31 - 1
"""The greatest number that an Int of GraphQL holds."""


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


class KnownApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app with a key, or one that had a key. `quota` is what it may spend in a minute; None for no bound."""

    code: str
    quota: int | None
    keys: tuple[ApiKey, ...]
    today: Counts


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


async def own_app(_root: None, ctx: Context) -> KnownApp | None:
    """The app that asks with its key."""
    app = ctx.caller.app
    return _app(ctx, app.code, await _keys(ctx), await _totals(ctx)) if app else None


async def apps(_root: None, ctx: Context, *, page: PageArguments) -> Page[KnownApp]:
    known, today = await _keys(ctx), await _totals(ctx)
    asked = await ctx.store.of(UsageReading).totals(ctx.clock.now() - timedelta(days=30))
    found = [_app(ctx, code, known, today) for code in {*known, *asked} - {""}]
    return paginate(found, lambda each: (each.code,), page, order="apps")


async def app_with_code(ctx: Context, code: str) -> KnownApp | None:
    """An app by its code, for administrators and for the app itself."""
    own = ctx.caller.app.code if ctx.caller.app else None
    if own not in {None, code}:
        return None
    known = await _keys(ctx)
    return _app(ctx, code, known, await _totals(ctx)) if code in known else None


async def spent_this_minute(root: KnownApp, ctx: Context) -> int | None:
    """None where there is no quota."""
    if root.quota is None:
        return None
    account = account_of_app(root.code)
    counted = await ctx.counter.hit("quota", account, most=root.quota, seconds=A_MINUTE, cost=0)
    return root.quota - counted.remaining


def spent_today(root: KnownApp, _: Context) -> int:
    return min(MOST, root.today.cost)


def operations_today(root: KnownApp, _: Context) -> int:
    return min(MOST, root.today.count)


async def last_used_at(root: KnownApp, ctx: Context) -> datetime | None:
    uses = ctx.store.of(KeyUses)

    async def load(apps: list[tuple[str, ...]]) -> dict[tuple[str, ...], datetime | None]:
        found = await uses.of([code for codes in apps for code in codes])
        return {codes: max((found[code] for code in codes if code in found), default=None) for codes in apps}

    return await ctx.batches.ask("uses of apps", tuple(each.code for each in root.keys), load)


async def keys(root: KnownApp, _: Context, *, page: PageArguments) -> Page[ApiKey]:
    return paginate(root.keys, lambda each: (each.code,), page, order="keys-of-app")


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


async def _totals(ctx: Context) -> Mapping[str, Counts]:
    """What was counted of each app today, with what this process has not written yet."""
    now = ctx.clock.now()
    await ctx.store.of(Usage).write(now)
    return await ctx.store.of(UsageReading).totals(now)


async def _keys(ctx: Context) -> Mapping[str, list[ApiKey]]:
    """The valid keys of each app, the newest first."""
    found: dict[str, list[ApiKey]] = {}
    for each in sorted(await keys_of(ctx).holding(), key=lambda key: key.created_at, reverse=True):
        found.setdefault(each.app, []).append(each)
    return found


def _app(ctx: Context, code: str, known: Mapping[str, list[ApiKey]], today: Mapping[str, Counts]) -> KnownApp:
    """With the quota of its newest key."""
    mine, usual = tuple(known.get(code, ())), ctx.usual_quota or None
    own = mine[0].quota if mine else None
    return KnownApp(code=code, quota=own or usual if usual else None, keys=mine, today=today.get(code, Counts()))


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
