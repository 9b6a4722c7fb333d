"""A request for the key of an app: a person asks, an administrator decides, and the person collects the key."""

from datetime import datetime
from enum import Enum

import msgspec


class KeyRequestState(Enum):
    """What has become of a request."""

    ASKED = "ASKED"
    """No administrator has decided yet."""
    GRANTED = "GRANTED"
    """The person may collect the key."""
    REFUSED = "REFUSED"
    """An administrator has refused it, with a reason."""
    COLLECTED = "COLLECTED"
    """The key was made and shown to the person, once."""


class ApiKeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `owner` is the keyed hash of the person who asks, and `contact` says how to reach the person.

    `scopes`, `quota` and `expires_at` are what is asked for, until an administrator grants something else. `key` is the
    code of the key that was collected.
    """

    code: str
    state: KeyRequestState
    owner: str
    app: str
    purpose: str
    contact: str
    origins: tuple[str, ...]
    scopes: tuple[str, ...]
    asked_at: datetime
    quota: int | None = None
    expires_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    key: str | None = None

    def __repr__(self) -> str:
        return f"ApiKeyRequest({self.code}, …)"
