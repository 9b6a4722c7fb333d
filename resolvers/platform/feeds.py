"""The feeds that the hub follows, and the copies that it has of them, for administrators."""

from datetime import datetime

import msgspec

from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate


class FeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One feed of an agency, and the copy of it. `age` and `interval` are in seconds."""

    agency: str
    agency_name: str
    name: str
    domain: str
    documents: int
    fetched_at: datetime | None
    age: int | None
    interval: int
    due_at: datetime | None
    problem: str | None


async def feeds(
    _root: None, ctx: Context, *, agency: str | None = None, failing: bool = False, page: PageArguments
) -> Page[FeedLine]:
    copies, now, found = await ctx.store.copies.recent(), ctx.clock.now(), list[FeedLine]()
    for feed in ctx.agencies.feeds():
        of, copy = feed.agency, copies.get((feed.agency.code, feed.name))
        if agency not in {None, of.code} or (failing and not (copy and copy.problem)):
            continue
        fetched = copy.fetched_at if copy else None
        found.append(
            FeedLine(
                agency=of.code,
                agency_name=of.name,
                name=feed.name,
                domain=of.domain,
                documents=copy.documents if copy else 0,
                fetched_at=fetched,
                age=max(0, int((now - fetched).total_seconds())) if fetched else None,
                interval=int(feed.following.interval.total_seconds()),
                due_at=copy.due_at if fetched and copy else None,
                problem=copy.problem if copy else None,
            )
        )
    return paginate(found, lambda each: (each.agency, each.name), page, order="feeds")
