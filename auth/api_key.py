"""A key by which an app of a third party is known; the key itself is kept nowhere, only a keyed hash of it."""

from datetime import datetime

import msgspec

from auth.caller import App


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key of an app. `code` names it in lists and logs and says nothing of the key.

    `quota` is the cost a minute; None for what everybody has. `origins`: pages of which origins may use it; none for
    a key that no page has. `created_by` is the identity provider's name for the administrator.
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

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and now < self.expires_at

    def opens(self) -> App:
        """The app that comes with it."""
        return App(
            code=self.app,
            scopes=frozenset(self.scopes),
            quota=self.quota,
            origins=frozenset(self.origins),
            until=self.expires_at,
        )
