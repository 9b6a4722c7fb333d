"""The agencies and how they do: what everybody sees, and what is for their officers and the administrators."""

from collections.abc import Sequence
from datetime import datetime

from auth.caller import Audience
from auth.lacks import LackKind
from connectors.kit.health import Condition
from connectors.kit.observer import BreakerState
from resolvers.kit.context import Context
from resolvers.kit.errors import forbidden_because
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.status.board import AgencyStatus, board_of
from store.kit.database import StoreBroken
from store.status.announcements import Announcement


async def agencies(
    _root: None,
    ctx: Context,
    *,
    codes: Sequence[str] | None = None,
    domain: str | None = None,
    state: Condition | None = None,
    page: PageArguments,
) -> Page[AgencyStatus]:
    found = [
        each for each in (await board_of(ctx)).agencies if chosen(each, codes, domain) and state in {None, each.state}
    ]
    return paginate(found, lambda each: (each.domain, each.code), page, order="agencies")


async def agency(ctx: Context, code: str) -> AgencyStatus | None:
    return next((each for each in (await board_of(ctx)).agencies if each.code == code), None)


def chosen(status: AgencyStatus, codes: Sequence[str] | None, domain: str | None) -> bool:
    """Whether it is one of these agencies, and of this domain."""
    return (codes is None or status.code in codes) and domain in {None, status.domain}


def planned_maintenance(root: AgencyStatus, _: Context) -> Announcement | None:
    return _announced(root).maintenance


def expected_recovery(root: AgencyStatus, _: Context) -> datetime | None:
    found = _announced(root).recovery
    return found.ends_at if found else None


def p95(root: AgencyStatus, ctx: Context) -> float | None:
    return _answered_for(root, ctx).health.p95


def error_rate(root: AgencyStatus, ctx: Context) -> float | None:
    return _answered_for(root, ctx).health.error_rate


def breaker(root: AgencyStatus, ctx: Context) -> BreakerState | None:
    return _answered_for(root, ctx).health.breaker


def cause(root: AgencyStatus, ctx: Context) -> str | None:
    return _answered_for(root, ctx).health.cause


def findings(root: AgencyStatus, ctx: Context) -> int | None:
    return _answered_for(root, ctx).open_findings


def _announced(root: AgencyStatus) -> AgencyStatus:
    """The status; raises `StoreBroken` where nobody knows what is announced."""
    if root.announcements is None:
        raise StoreBroken("it did not answer when the board was made")
    return root


def _answered_for(root: AgencyStatus, ctx: Context) -> AgencyStatus:
    """The status, if the caller is an administrator or an officer of the agency that answers for it."""
    person = ctx.caller.person
    if ctx.caller.audience is Audience.ADMIN or (person is not None and person.agency == root.owner):
        return root
    raise forbidden_because(
        LackKind.AGENCY,
        id="Anda hanya dapat membaca hal internal instansi Anda sendiri.",
        en="You can read what is internal only of your own agency.",
    )
