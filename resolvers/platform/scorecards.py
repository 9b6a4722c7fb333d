"""The scorecards of agencies, for the officers of the agency and for administrators."""

import msgspec

from connectors.kit.agency import Agency
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.answerable import answerable
from store.quality.scorecards import Scorecard, Scorecards, Window


class AgencyScorecard(msgspec.Struct, frozen=True, kw_only=True):
    """How an agency did within a window. A share is from 0 to 1, and None of nothing."""

    agency: str
    name: str
    window: Window
    calls: int
    availability: float | None
    served: int
    stale: int
    unserved: int
    lag_seconds: float | None
    most_lag_seconds: float | None
    rows: int
    completeness: float | None
    findings: int
    drifts: int


async def scorecards(
    _root: None, ctx: Context, *, window: Window = Window.DAY, agency: str | None = None, page: PageArguments
) -> Page[AgencyScorecard] | None:
    mine = answerable(ctx, agency)
    if mine is None:
        return None
    store = ctx.store.of(Scorecards)
    await store.write()
    known = await store.of_all(window, ctx.clock.now())
    cards = [_told(each.agency, known[each.agency.code]) for each in mine if each.agency.code in known]
    return paginate(cards, lambda each: (each.agency,), page, order="scorecards")


def _told(agency: Agency, card: Scorecard) -> AgencyScorecard:
    return AgencyScorecard(
        agency=agency.code,
        name=agency.name,
        window=card.window,
        calls=card.calls,
        availability=card.availability,
        served=card.served,
        stale=card.stale,
        unserved=card.unserved,
        lag_seconds=card.lag_seconds,
        most_lag_seconds=card.most_lag_seconds,
        rows=card.rows,
        completeness=card.completeness,
        findings=card.findings,
        drifts=card.drifts,
    )
