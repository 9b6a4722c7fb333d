"""What agencies sent against their protocols (temuan), for their officers and for administrators."""

from datetime import datetime

from auth.caller import Audience
from auth.policies import audience, public
from resolvers.platform import findings
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.paging import ConnectionType

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
    text: str = field("The finding.")
    count: int = field("How often it was found.")
    first_seen_at: datetime = field("When it was first found.")
    last_seen_at: datetime = field("When it was last found.")


@object_type(public)
class FindingsQuery:
    findings: ConnectionType[FindingType] | None = field(
        "The findings of this process of the hub since it started (temuan), by agency and text. An "
        "officer sees those of the own agency and its further sources; an administrator sees all. "
        "Null if there is no such agency.",
        resolver=findings.findings,
        arguments={
            "agency": "Only those of the agency with this code, such as `bapenda`. FORBIDDEN for an officer of "
            "another agency."
        },
        policy=answerable,
    )
