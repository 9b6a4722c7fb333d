"""The apps of third parties: quotas, spending and keys, for the app itself and for administrators."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from auth.api_key import ApiKey
from auth.rate_limiter import account_of_app
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.keys import keys_of
from store.platform.key_uses import KeyUses
from store.platform.usage import Usage, UsageCounts
from store.platform.usage_reading import UsageReading

A_MINUTE = 60
MOST = 2**31 - 1
"""The greatest number that an Int of GraphQL holds."""


class KnownApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app with a key, or one that had a key. `quota` is what it may spend in a minute; None for no bound."""

    code: str
    quota: int | None
    keys: tuple[ApiKey, ...]
    today: UsageCounts


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
    return root.quota - await ctx.counter.left("quota", account, most=root.quota, seconds=A_MINUTE)


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


def keys(root: KnownApp, _: Context, *, page: PageArguments) -> Page[ApiKey]:
    return paginate(root.keys, lambda each: (each.code,), page, order="keys-of-app")


async def _totals(ctx: Context) -> Mapping[str, UsageCounts]:
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


def _app(ctx: Context, code: str, known: Mapping[str, list[ApiKey]], today: Mapping[str, UsageCounts]) -> KnownApp:
    """With the quota of its newest key."""
    mine, usual = tuple(known.get(code, ())), ctx.usual_quota or None
    own = mine[0].quota if mine else None
    return KnownApp(code=code, quota=own or usual if usual else None, keys=mine, today=today.get(code, UsageCounts()))
