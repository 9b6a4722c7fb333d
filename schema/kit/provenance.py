"""The source of an answer, and its age."""

from datetime import datetime

from auth.policies import public
from connectors.kit.reading import State
from resolvers.kit import readings
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field

enum(
    State,
    "ReadingState",
    "How the hub got an answer.",
    {
        "LIVE": "The agency was just asked.",
        "CACHED": "It was kept from before and is still fresh.",
        "STALE": "It is no longer fresh; it is served because a newer answer was not available at once.",
        "SNAPSHOT": "It comes from the hub's own copy.",
    },
)


@object_type(public, "The agency (instansi) that an answer comes from, and the age of the answer.")
class SourceType:
    agency: str = field("The agency's code.")
    name: str = field("The name of the agency.")
    state: State | None = field("How the hub got the answer; null if there is none.")
    fetched_at: datetime | None = field("When the hub got it from the agency.")
    changed_at: datetime | None = field("When the agency itself last changed it, if the agency says so.")
    value_changed_at: datetime | None = field("When the hub first saw these values; null if it does not keep them.")
    age_seconds: int | None = field("Seconds since it was fetched.", resolver=readings.age, weight=1)
    stale_after: datetime | None = field("Until when the hub takes it for fresh; null if the hub does not keep it.")
    licence: str | None = field("The licence (lisensi) under which it may be used, if the agency names one.")
    attribution: str | None = field("Whom to name wherever it is shown (atribusi), if the agency asks for it.")
    problem: str | None = field("The code of the error that prevented an answer, or a newer one.")
