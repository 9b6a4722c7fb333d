"""The keys of apps: administrators make and revoke them."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from auth.api_key import ApiKey
from auth.origins import is_origin
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate_stored
from store.platform.api_keys import ApiKeys

log = structlog.get_logger()

USUAL_LIFE = timedelta(days=365)
LONGEST_LIFE = timedelta(days=730)
LONGEST_LABEL = 100
_APP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made. `key` is the key itself, which the hub does not keep."""

    key: str
    api_key: ApiKey

    def __repr__(self) -> str:
        return f"NewApiKey({self.api_key.code}, …)"


async def api_keys(_root: None, ctx: Context, *, app: str | None = None, page: PageArguments) -> Page[ApiKey]:
    keys = _keys(ctx)
    return await paginate_stored(
        lambda window: keys.cut(app, window), lambda key: key, page, order="APP", count=lambda: keys.count(app)
    )


async def api_key(ctx: Context, code: str) -> ApiKey | None:
    return await _keys(ctx).with_code(code)


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
) -> NewApiKey:
    keys, now = _keys(ctx), ctx.clock.now()
    if not _APP.fullmatch(app) or len(app) > LONGEST_LABEL:
        raise _bad(
            "app: huruf kecil dan angka, digabung dengan tanda hubung.", "app: lower-case words joined by dashes."
        )
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise _bad(f"label: 1 sampai {LONGEST_LABEL} huruf.", f"label: 1 to {LONGEST_LABEL} characters.")
    if quota is not None and quota < 1:
        raise _bad("quota: sedikitnya 1.", "quota: at least 1.")
    if not all(map(is_origin, origins)):
        raise _bad("origins: seperti https://app.example.", "origins: like https://app.example.")
    expires_at = expires_at or now + USUAL_LIFE
    if not now < expires_at <= now + LONGEST_LIFE:
        raise _bad(
            f"expiresAt harus menyebut zona waktu dan jatuh dalam {LONGEST_LIFE.days} hari ke depan.",
            f"expiresAt needs a time zone and must be in the next {LONGEST_LIFE.days} days.",
        )
    wanted = ApiKey(
        code=secrets.token_hex(6),
        app=app,
        label=label,
        scopes=tuple(dict.fromkeys(map(str, scopes))),
        quota=quota,
        origins=tuple(dict.fromkeys(origins)),
        created_at=now,
        created_by=ctx.auditor.reader or "",
        expires_at=expires_at,
    )
    key = await keys.make(wanted)
    log.info("api_key.created", app=app, key=wanted.code, by=wanted.created_by)
    return NewApiKey(key=key, api_key=wanted)


async def revoke_api_key(_root: None, ctx: Context, *, code: str) -> ApiKey:
    found = await _keys(ctx).revoke(code)
    if found is None:
        raise UserError("NOT_FOUND", id="Tidak ada kunci dengan kode ini.", en="There is no key with this code.")
    log.info("api_key.revoked", app=found.app, key=code, by=ctx.auditor.reader)
    return found


def _keys(ctx: Context) -> ApiKeys:
    if ctx.api_keys is None:
        raise UserError(
            "NOT_CONFIGURED",
            id="Kota ini tidak menyediakan kunci untuk aplikasi.",
            en="This city offers no keys for apps.",
        )
    return ctx.api_keys


def _bad(indonesian: str, english: str) -> UserError:
    return UserError("BAD_USER_INPUT", id=indonesian, en=english)
