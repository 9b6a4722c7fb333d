"""Job fairs (bursa kerja)."""

from auth.policies import public
from resolvers.jobs import fairs
from schema.calendar.events import DAYS, CalendarConnection, CalendarEvent
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import node_of


@object_type(public, "A job fair (bursa kerja) on one date. A fair that recurs is several of these.")
@node_of(fairs.PublishedFair)
class JobFair(CalendarEvent):
    pass


@object_type(public, "A page of job fairs, in the order of their beginning.")
class JobFairConnection(CalendarConnection[JobFair]):
    pass


@object_type(public)
class JobFairsQuery:
    job_fair: JobFair | None = field(
        "One job fair (bursa kerja); null if its calendar does not have it, or no longer has it.",
        resolver=fairs.job_fair,
        arguments={"code": "Its code in the hub."},
    )
    job_fairs: JobFairConnection | None = field(
        "Job fairs (bursa kerja), past and future, including cancelled ones.",
        resolver=fairs.job_fairs,
        arguments=DAYS,
    )
