"""Whether something is open at a moment, and its hours as a list."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from connectors.kit.opening_hours import DAYS, OpeningHours
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate


class _Opens(Protocol):
    @property
    def hours(self) -> tuple[OpeningHours, ...]: ...


def within(hours: Iterable[OpeningHours], at: datetime) -> bool:
    """Whether a moment, in local time, lies in one of these; some close after midnight, on the next day."""
    today, yesterday, clock = DAYS[at.weekday()], DAYS[at.weekday() - 1], at.time()
    return any(
        (each.day is today and each.opens <= clock and (clock < each.closes or each.past_midnight))
        or (each.day is yesterday and each.past_midnight and clock < each.closes)
        for each in hours
    )


def open_at(hours: Iterable[OpeningHours], ctx: Context) -> bool:
    """Whether it is open now, which is so until it next opens or closes."""
    hours, zone = tuple(hours), ctx.regions.zone
    today = ctx.now(()).astimezone(zone).date()
    turns = (
        datetime.combine(today + timedelta(days=day), at, zone)
        for day in (0, 1)
        for each in hours
        for at in (each.opens, each.closes)
    )
    ctx.today()  # yesterday's and today's hours are others after midnight
    return within(hours, ctx.now(turns).astimezone(zone))


def weekly(root: _Opens, _: Context, *, page: PageArguments) -> Page[OpeningHours]:
    return paginate(root.hours, lambda hours: hours.place, page, order="opening-hours")
