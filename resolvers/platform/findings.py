"""The findings of agencies, for the officers of the agency and for administrators."""

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


class AgencyFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of one agency. It contains no value that the agency sent."""

    agency: str
    name: str
    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


async def findings(
    _root: None, ctx: Context, *, agency: str | None = None, page: PageArguments
) -> Page[AgencyFinding] | None:
    asked = [each for each in _of_all(ctx) if agency in {None, each[0].code}]
    if not asked:
        return None
    mine = [_told(of, found) for of, owner, found in asked if _answers_for(ctx, owner)]
    if agency is not None and not mine:
        raise UserError(
            "FORBIDDEN",
            id="Anda hanya dapat membaca temuan instansi Anda sendiri.",
            en="You can read only the findings of your own agency.",
        )
    return paginate(chain.from_iterable(mine), lambda each: (each.agency, each.text), page, order="findings")


def _answers_for(ctx: Context, owner: str) -> bool:
    person = ctx.caller.person
    return ctx.caller.audience is Audience.ADMIN or (person is not None and person.agency == owner)


def _of_all(ctx: Context) -> Iterator[tuple[Agency, str, Findings]]:
    """Every agency, the code of the agency that is responsible for it, and its findings."""
    for each in ctx.agencies:
        yield each.agency, each.belongs_to, each.findings
    if ctx.identity:
        provider = ctx.identity.account.provider
        yield provider, provider.code, ctx.identity.account.findings


def _told(agency: Agency, findings: Findings) -> Iterator[AgencyFinding]:
    for each in findings.all:
        yield AgencyFinding(
            agency=agency.code,
            name=agency.name,
            text=each.text,
            count=each.count,
            first_seen_at=each.first_seen_at,
            last_seen_at=each.last_seen_at,
        )
