"""The complaints that everybody may read."""

from datetime import datetime, timedelta
from enum import Enum

from connectors.complaints.records import ComplaintDesk, ComplaintState, HistoryStep
from resolvers.complaints.officers import complaint_here, is_ours
from resolvers.complaints.rules import DeskComplaint, DeskTopic, Timeliness, history
from resolvers.complaints.rules import timeliness as timeliness_at
from resolvers.complaints.sources import (
    ComplaintPage,
    desk_of,
    everybodys,
    latest_first,
    page_of,
    published,
    topic_or_unknown,
    tracked_of,
)
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.places import Position, check_near
from resolvers.kit.sorted_items import SortedItems


class ComplaintOrder(Enum):
    """How complaints are put in order."""

    LATEST = "LATEST"
    DISTANCE = "DISTANCE"


async def complaints(
    _: None,
    ctx: Context,
    *,
    near: Position | None = None,
    within_km: float | None = None,
    topic: str | None = None,
    state: ComplaintState | None = None,
    timeliness: Timeliness | None = None,
    since: datetime | None = None,
    order_by: ComplaintOrder = ComplaintOrder.LATEST,
    page: PageArguments,
) -> ComplaintPage:
    check_near(near, within_km, by_distance=order_by is ComplaintOrder.DISTANCE)
    known = await published(ctx)
    latest, chosen = known.latest, known.readable
    if state is not None:
        chosen &= latest.column("state", lambda each: (each.state,)).bits(state)
    if timeliness is not None:
        chosen &= _of_timeliness(latest, timeliness, known.moment)
    if topic is not None:
        chosen &= latest.column("topic", lambda each: (f"{each.source.agency}/{each.topic}",)).bits(topic)
    if since is not None:
        chosen &= latest.lasting("requested", lambda each: each.requested_at, since - timedelta.resolution)
    by_distance = order_by is ComplaintOrder.DISTANCE
    if near is None or not (by_distance or within_km is not None):
        part = cut_to(latest, page, lambda each: known.told(each, near), order="complaints:latest", chosen=chosen)
        return page_of(part, known.unavailable)
    placed = [
        each
        for each in (known.told(each, near) for each in latest.those(chosen))
        if each.distance is not None and (within_km is None or each.distance <= within_km)
    ]
    if by_distance:
        return page_of(paginate(placed, _nearest_first, page, order="complaints:near"), known.unavailable)
    return page_of(paginate(placed, latest_first, page, order="complaints:latest"), known.unavailable)


async def complaint(_: None, ctx: Context, *, code: str) -> DeskComplaint | None:
    """One complaint that everybody may read. An officer of the desk can read a secret one too."""
    if is_ours(ctx, code):
        return await complaint_here(ctx, code)
    desk, number = tracked_of(ctx, code)
    if desk is None and number and ctx.agencies.with_code(ComplaintDesk, code.partition("/")[0]):
        raise NotPublished(
            code.partition("/")[0],
            id="Kanal ini tidak menerbitkan pengaduan.",
            en="This desk publishes no complaints.",
        )
    if desk is None or not number:
        return None
    return await everybodys(ctx, await ctx.reading(desk.published_one(number)))


async def topic(root: DeskComplaint, ctx: Context) -> DeskTopic | None:
    """None if the desk does not have this topic any more."""
    desk, service = desk_of(ctx, f"{root.source.agency}/{root.topic or ''}")
    return await topic_or_unknown(ctx, desk, service) if desk else None


def steps(root: DeskComplaint, _: Context, *, page: PageArguments) -> Page[HistoryStep]:
    return in_order(history(None, root), page, f"steps:{root.code}")


def in_order(found: list[HistoryStep], page: PageArguments, order: str) -> Page[HistoryStep]:
    """A page of events, the oldest first."""
    places = {id(each): place for place, each in enumerate(found)}
    return paginate(found, lambda each: (int(each.happened_at.timestamp()), places[id(each)]), page, order=order)


def _nearest_first(complaint: DeskComplaint) -> tuple[int, str]:
    return (round((complaint.distance or 0) * 1000), complaint.code)


def _of_timeliness(complaints: SortedItems[DeskComplaint], wanted: Timeliness, now: datetime) -> int:
    """Those of this timeliness. Of those that are open and have a `due_at`, the clock says whether they are late."""
    of_each = complaints.column("timeliness", lambda each: (timeliness_at(each, each.due_at or now),))
    if wanted not in (Timeliness.ON_TIME, Timeliness.LATE):
        return of_each.bits(wanted)
    in_time = complaints.lasting("due", lambda each: each.due_at, now - timedelta.resolution)
    return of_each.bits(Timeliness.ON_TIME) & (in_time if wanted is Timeliness.ON_TIME else ~in_time)
