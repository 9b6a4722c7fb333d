"""Signing in on a page without a script: the authorization code flow with PKCE (RFC 7636), by the hub itself.

The hub is the same public client as GraphiQL. Nothing is kept between the two steps: what the first one knew comes back
in `state`, which the page has sealed.
"""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from auth.configuration import IdentityConfiguration
from connectors.kit.agency import Agency
from connectors.kit.boundary import interpreted
from connectors.kit.call import Call
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.loopback import LOOPBACK
from connectors.kit.signatures import unsigned

DISCOVERY = Call(path="/.well-known/openid-configuration")
REFUSED = frozenset({400, 401})
"""The statuses with which a provider says that a code is not valid, or not any more."""
KEPT = 3600.0
"""Seconds after which the provider is asked for its addresses again."""


class SignIn:
    """Of one provider. Raises `AgencyError` if the provider does not answer as it should."""

    def __init__(self, configuration: IdentityConfiguration, provider: Agency, clock: Clock) -> None:
        self._client = configuration.client
        self._provider = provider
        self._clock = clock
        self._known: tuple[str, str] | None = None
        self._until = float("-inf")

    async def address(self, redirect: str, state: str, verifier: str) -> str:
        """Where a person signs in, who then comes back to `redirect`."""
        authorize, _ = await self._places()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": redirect,
            "scope": "openid",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{authorize}{'&' if urlsplit(authorize).query else '?'}{urlencode(asked)}"

    async def token(self, code: str, redirect: str, verifier: str) -> str | None:
        """The access token for a code; None for a code that is not valid."""
        _, exchange = await self._places()
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client,
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        http = Http(msgspec.structs.replace(self._provider, url=exchange), unsigned(), self._clock)
        try:
            with interpreted(self._provider, "token", None):
                found = await http.json(Call(method="POST", path="", form=form, absent=REFUSED))
        finally:
            await http.aclose()
        if found is None:
            return None
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise AgencyChanged(self._provider.code, "its answer has no access token")
        return token

    async def _places(self) -> tuple[str, str]:
        """The addresses of both steps, from the discovery document (OpenID Connect Discovery 1.0, 4)."""
        if self._known is None or self._clock.monotonic() >= self._until:
            http = Http(self._provider, unsigned(), self._clock)
            try:
                with interpreted(self._provider, "discovery", None):
                    document = await http.json(DISCOVERY)
            finally:
                await http.aclose()
            if not isinstance(document, dict) or document.get("issuer") != self._provider.url:
                raise AgencyChanged(self._provider.code, "its discovery document is of another issuer")
            self._known = self._place(document, "authorization_endpoint"), self._place(document, "token_endpoint")
            self._until = self._clock.monotonic() + KEPT
        return self._known

    def _place(self, document: dict[str, Any], name: str) -> str:
        address = document.get(name)
        parts = urlsplit(address if isinstance(address, str) else "")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK and not self._provider.tls_exception:
            raise AgencyChanged(self._provider.code, f"{name} is no https address")
        return str(address)


def new_verifier() -> str:
    """A secret that nobody guesses, for one sign-in."""
    return secrets.token_urlsafe(32)
