"""Sport events (kegiatan olahraga)."""

from auth.policies import public
from resolvers.venues import events
from schema.calendar.events import DAYS, CalendarConnectionType, CalendarEventType
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import node_of


@object_type(public, "A sport event (kegiatan olahraga), once; one that recurs is as many of these.")
@node_of(events.PublishedSportEvent)
class SportEventType(CalendarEventType):
    sports: list[str] = field("The sports that it is about (cabang olahraga).", resolver=events.sports, weight=1)


@object_type(public, "A page of sport events, in the order in which they begin.")
class SportEventConnectionType(CalendarConnectionType[SportEventType]):
    sports: list[str] = field(
        "The sports that there are to choose from, all filters but `sport` applied.", resolver=events.sports, weight=1
    )


@object_type(public)
class SportEventsQuery:
    sport_event: SportEventType | None = field(
        "One sport event (kegiatan olahraga); null where its calendar does not have it, or no longer.",
        resolver=events.sport_event,
        arguments={"code": "Its code in the hub, such as `dispora-agenda/lomba-8@dispora.example`."},
    )
    sport_events: SportEventConnectionType | None = field(
        "Sport events (kegiatan olahraga), past and to come, those that are called off too.",
        resolver=events.sport_events,
        arguments={
            **DAYS,
            "sport": "Only those about this sport, by its whole name in any case.",
            "venue": "Only those at a place with all of these words in its name, in any case.",
        },
    )
