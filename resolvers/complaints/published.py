"""The complaints that everybody may read."""

from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from connectors.complaints.records import ComplaintDesk, ComplaintState, HistoryStep
from connectors.kit.reading import Reading
from resolvers.complaints.officers import complaint_here, is_ours
from resolvers.complaints.rules import DeskComplaint, DeskTopic, Timeliness, history, of_state
from resolvers.complaints.sources import (
    ComplaintPage,
    desk_of,
    everybodys,
    page_of,
    published,
    topic_or_unknown,
    tracked_of,
)
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.places import Position, check_near


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
    found, unavailable = await published(ctx, near)
    chosen = [
        each
        for each in of_state(found, state, timeliness)
        if (topic is None or f"{each.source.agency}/{each.topic}" == topic)
        and (since is None or each.requested_at >= since)
        and (within_km is None or (each.distance is not None and each.distance <= within_km))
    ]
    if order_by is ComplaintOrder.DISTANCE:
        placed = [each for each in chosen if each.distance is not None]
        part = paginate(placed, _nearest_first, page, order="complaints:near")
    else:
        part = paginate(chosen, _latest_first, page, order="complaints:latest")
    return page_of(part, unavailable)


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
    reading: Reading[Any] = await ctx.reading(desk.published_one(number))
    one = (reading.records,) if reading.records is not None else ()
    found = await everybodys(ctx, msgspec.structs.replace(reading, records=one))
    return found[0] if found else None


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


def _latest_first(complaint: DeskComplaint) -> tuple[int, str]:
    return (-int(complaint.requested_at.timestamp()), complaint.code)
