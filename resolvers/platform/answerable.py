"""For which agencies a caller may read how they answer: an officer for the own one, an administrator for all."""

from collections.abc import Iterator
from typing import NamedTuple

from auth.caller import Audience
from auth.lacks import LackKind
from connectors.kit.agency import Agency
from connectors.kit.findings import Findings
from resolvers.kit.context import Context
from resolvers.kit.errors import forbidden_because


class Answerable(NamedTuple):
    """An agency, the code of the agency that is responsible for it, and what this process has found of it."""

    agency: Agency
    owner: str
    findings: Findings


def answerable(ctx: Context, code: str | None) -> list[Answerable] | None:
    """The agencies for which the caller may read it: all, or the one with this code; None if there is none.

    Raises `UserError` for the agency of others.
    """
    asked = [each for each in _all(ctx) if code in {None, each.agency.code}]
    if not asked:
        return None
    mine = [each for each in asked if _answers_for(ctx, each.owner)]
    if code is not None and not mine:
        raise forbidden_because(
            LackKind.AGENCY,
            id="Anda hanya dapat membaca temuan dan rapor instansi Anda sendiri.",
            en="You can read only the findings and scorecards of your own agency.",
        )
    return mine


def _answers_for(ctx: Context, owner: str) -> bool:
    person = ctx.caller.person
    return ctx.caller.audience is Audience.ADMIN or (person is not None and person.agency == owner)


def _all(ctx: Context) -> Iterator[Answerable]:
    for each in ctx.agencies:
        yield Answerable(each.agency, each.belongs_to, each.findings)
    if ctx.identity:
        provider = ctx.identity.account.provider
        yield Answerable(provider, provider.code, ctx.identity.account.findings)
