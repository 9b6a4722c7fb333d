"""Requests for keys: a person asks, an administrator grants or refuses, and the person collects the key, once."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from auth.api_key import ApiKey
from auth.key_request import ApiKeyRequest, KeyRequestState
from auth.subject import HashedSubject
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate_stored
from resolvers.kit.personal import PersonalValue, person_of
from resolvers.platform.api_keys import new_code
from resolvers.platform.keys import (
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
    owns,
    too_many_keys,
)
from store.platform.key_requests import MOST_OPEN, KeyRequests, collecting

log = structlog.get_logger()

LONGEST = 200
_CONTACT = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+|https://[^\s/?#@]+(/\S*)?|\+[0-9]{8,15}")
_MANY_DIGITS = re.compile(r"([0-9][ ./_-]*){16}")
"""A NIK, a NOP or the like, however it is written. The longest telephone number has 15 digits."""


async def request_api_key(
    _root: None,
    ctx: Context,
    *,
    app: str,
    purpose: str,
    contact: str,
    origins: Sequence[str] = (),
    scopes: Sequence[str] = (),
) -> PersonalValue[ApiKeyRequest]:
    keys_of(ctx)
    check_app(app)
    wanted = ApiKeyRequest(
        code=new_code(),
        state=KeyRequestState.ASKED,
        owner=names_of(ctx)[0],
        app=app,
        purpose=_line("purpose", purpose),
        contact=_contact(contact),
        origins=check_origins(origins),
        scopes=tuple(dict.fromkeys(map(str, scopes))),
        asked_at=ctx.clock.now(),
    )
    await _check_free(ctx, app, names_of(ctx))
    kept = await ctx.store.of(KeyRequests).ask(wanted)
    if kept is None:
        raise UserError(
            "TOO_MANY_KEY_REQUESTS",
            id=f"Paling banyak {MOST_OPEN} permintaan kunci yang terbuka sekaligus.",
            en=f"At most {MOST_OPEN} open requests for keys at once.",
        )
    log.info("api_key.requested", app=app, request=kept.code)
    return PersonalValue(kept, person_of(ctx).name)


async def api_key_requests(
    _root: None, ctx: Context, *, state: KeyRequestState | None = None, page: PageArguments
) -> Page[ApiKeyRequest]:
    return await _listed(ctx, None, state, page)


async def my_api_key_requests(
    _root: object, ctx: Context, *, state: KeyRequestState | None = None, page: PageArguments
) -> PersonalValue[Page[ApiKeyRequest]]:
    return PersonalValue(await _listed(ctx, names_of(ctx), state, page), person_of(ctx).name)


async def api_key_request(ctx: Context, code: str) -> ApiKeyRequest | None:
    """The request, for administrators and for the person who asked; None for everybody else."""
    found = await ctx.store.of(KeyRequests).with_code(code)
    if found is None or is_administrator(ctx):
        return found
    return found if ctx.caller.app is None and owns(ctx, found.owner) else None


async def grant_api_key(
    _root: None,
    ctx: Context,
    *,
    code: str,
    quota: int | None = None,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> ApiKeyRequest:
    check_quota(quota)
    ends = end_of(ctx, expires_at)
    found = await _waiting(ctx, code)
    await _check_free(ctx, found.app, [found.owner])
    granted = found.scopes if scopes is None else tuple(dict.fromkeys(map(str, scopes)))
    changed = msgspec.structs.replace(
        found, state=KeyRequestState.GRANTED, quota=quota, scopes=granted, expires_at=ends
    )
    return await _decided(ctx, changed)


async def refuse_api_key(_root: None, ctx: Context, *, code: str, reason: str) -> ApiKeyRequest:
    why = _line("reason", reason)
    found = await _waiting(ctx, code)
    return await _decided(ctx, msgspec.structs.replace(found, state=KeyRequestState.REFUSED, reason=why))


async def collect_api_key(_root: None, ctx: Context, *, code: str) -> PersonalValue[NewApiKey]:
    """The key of a request that was granted. It is made now, so nobody but the person has ever seen it."""
    keys, now = keys_of(ctx), ctx.clock.now()
    found = await ctx.store.of(KeyRequests).with_code(code)
    if found is None or not owns(ctx, found.owner):
        raise _no_such_request()
    ends = found.expires_at
    if found.state is not KeyRequestState.GRANTED or ends is None or ends <= now:
        raise _not_to_collect()
    if sum(each.holds(now) for each in await keys.of_app(found.app)) >= MOST_KEYS:
        raise too_many_keys()
    wanted = ApiKey(
        code=new_code(),
        app=found.app,
        label=found.purpose,
        scopes=found.scopes,
        quota=found.quota,
        origins=found.origins,
        created_at=now,
        created_by=found.decided_by or "",
        expires_at=ends,
        owner=found.owner,
    )
    collected = msgspec.structs.replace(found, state=KeyRequestState.COLLECTED, key=wanted.code)
    key = await keys.make(wanted, after=collecting(collected))
    if key is None:
        raise _not_to_collect()
    log.info("api_key.collected", app=found.app, key=wanted.code, request=code)
    return PersonalValue(NewApiKey(key=key, api_key=wanted), person_of(ctx).name)


async def contact(root: ApiKeyRequest, ctx: Context) -> PersonalValue[str]:
    person = person_of(ctx).name if owns(ctx, root.owner) else HashedSubject(root.owner)
    return PersonalValue(root.contact, person)


async def collected(root: ApiKeyRequest, ctx: Context) -> ApiKey | None:
    if root.key is None:
        return None
    keys = keys_of(ctx)

    async def load(codes: list[str]) -> dict[str, ApiKey | None]:
        found = await keys.with_codes(codes)
        return {code: found.get(code) for code in codes}

    return await ctx.batches.ask("collected keys", root.key, load)


async def _listed(
    ctx: Context, owners: list[str] | None, state: KeyRequestState | None, page: PageArguments
) -> Page[ApiKeyRequest]:
    requests = ctx.store.of(KeyRequests)
    return await paginate_stored(
        lambda window: requests.cut(owners, state, window),
        lambda request: request,
        page,
        order="ASKED",
        count=lambda: requests.count(owners, state),
    )


async def _waiting(ctx: Context, code: str) -> ApiKeyRequest:
    """A request that no administrator has decided."""
    keys_of(ctx)
    found = await ctx.store.of(KeyRequests).with_code(code)
    if found is None:
        raise _no_such_request()
    if found.state is not KeyRequestState.ASKED:
        raise bad("code: permintaan ini sudah diputuskan.", "code: this request was decided already.")
    return found


async def _decided(ctx: Context, changed: ApiKeyRequest) -> ApiKeyRequest:
    """Keep the decision, with who made it; the record has it first."""
    decided = msgspec.structs.replace(changed, decided_at=ctx.clock.now(), decided_by=ctx.auditor.reader)
    await enter(ctx, decided.owner)
    if not await ctx.store.of(KeyRequests).decide(decided):
        raise bad("code: permintaan ini sudah diputuskan.", "code: this request was decided already.")
    log.info("api_key.decided", app=decided.app, request=decided.code, state=decided.state.value, by=decided.decided_by)
    return decided


async def _check_free(ctx: Context, app: str, owners: list[str]) -> None:
    """Raise BAD_USER_INPUT where the code is that of somebody else's app: pseudonyms and agreements belong to it."""
    taken = {each.owner for each in await keys_of(ctx).of_app(app)} | await ctx.store.of(KeyRequests).of_app(app)
    if taken - {*owners}:
        raise bad("app: kode ini sudah dipakai aplikasi lain.", "app: another app has this code.")


