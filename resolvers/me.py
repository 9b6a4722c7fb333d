"""The person who asks."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from auth.account import Account, Session
from auth.caller import Audience, Person
from auth.masks import mask_nik
from connectors.kit.errors import AgencyError
from resolvers.context import Context
from resolvers.errors import UserError
from resolvers.paging import Cut, Page, page

T = TypeVar("T")


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub knows of who asks. `nik` is masked: only its ends are shown."""

    audience: Audience
    nik: str | None
    agency: str | None


async def devices(_root: Me, ctx: Context, *, cut: Cut) -> Page[Session]:
    """Newest first."""
    sessions = await _asked(ctx, lambda account, token: account.sessions(token))
    return page(sessions, lambda each: (-_seconds(each.used_at), each.code), cut, order="USED")


async def end_device_session(_root: None, ctx: Context, *, code: str) -> Me | None:
    """End it, if it is one of the person's own."""
    sessions = await _asked(ctx, lambda account, token: account.sessions(token))
    if code not in {each.code for each in sessions}:
        raise UserError(
            "NOT_FOUND", id="Anda tidak masuk dengan sesi ini.", en="You are not signed in by a session of this code."
        )
    await _asked(ctx, lambda account, token: account.end(token, code))
    return await me(None, ctx)


async def _asked(ctx: Context, ask: Callable[[Account, str], Awaitable[T]]) -> T:
    """What the identity provider says in the person's name."""
    if ctx.identity is None or ctx.caller.token is None:
        raise UserError("NOT_CONFIGURED", id="Kota ini belum punya penyedia identitas.", en="Nobody can sign in here.")
    try:
        return await ask(ctx.identity.account, ctx.caller.token)
    except AgencyError:
        raise UserError(
            "IDENTITY_UNAVAILABLE",
            id="Penyedia identitas tidak menjawab sebagaimana mestinya.",
            en="The identity provider does not answer as it should.",
        ) from None


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


async def me(_root: None, ctx: Context) -> Me | None:
    person: Person | None = ctx.caller.person
    if person is None:
        return None
    return Me(audience=person.audience, nik=mask_nik(person.nik) if person.nik else None, agency=person.agency)
