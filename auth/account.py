"""The sessions of a person at the identity provider, over Keycloak's account API.

Source: the account console of Keycloak. It asks `{issuer}/account/sessions/devices`, and it ends one session at
`{issuer}/account/sessions/{id}`, both with the person's own token. Moments there are seconds since 1970.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.boundary import interpreted
from connectors.kit.call import Call
from connectors.kit.clock import Clock
from connectors.kit.findings import Findings
from connectors.kit.http import Http
from connectors.kit.observer import Observer, ObserverOfAgency
from connectors.kit.rows import Row, many_records
from connectors.kit.signatures import bearer

DEVICES = Call(path="/account/sessions/devices")
GONE = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND})


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session of a person. `current` is whether it is the session of this request."""

    code: str
    device: str | None
    system: str | None
    browser: str | None
    began_at: datetime | None
    used_at: datetime | None
    current: bool


class Account:
    """Asks the provider with the token of a person; raises `AgencyError` if the provider fails."""

    def __init__(self, provider: Agency, clock: Clock, observer: Observer | None = None) -> None:
        self.provider = provider
        self._clock = clock
        self.findings = Findings(provider.code, clock, ObserverOfAgency(provider, observer or Observer()))

    async def sessions(self, token: str) -> tuple[Session, ...]:
        """All sessions of the person, on any device."""
        with interpreted(self.provider, "sessions", self.findings):
            async with self._as(token) as http:
                found = await http.json(DEVICES)
            devices = await many_records(found, self._sessions, agency=self.provider.code, findings=self.findings)
        return tuple(session for sessions in devices for session in sessions)

    async def end(self, token: str, code: str) -> None:
        """End one session. Nothing happens if it has ended already."""
        async with self._as(token) as http:
            await http.body(Call(method="DELETE", path="/account/sessions/{id}", into={"id": code}, absent=GONE))

    @asynccontextmanager
    async def _as(self, token: str) -> AsyncIterator[Http]:
        """A connection for one person only, so that two tokens never share one."""
        http = Http(self.provider, bearer(token), self._clock)
        try:
            yield http
        finally:
            await http.aclose()

    def _sessions(self, row: Row) -> list[Session]:
        device, system = row.optional_text("device"), row.optional_text("os")
        found = []
        for each in row.many("sessions"):
            found.append(
                Session(
                    code=each.text("id"),
                    device=device,
                    system=system,
                    browser=each.optional_text("browser"),
                    began_at=each.optional_unix("started"),
                    used_at=each.optional_unix("lastAccess"),
                    current=each.optional_boolean("current") or False,
                )
            )
            each.ignore_rest()
        row.ignore_rest()
        return found
