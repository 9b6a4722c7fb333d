"""What agencies sent that their protocols do not promise, told to who answers for it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

import msgspec

from auth.caller import Audience
from connectors.kit.agency import Agency
from connectors.kit.findings import Findings
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of surprise of one agency; no value that it sent is in it."""

    agency: str
    name: str
    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


async def findings(
    _root: None, ctx: Context, *, agency: str | None = None, page: PageArguments
) -> Page[Finding] | None:
    asked = [each for each in _of_all(ctx) if agency in {None, each[0].code}]
    if not asked:
        return None
    mine = [_told(of, found) for of, owner, found in asked if _answers_for(ctx, owner)]
    if agency is not None and not mine:
        raise UserError(
            "FORBIDDEN",
            id="Temuan instansi lain hanya untuk instansi itu.",
            en="The findings of another agency are for that agency.",
        )
    return paginate(chain.from_iterable(mine), lambda each: (each.agency, each.text), page, order="findings")


def _answers_for(ctx: Context, owner: str) -> bool:
    person = ctx.caller.person
    return ctx.caller.audience is Audience.ADMIN or (person is not None and person.agency == owner)


def _of_all(ctx: Context) -> Iterator[tuple[Agency, str, Findings]]:
    """Every agency that is asked, who answers for it, and what was found."""
    for each in ctx.agencies:
        yield each.agency, each.belongs_to, each.findings
    if ctx.identity:
        provider = ctx.identity.account.provider
        yield provider, provider.code, ctx.identity.account.findings


def _told(agency: Agency, findings: Findings) -> Iterator[Finding]:
    for each in findings.all:
        yield Finding(
            agency=agency.code,
            name=agency.name,
            text=each.text,
            count=each.count,
            first_seen_at=each.first_seen_at,
            last_seen_at=each.last_seen_at,
        )
