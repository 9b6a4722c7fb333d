"""The key of a third party's app. The hub keeps only a keyed hash of the key."""

from datetime import datetime

import msgspec

from auth.caller import App


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key of an app. `code` names it in lists and logs and tells nothing about the key.

    `quota` is the cost that it may spend in a minute; None means the usual quota. `origins` are the web pages that may
    use it; a key without origins is for no page. `created_by` is the identity provider's name for the administrator.
    `owner` is the keyed hash of the person who holds it; None if an administrator made it for an app. `replaced_by` is
    the code of the key that came in its place.
    """

    code: str
    app: str
    label: str
    scopes: tuple[str, ...]
    quota: int | None
    origins: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    owner: str | None = None
    replaced_by: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the key is valid at this moment."""
        return self.revoked_at is None and now < self.expires_at

    def opens(self) -> App:
        """The app that the key stands for."""
        return App(
            code=self.app,
            scopes=frozenset(self.scopes),
            quota=self.quota,
            origins=frozenset(self.origins),
            until=self.expires_at,
        )
