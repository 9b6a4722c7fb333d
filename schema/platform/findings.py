"""What agencies sent against their protocols (temuan), for their officers and for administrators."""

from datetime import datetime

from auth.caller import Audience
from auth.policies import audience, public
from connectors.kit.findings import FindingKind
from resolvers.platform import findings
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.paging import ConnectionType

enum(
    FindingKind,
    "FindingKind",
    "What was found (jenis temuan).",
    {
        "BAD_ROW": "A row that cannot be, such as more free beds than beds. It was set aside (baris disisihkan).",
        "DRIFT": "The answer is not what the protocol promises: a new or missing field, another type, or too few rows "
        "(format berubah).",
        "UNREADABLE": "The hub could not read the answer (tidak terbaca).",
        "ODD": "Anything else, such as a code that is not known or a repeated row (janggal).",
    },
)

answerable = audience(
    Audience.OFFICER, Audience.ADMIN, because="It shows how an agency answers, for its officers and the administrators."
)


@object_type(
    answerable,
    "Something that an agency sent against its protocol, such as more free beds than beds "
    "(temuan). It names keys and what was expected, never a value.",
)
class FindingType:
    agency: str = field("The agency's code.")
    name: str = field("The name of the agency.")
    question: str = field("What the agency was asked for, such as `rooms`; empty if that is not known.")
    kind: FindingKind = field("What was found.")
    text: str = field("The finding.")
    count: int = field("How often it was found.")
    first_seen_at: datetime = field("When it was first found.")
    last_seen_at: datetime = field("When it was last found.")
    open: bool = field(
        "Whether it still holds. It ends when a later whole answer no longer shows it, or after seven days without it."
    )


@object_type(public)
class FindingsQuery:
    findings: ConnectionType[FindingType] | None = field(
        "The findings of all processes of the hub (temuan), by agency and text. An "
        "officer sees those of the own agency and its further sources; an administrator sees all. "
        "Null if there is no such agency.",
        resolver=findings.findings,
        weight=100,
        arguments={
            "agency": "Only those of the agency with this code, such as `bapenda`. FORBIDDEN for an officer of "
            "another agency.",
            "only_open": "Only those that still hold.",
        },
        policy=answerable,
    )
