"""An entry of the audit log: who read which kind of whose data, for which purpose, and when. It never holds a value."""

from datetime import datetime

import msgspec

from auth.caller import Audience


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who read, with which operation, and for which purpose.

    `person` is the identity provider's name for the reader. `agency` is the agency of an officer. `app` is the code of
    the app. `purpose` and `case` are what the caller has declared. `digest` is the SHA-256 of the document.
    """

    audience: Audience
    person: str | None
    agency: str | None
    app: str | None
    purpose: str | None
    case: str | None
    operation: str | None
    digest: str | None


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the audit log: somebody's data of these categories were read.

    `subject` is the keyed hash of the person whose data they are. `categories` are the names of the categories.
    """

    sequence: int
    at: datetime
    subject: str
    categories: tuple[str, ...]
    reader: Reader
