"""One reading of personal data, as the record keeps it: who, of whom, what kind, what for, when; never a value."""

from datetime import datetime

import msgspec

from auth.caller import Audience


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads, by which operation, and what for.

    `person` is the identity provider's name for the reader, `agency` the one that an officer works for, `app` the
    code of the app that asks. `purpose` and `case` are what was declared. `digest` is the document's SHA-256.
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
    """An entry of the record: somebody's data of these categories was read.

    `subject` is the keyed name of the person that it is about, `categories` are the names of categories.
    """

    sequence: int
    at: datetime
    subject: str
    categories: tuple[str, ...]
    reader: Reader
