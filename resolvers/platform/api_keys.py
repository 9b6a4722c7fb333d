"""The keys of apps: administrators make and revoke them, and their owners rotate and revoke their own."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from auth.api_key import ApiKey
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate, paginate_stored
from resolvers.kit.personal import PersonalValue, person_of
from resolvers.platform.keys import (
    LONGEST_LABEL,
    MOST_KEYS,
    NewApiKey,
    bad,
    check_app,
    check_origins,
    check_quota,
    end_of,
    enter,
    is_administrator,
    keys_of,
    names_of,
    no_such_key,
    owns,
    too_many_keys,
)
from store.platform.key_uses import KeyUses

log = structlog.get_logger()

MOST_OVERLAP = 720
"""Hours for which a key that was replaced may go on."""


async def api_keys(_root: None, ctx: Context, *, app: str | None = None, page: PageArguments) -> Page[ApiKey]:
    keys = keys_of(ctx)
    return await paginate_stored(
        lambda window: keys.cut(app, window), lambda key: key, page, order="APP", count=lambda: keys.count(app)
    )


async def my_api_keys(_root: object, ctx: Context, *, page: PageArguments) -> PersonalValue[Page[ApiKey]]:
    found = await keys_of(ctx).of_owners(names_of(ctx))
    return PersonalValue(paginate(found, lambda each: (each.app, each.code), page, order="MINE"), person_of(ctx).name)


async def api_key(ctx: Context, code: str) -> ApiKey | None:
    """The key, for administrators, for its owner and for its app; None for everybody else."""
    found = await keys_of(ctx).with_code(code)
    if found is None or is_administrator(ctx):
        return found
    if ctx.caller.person is None:
        return found if ctx.caller.app and ctx.caller.app.code == found.app else None
    return found if ctx.caller.app is None and owns(ctx, found.owner) else None


async def last_used_at(root: ApiKey, ctx: Context) -> datetime | None:
    uses = ctx.store.of(KeyUses)

    async def load(codes: list[str]) -> dict[str, datetime | None]:
        found = await uses.of(codes)
        return {code: found.get(code) for code in codes}

    return await ctx.batches.ask("uses of keys", root.code, load)


async def create_api_key(
    _root: None,
    ctx: Context,
    *,
    app: str,
    label: str,
    scopes: Sequence[str] = (),
    quota: int | None = None,
    origins: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> NewApiKey | None:
    keys = keys_of(ctx)
    check_app(app)
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise bad(f"label: 1 sampai {LONGEST_LABEL} huruf.", f"label: 1 to {LONGEST_LABEL} characters.")
    check_quota(quota)
    wanted = ApiKey(
        code=new_code(),
        app=app,
        label=label,
        scopes=tuple(dict.fromkeys(map(str, scopes))),
        quota=quota,
        origins=check_origins(origins),
        created_at=ctx.clock.now(),
        created_by=ctx.auditor.reader or "",
        expires_at=end_of(ctx, expires_at),
    )
    await enter(ctx, None)
    key = await keys.make(wanted)
    log.info("api_key.created", app=app, key=wanted.code, by=wanted.created_by)
    return NewApiKey(key=key, api_key=wanted) if key else None


async def rotate_api_key(
    _root: None, ctx: Context, *, code: str, overlap_hours: int = 24
) -> PersonalValue[NewApiKey | None]:
    """A new key in place of one of the caller's own, which goes on for the overlap."""
    keys, now = keys_of(ctx), ctx.clock.now()
    if not 0 <= overlap_hours <= MOST_OVERLAP:
        raise bad(f"overlapHours: 0 sampai {MOST_OVERLAP}.", f"overlapHours: 0 to {MOST_OVERLAP}.")
    old = await keys.with_code(code)
    if old is None or not owns(ctx, old.owner) or not old.holds(now):
        raise no_such_key()
    if sum(each.holds(now) for each in await keys.of_app(old.app)) >= MOST_KEYS:
        raise too_many_keys()
    wanted = msgspec.structs.replace(old, code=new_code(), created_at=now, replaced_by=None)
    key = await keys.rotate(code, wanted, now + timedelta(hours=overlap_hours))
    if key is None:
        raise bad("code: kunci ini sudah diganti.", "code: this key was replaced already.")
    log.info("api_key.rotated", app=old.app, key=wanted.code, before=code)
    return PersonalValue(NewApiKey(key=key, api_key=wanted), person_of(ctx).name)


async def revoke_api_key(_root: None, ctx: Context, *, code: str) -> ApiKey:
    keys = keys_of(ctx)
    known = await api_key(ctx, code)
    if known is None:
        raise no_such_key()
    await enter(ctx, known.owner)
    found = await keys.revoke(code)
    if found is None:
        raise no_such_key()
    log.info("api_key.revoked", app=found.app, key=code, by=ctx.auditor.reader)
    return found


def new_code() -> str:
    """A name in lists and logs that reveals nothing."""
    return secrets.token_hex(6)
