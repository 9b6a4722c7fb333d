"""Job fairs (bursa kerja)."""

from auth.policies import public
from resolvers.jobs import fairs
from schema.calendar.events import DAYS, CalendarConnectionType, CalendarEventType
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import node_of


@object_type(public, "A job fair (bursa kerja) on one date. A fair that recurs is several of these.")
@node_of(fairs.PublishedFair)
class JobFairType(CalendarEventType):
    pass


@object_type(public, "A page of job fairs, in the order of their beginning.")
class JobFairConnectionType(CalendarConnectionType[JobFairType]):
    pass


@object_type(public)
class JobFairsQuery:
    job_fair: JobFairType | None = field(
        "One job fair (bursa kerja); null if its calendar does not have it, or no longer has it.",
        resolver=fairs.job_fair,
        arguments={"code": "Its code in the hub, such as `disnaker-agenda/bursa-5@disnaker.example`."},
    )
    job_fairs: JobFairConnectionType | None = field(
        "Job fairs (bursa kerja), past and future, including cancelled ones.",
        resolver=fairs.job_fairs,
        arguments=DAYS,
    )
