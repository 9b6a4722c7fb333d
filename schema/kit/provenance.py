"""Where an answer comes from and how old it is."""

from datetime import datetime

from auth.policies import public
from connectors.kit.reading import State
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field

enum(
    State,
    "ReadingState",
    "How an answer came to the hub.",
    {
        "LIVE": "Just fetched from the agency.",
        "CACHED": "Kept from before, within its time.",
        "STALE": "Past its time, served because a newer one could not be had at once.",
        "SNAPSHOT": "From the hub's durable store.",
    },
)


@object_type(public, "The agency (instansi) that an answer comes from, and the age of the answer.")
class SourceType:
    agency: str = field("The agency's code.")
    name: str = field("What people call the agency.")
    state: State | None = field("How the answer came to the hub; null if there is none.")
    fetched_at: datetime | None = field("When the hub had it from the agency.")
    changed_at: datetime | None = field("When the agency itself last changed it, where it says so.")
    age_seconds: int | None = field("Seconds since it was fetched.")
    problem: str | None = field("The code of the error that kept an answer, or a newer one, away.")
