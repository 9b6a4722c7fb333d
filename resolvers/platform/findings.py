"""The findings of agencies, for the officers of the agency and for administrators."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.findings import Finding, FindingKind
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.answerable import answerable
from store.kit.database import StoreBroken
from store.quality.findings import KeptFindings


class AgencyFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of one agency. It contains no value that the agency sent.

    `question` is the name of the read, feed or command.
    """

    agency: str
    name: str
    question: str
    kind: FindingKind
    text: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime
    open: bool


async def findings(
    _root: None,
    ctx: Context,
    *,
    agency: str | None = None,
    only_open: bool = False,
    page: PageArguments,
) -> Page[AgencyFinding] | None:
    mine = answerable(ctx, agency)
    if mine is None:
        return None
    kept = await _kept(ctx, [each.agency.code for each in mine])
    found = [
        _told(each.agency, finding)
        for each in mine
        for finding in kept.get(each.agency.code, each.findings.all)
        if finding.open or not only_open
    ]
    return paginate(found, lambda each: (each.agency, each.text, each.question), page, order="findings")


async def _kept(ctx: Context, codes: Iterable[str]) -> Mapping[str, list[Finding]]:
    """The findings of all hubs; without the store, nothing, and those of this process count."""
    store = ctx.store.of(KeptFindings)
    try:
        await store.write()
        return await store.of(list(codes))
    except StoreBroken:
        return {}


def _told(agency: Agency, finding: Finding) -> AgencyFinding:
    return AgencyFinding(agency=agency.code, name=agency.name, **msgspec.structs.asdict(finding))
