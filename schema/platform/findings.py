"""What agencies sent that their protocols do not promise (temuan): for who answers for it."""

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
    "Something that an agency sent and its protocol does not promise, such as more beds free than there are (temuan). "
    "It names keys and what was expected, never a value.",
)
class FindingType:
    agency: str = field("The agency's code.")
    name: str = field("What people call the agency.")
    text: str = field("What was found.")
    count: int = field("How often.")
    first_seen_at: datetime = field("When first.")
    last_seen_at: datetime = field("When last.")


@object_type(public)
class FindingsQuery:
    findings: ConnectionType[FindingType] | None = field(
        "What this process of the hub has found since it started (temuan), by agency and text. An officer sees that of "
        "the own agency, its further sources included, and an administrator that of all. Null if there is no such "
        "agency.",
        resolver=findings.findings,
        arguments={
            "agency": "Only of the agency with this code, such as `bapenda`. FORBIDDEN for an officer of another."
        },
        policy=answerable,
    )
