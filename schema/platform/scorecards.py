"""How agencies did over time (rapor instansi), for their officers and for administrators."""

from auth.policies import public
from resolvers.platform import scorecards
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.paging import ConnectionType
from schema.platform.findings import answerable
from store.quality.scorecards import Window

enum(
    Window,
    "ScorecardWindow",
    "The time that a scorecard is about, up to now (rentang rapor).",
    {"DAY": "The last 24 hours.", "WEEK": "The last 7 days.", "MONTH": "The last 30 days."},
)


@object_type(answerable, "How an agency did within a time, over all processes of the hub (rapor instansi).")
class ScorecardType:
    agency: str = field("The agency's code.")
    name: str = field("The name of the agency.")
    window: Window = field("The time that it is about.")
    calls: int = field("How many calls there were, with those that the hub did not make because the agency is down.")
    availability: float | None = field("The part of the calls that was answered, from 0 to 1; null without a call.")
    served: int = field("How many answers were given to operations, fresh or kept.")
    stale: int = field("How many of them were past their time.")
    unserved: int = field("How often there was no answer to give.")
    lag_seconds: float | None = field("How old the answers were on average; null if none was given.")
    most_lag_seconds: float | None = field("How old the oldest of them was; null if none was given.")
    rows: int = field("How many rows the agency sent.")
    completeness: float | None = field("The part of the rows that could be read, from 0 to 1; null without a row.")
    findings: int = field("How many findings were opened.")
    drifts: int = field("How many of them are of the kind `DRIFT`.")


@object_type(public)
class ScorecardsQuery:
    scorecards: ConnectionType[ScorecardType] | None = field(
        "How agencies did within a time (rapor instansi), by agency; one of which nothing was counted has none. An "
        "officer sees that of the own agency and its further sources; an administrator sees all. Null if there is no "
        "such agency.",
        resolver=scorecards.scorecards,
        weight=100,
        arguments={
            "window": "The time, up to now.",
            "agency": "Only that of the agency with this code, such as `bapenda`. FORBIDDEN for an officer of "
            "another agency.",
        },
        policy=answerable,
    )