def _line(name: str, given: str) -> str:
    """One line of text for people, with no number of a person in it."""
    line = given.strip()
    if not 0 < len(line) <= LONGEST or not line.isprintable() or _MANY_DIGITS.search(line):
        raise bad(
            f"{name}: satu baris teks, 1 sampai {LONGEST} huruf, tanpa nomor identitas.",
            f"{name}: one line of text, 1 to {LONGEST} characters, with no identity number in it.",
        )
    return line


def _contact(given: str) -> str:
    found = given.strip()
    if len(found) > LONGEST or not found.isprintable() or not _CONTACT.fullmatch(found) or _MANY_DIGITS.search(found):
        raise bad(
            "contact: alamat surel, alamat https, atau nomor telepon seperti +62215550001.",
            "contact: an e-mail address, an https address, or a telephone number like +62215550001.",
        )
    return found


def _no_such_request() -> UserError:
    return UserError(
        "NOT_FOUND",
        id="Tidak ada permintaan kunci dengan kode ini.",
        en="There is no request for a key with this code.",
    )


def _not_to_collect() -> UserError:
    return UserError(
        "KEY_NOT_TO_COLLECT",
        id="Kunci ini belum disetujui, atau sudah diambil. Kunci yang hilang diganti dengan rotateApiKey.",
        en="This key is not granted, or it was collected already. A lost key is replaced with rotateApiKey.",
    )
