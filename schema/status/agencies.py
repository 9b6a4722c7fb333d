"""The agencies and how they do (status instansi)."""

from datetime import datetime

from auth.caller import Audience
from auth.policies import audience, public
from connectors.kit.health import Condition
from connectors.kit.observer import BreakerState
from resolvers.status import agencies, live
from resolvers.status.board import AgencyStatus
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.status.announcements import AnnouncementType

enum(
    Condition,
    "AgencyState",
    "How an agency does (keadaan instansi).",
    {
        "UNKNOWN": "The hub has not asked it yet (belum diketahui).",
        "UP": "It answers (menjawab).",
        "DEGRADED": "It answers, and some of its last calls failed; or the copy of its data is late (terganggu).",
        "DOWN": "It does not answer; or the copy of its data is too old to be shown (tidak menjawab).",
    },
)
enum(
    BreakerState,
    "BreakerState",
    "Whether calls to an agency are let through (pemutus).",
    {
        "CLOSED": "Calls go through.",
        "HALF_OPEN": "The agency answered a probe; the next failure opens the breaker again.",
        "OPEN": "Calls fail at once, and only a probe goes through.",
    },
)

internal = audience(
    Audience.OFFICER, Audience.ADMIN, because="It shows how an agency answers, for its officers and the administrators."
)
OWN = "FORBIDDEN for an officer of another agency."


@object_type(public, "An agency of the city and how it does (status instansi).")
@node_of(AgencyStatus)
class AgencyStatusType(NodeType):
    code: str = field("Its code, as in `source.agency`.")
    name: str = field("Its name.")
    domain: str = field("The subject that it serves, such as `tax`.")
    state: Condition = field("How it does.")
    since: datetime | None = field("Since when; null if the hub does not know it.")
    last_success: datetime | None = field(
        "When it last answered, or when the copy of its data was last completed; null if it has not yet, or if the "
        "hub computes the answers itself."
    )
    lag: int | None = field("How many seconds ago that was: so old are the newest data that the hub has of it.")
    planned_maintenance: AnnouncementType | None = field(
        "The maintenance that is under way, or else the next one; null if none is announced.",
        resolver=agencies.planned_maintenance,
        weight=1,
    )
    expected_recovery: datetime | None = field(
        "When administrators expect it to answer again; null if nothing is announced, or if it answers.",
        resolver=agencies.expected_recovery,
        weight=1,
    )
    p95: float | None = field(
        f"In how many seconds 95 of 100 of its last answers came. {OWN}",
        resolver=agencies.p95,
        weight=1,
        policy=internal,
    )
    error_rate: float | None = field(
        f"The part of its last calls that failed, from 0 to 1. {OWN}",
        resolver=agencies.error_rate,
        weight=1,
        policy=internal,
    )
    breaker: BreakerState | None = field(
        f"Whether calls to it are let through. {OWN}", resolver=agencies.breaker, weight=1, policy=internal
    )
    cause: str | None = field(
        f"Why it does not answer, in words for operators; null if it answers. {OWN}",
        resolver=agencies.cause,
        weight=1,
        policy=internal,
    )
    findings: int | None = field(
        f"How many of its findings are open: see `findings`. {OWN}",
        resolver=agencies.findings,
        weight=1,
        policy=internal,
    )


@object_type(public)
class StatusQuery:
    agencies: ConnectionType[AgencyStatusType] | None = field(
        "The agencies of the city and how they do (status instansi), by domain and code. No agency is asked for it.",
        resolver=agencies.agencies,
        arguments={
            "codes": "Only the agencies with these codes, such as `bapenda`.",
            "domain": "Only the agencies of this domain, such as `tax`.",
            "state": "Only the agencies in this state.",
        },
        types={"codes": list[str] | None},
    )


@object_type(public)
class StatusSubscription:
    agency_status: AgencyStatusType = field(
        "An agency and how it does: first each of the chosen ones, then each whose state or announcements change.",
        resolver=live.agency_status,
        arguments={
            "codes": "Only the agencies with these codes, such as `bapenda`. NOT_FOUND if there is none of them.",
            "domain": "Only the agencies of this domain, such as `tax`.",
        },
        types={"codes": list[str] | None},
    )
