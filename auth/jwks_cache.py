"""The public keys of the identity provider (RFC 7517). They are fetched when needed, kept, and fetched again."""

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.boundary import interpreted
from connectors.kit.call import Call
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable
from connectors.kit.flights import Flights
from connectors.kit.http import Http
from connectors.kit.late import late
from connectors.kit.loopback import LOOPBACK
from connectors.kit.signatures import unsigned

if TYPE_CHECKING:
    from joserfc import errors, jwk
else:
    errors, jwk = late("joserfc.errors"), late("joserfc.jwk")

DISCOVERY = Call(path="/.well-known/openid-configuration")
KEYS = Call(path="", accepts=("application/json", "application/jwk-set+json", "text/json"))

KEPT = 3600.0
"""Seconds after which keys are fetched again, even if none is missing."""
USABLE = 86_400.0
"""Seconds for which keys stay valid if the provider does not answer."""
PATIENCE = 10.0
"""The shortest time between two fetches, in seconds. Tokens with invented key ids must not cause many fetches."""

KINDS = {"RSA": "RSAKey", "EC": "ECKey", "OKP": "OKPKey"}
"""The classes of the library, by the kinds of keys that can verify a signature."""


class PublicKey(msgspec.Struct, frozen=True):
    """A key for signatures. `algorithm` is the one algorithm that it is for, if the provider says so."""

    key: "jwk.Key"
    algorithm: str | None


class JwksCache:
    """The keys of one provider, by their ids."""

    def __init__(self, provider: Agency, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock
        self._http = Http(provider, unsigned(), clock)
        self._at: Http | None = None
        self._known: dict[str, PublicKey] = {}
        self._had_at: float | None = None
        self._asked_at: float | None = None
        self._renewals = Flights()

    async def get(self, kid: str) -> PublicKey | None:
        """The key with this id; None if the provider has no such key.

        Raises `AgencyError` if the keys cannot be fetched.
        """
        if self._had_at is None or self._clock.monotonic() - self._had_at >= KEPT or kid not in self._known:
            self._renewals.start("keys", self._renew)  # it is done for all, whoever leaves
            await self._renewals.join("keys", self._renew)
        if self._had_at is None or self._clock.monotonic() - self._had_at > USABLE:
            raise AgencyUnavailable(self._provider.code, "its keys cannot be had")
        return self._known.get(kid)

    async def fetch(self) -> int:
        """Fetch the keys now; how many there are. Raises `AgencyError`."""
        with interpreted(self._provider, "keys", None):
            self._known = self._read(await (await self._place()).json(KEYS))
        return len(self._known)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._renewals.aclose()
        await self._http.aclose()
        if self._at:
            await self._at.aclose()

    async def _renew(self) -> None:
        """Fetch the keys, unless this was tried a moment ago."""
        now = self._clock.monotonic()
        if self._asked_at is not None and now - self._asked_at < PATIENCE:
            return
        self._asked_at = now
        # If the fetch fails, the known keys stay valid for a while.
        with suppress(AgencyError):
            await self.fetch()
            self._had_at = now

    async def _place(self) -> Http:
        """The address of the keys, from the discovery document (OpenID Connect Discovery 1.0, 4)."""
        if self._at is None:
            document = await self._http.json(DISCOVERY)
            if not isinstance(document, dict) or document.get("issuer") != self._provider.url:
                raise AgencyChanged(self._provider.code, "its discovery document is of another issuer")
            address = document.get("jwks_uri")
            parts = urlsplit(address if isinstance(address, str) else "")
            if parts.scheme != "https" and parts.hostname not in LOOPBACK and not self._provider.tls_exception:
                raise AgencyChanged(self._provider.code, "jwks_uri is no https address")
            self._at = Http(msgspec.structs.replace(self._provider, url=address), unsigned(), self._clock)
        return self._at

    def _read(self, found: object) -> dict[str, PublicKey]:
        """The public keys for signatures. A symmetric key is left out, because its reader could sign with it."""
        listed = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise AgencyChanged(self._provider.code, "no list of keys")
        known: dict[str, PublicKey] = {}
        for each in listed:
            if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") not in KINDS:
                continue
            kid, algorithm = each.get("kid"), each.get("alg")
            public = {name: value for name, value in each.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
            try:
                key = getattr(jwk, KINDS[each["kty"]]).import_key(public)
            except (errors.JoseError, ValueError, TypeError, KeyError):
                continue
            if isinstance(kid, str) and kid:
                known[kid] = PublicKey(key, algorithm if isinstance(algorithm, str) else None)
        if not known:
            raise AgencyChanged(self._provider.code, "no key that can verify a signature")
        return known
