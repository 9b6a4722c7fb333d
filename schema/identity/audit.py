"""Who read what of whom (catatan akses), for auditors."""

from datetime import datetime

from auth.caller import Audience
from auth.policies import auditors, public
from resolvers.identity import audit
from resolvers.identity.policies import AUDITED
from schema.kit.access import object_type
from schema.kit.categories import PersonalCategory
from schema.kit.fields import field
from schema.kit.paging import ConnectionType


@object_type(
    auditors, "An entry of the audit log, as an auditor sees it (akses atas data pribadi). It names no person."
)
class AccessEntryType:
    code: str = field("Its number in the audit log.")
    read_at: datetime = field("When the data were read.")
    categories: list[PersonalCategory] = field("Which categories of data were read. Values are not recorded.")
    person: str = field(
        "Whose data were read: a covered id, the same in all entries about this person, or about this thing if no "
        "person is known."
    )
    audience: Audience = field("The audience of the reader.")
    reader: str | None = field(
        "The person who read: a covered id, the same in all entries of this reader; null for an app without a person."
    )
    agency: str | None = field("The code of the agency of the officer who read the data.")
    app: str | None = field("The code of the app that read the data.")
    purpose: str | None = field("The code of the purpose (tujuan) that the reader declared.")
    case: str | None = field("The reader's reference of the case (nomor perkara).")
    operation: str | None = field("The name of the GraphQL operation.")
    document: str | None = field("The SHA-256 of the GraphQL document.")


@object_type(public)
class AuditQuery:
    record_of_access: ConnectionType[AccessEntryType] | None = field(
        "Who read what of whom (catatan akses), newest first, for auditors. Each look is an entry too, which the next "
        "look shows; a look at one `person` is shown to this person.",
        resolver=audit.record_of_access,
        weight=200,
        arguments={
            "purpose": "Only readings for this purpose, by its code such as `pelayanan-pajak`.",
            "case": "Only readings for this case, by the reader's reference of it.",
            "reader": "Only what this person has read, by the covered id of an entry's `reader`.",
            "agency": "Only what officers of this agency have read, by its code such as `bapenda`.",
            "app": "Only what was read through this app, by its code such as `notaris`.",
            "person": "Only readings of this person's data, by the covered id of an entry's `person`.",
            "since": "Only from this moment on.",
            "until": "Only before this moment.",
        },
        policy=AUDITED,
    )
