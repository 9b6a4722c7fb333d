"""Access tokens of an OpenID provider. A token is verified first, and only then read as a person."""

import binascii
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec

from auth.account import Account
from auth.caller import Audience, Person
from auth.configuration import IdentityConfiguration
from auth.jwks_cache import JwksCache
from auth.token_signatures import TokenSignatures
from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.late import late
from connectors.kit.observer import Observer

if TYPE_CHECKING:
    from joserfc import errors, jwt
else:
    errors, jwt = late("joserfc.errors"), late("joserfc.jwt")

LONGEST = 8_192
"""The longest token that is read, in characters. A longer one would not fit into a header."""
LONGEST_NAME = 255
"""The longest name of a person in a token, in characters (OpenID Connect Core, 2)."""
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""The types of token that are accepted (RFC 7519, RFC 9068). Other tokens are for another purpose."""
NEVER = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})
"""Header parameters with which a token could bring its own key or change how it is verified."""


class TokenRefused(Exception):
    """The token is not valid. `reason` is for the log and contains nothing of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IdentityUnavailable(Exception):
    """The hub cannot check a token, because the provider does not answer."""


class IdentityProvider:
    """The identity provider of the city. `account` is for the sessions of a person."""

    def __init__(self, configuration: IdentityConfiguration, clock: Clock, observer: Observer | None = None) -> None:
        self.agency = provider = Agency(
            code="identity",
            domain="identity",
            connector="oidc",
            name=configuration.name,
            url=configuration.issuer,
            limits=configuration.limits,
            tls_exception=configuration.tls_exception,
        )
        self._configuration = configuration
        self._clock = clock
        self._keys = JwksCache(provider, clock)
        self._signatures = TokenSignatures()
        self.account = Account(provider, clock, observer)

    async def person(self, token: str) -> Person:
        """The person of a token; raises `TokenRefused` or `IdentityUnavailable`."""
        kid, algorithm = self._head(token)
        try:
            known = await self._keys.get(kid)
        except AgencyError:
            raise IdentityUnavailable from None
        if known is None:
            raise TokenRefused("its key is none of the provider's")
        if known.algorithm not in (None, algorithm):
            raise TokenRefused("its algorithm is not its key's")
        try:
            claims = self._signatures.claims(token, known, algorithm)
            self._expected().validate(claims)
        except (errors.JoseError, ValueError, TypeError) as error:
            raise TokenRefused(type(error).__name__) from None
        return self._read(claims)

    async def check(self) -> int:
        """Ask for its keys now; how many there are. Raises `AgencyError`."""
        return await self._keys.fetch()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._keys.aclose()

    def _head(self, token: str) -> tuple[str, str]:
        """The key and the algorithm that the token names; refuses a token that cannot be valid."""
        parts = token.split(".")
        if len(token) > LONGEST or len(parts) != 3:
            raise TokenRefused("it is no signed JWT")
        try:
            raw = urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
            header = msgspec.json.decode(raw, type=dict[str, Any])
        except (binascii.Error, ValueError, msgspec.DecodeError, UnicodeError, RecursionError):
            raise TokenRefused("its header cannot be read") from None
        if NEVER & header.keys():
            raise TokenRefused("its header brings its own keys or rules")
        kid, algorithm, kind = header.get("kid"), header.get("alg"), header.get("typ", "JWT")
        if not isinstance(kid, str) or not kid:
            raise TokenRefused("it names no key")
        if not isinstance(algorithm, str) or algorithm not in self._configuration.algorithms:
            raise TokenRefused("its algorithm is not accepted")
        if not isinstance(kind, str) or kind.lower() not in TYPES:
            raise TokenRefused("it is a token for another purpose")
        return kid, algorithm

    def _expected(self) -> "jwt.JWTClaimsRegistry":
        return jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=self._configuration.leeway,
            iss={"essential": True, "value": self._configuration.issuer},
            aud={"essential": True, "value": self._configuration.audience},
            exp={"essential": True},
        )

    def _read(self, claims: dict[str, Any]) -> Person:
        where, roles = self._configuration.claims, self._configuration.roles
        if claims.get("typ", "Bearer") != "Bearer":
            raise TokenRefused("it is a token for another purpose")
        subject = _at(claims, where.subject)
        if not _is_name(subject):
            raise TokenRefused("it names nobody")
        held = _at(claims, where.roles)
        held = {each for each in held if isinstance(each, str)} if isinstance(held, list) else set()
        nik, agency = _at(claims, where.nik), _at(claims, where.agency)
        agency = agency if _is_name(agency) else None
        if roles.administrator in held:
            audience = Audience.ADMIN
        elif roles.officer in held and agency:
            audience = Audience.OFFICER
        else:
            audience = Audience.CITIZEN
        return Person(
            subject=subject,
            nik=nik if isinstance(nik, str) and len(nik) == 16 and nik.isascii() and nik.isdecimal() else None,
            agency=agency,
            audience=audience,
            until=_moment(claims.get("exp")),
        )


def _is_name(value: Any) -> TypeGuard[str]:
    """Whether a name can be stored and compared: it is printable and not too long."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def _moment(seconds: Any) -> datetime | None:
    """The moment; None if it is beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _at(claims: dict[str, Any], path: str) -> Any:
    """The claim with this name; otherwise the value to which the points in the name lead."""
    if path in claims:
        return claims[path]
    at: Any = claims
    for step in path.split("."):
        at = at.get(step) if isinstance(at, dict) else None
    return at
