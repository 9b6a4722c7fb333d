"""Job fairs, past and future."""

from datetime import date

from connectors.jobs.fairs import JobFairs
from resolvers.calendar.agenda import Agenda, CalendarPage, PublishedEvent
from resolvers.kit.context import Context
from resolvers.kit.paging import PageArguments
from resolvers.kit.readings import configured


class PublishedFair(PublishedEvent, frozen=True, kw_only=True):
    """A job fair in the graph."""


FAIRS = Agenda(
    "job-fairs",
    PublishedFair,
    lambda ctx: [each.fairs() for each in configured(ctx, JobFairs, id="bursa kerja", en="a calendar of job fairs")],
)


async def job_fairs(
    _: None, ctx: Context, *, since: date | None = None, until: date | None = None, page: PageArguments
) -> CalendarPage[PublishedFair]:
    return FAIRS.page(await FAIRS.listed(ctx, since, until), page, {"since": since, "until": until})


async def job_fair(_: None, ctx: Context, *, code: str) -> PublishedFair | None:
    return await FAIRS.find(ctx, code)
