"""Who is behind a request: a person by a bearer token (RFC 6750), an app by its key, both, or anybody.

What does not hold is never ignored; an empty header says nothing. What personal data are read for is declared in two
headers of our own.
"""

import re

import structlog
from starlette.datastructures import Headers

from auth.agreements import Agreements
from auth.caller import App, Caller, Declared, Person
from auth.oidc import IdentityProvider, IdentityUnavailable, TokenRefused
from engine.execution.request import BadRequest
from store.kit.database import StoreBroken
from store.platform.api_keys import ApiKeys

log = structlog.get_logger()

BEARER = 'Bearer realm="simpul"'
API_KEY = 'ApiKey realm="simpul"'

CREDENTIALS = ("authorization", "x-api-key")
"""The headers that say who asks; an answer differs by them."""
DECLARING = ("simpul-purpose", "simpul-case")
"""The headers that say what personal data are read for: the code of a purpose, and the reference of a case."""

SAYING = frozenset(name.encode() for name in (*CREDENTIALS, *DECLARING))
"""The same as they come."""

_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}")
_MANY_DIGITS = re.compile(r"([0-9][ ./_-]*){15}")
"""A NIK, a KK, a NOP or an NPWP, however it is written."""


class Authentication:
    """Of one hub. Without an identity provider nobody signs in, and no app has a key."""

    def __init__(self, identity: IdentityProvider | None, api_keys: ApiKeys | None, agreements: Agreements) -> None:
        self._identity = identity
        self._api_keys = api_keys
        self.agreements = agreements

    def is_anybody(self, headers: Headers) -> bool:
        """Whether the request says nothing of who asks, or why."""
        return SAYING.isdisjoint([name for name, _ in headers.raw])

    async def caller(self, headers: Headers) -> Caller:
        """Who asks; raises `BadRequest` 401 for what does not hold, 403 for a page that may not, 503 if unknown."""
        app = await self._app(headers)
        token = only_header(headers, "authorization", BEARER)
        person = None
        if token is not None:
            scheme, _, token = token.partition(" ")
            token = token.strip()
            if scheme.lower() != "bearer" or not token:
                raise _unauthenticated("Send Authorization with Bearer and an access token, or not at all.", BEARER)
            person = await self._person(token)
        return Caller(person=person, token=token, app=app, declared=self._declared(headers))

    async def _person(self, token: str) -> Person:
        refused = f'{BEARER}, error="invalid_token"'
        if self._identity is None:
            raise _unauthenticated("This city has no identity provider: nobody can sign in.", refused)
        try:
            return await self._identity.person(token)
        except TokenRefused as error:
            log.info("token.refused", reason=error.reason)
            raise _unauthenticated("The access token is not valid, or no longer valid.", refused) from None
        except IdentityUnavailable:
            raise unknown_caller("The hub cannot check the access token now.") from None

    async def _app(self, headers: Headers) -> App | None:
        given = only_header(headers, "x-api-key", API_KEY)
        if given is None:
            return None
        if self._api_keys is None:
            raise _unauthenticated("This city offers no keys for apps.", API_KEY)
        try:
            key = await self._api_keys.find(given)
        except StoreBroken:
            raise unknown_caller("The hub cannot check the key now.") from None
        if key is None:
            log.info("api_key.refused")
            raise _unauthenticated("The key is not valid, or no longer valid.", API_KEY)
        app, origin = key.opens(), headers.get("origin")
        if origin is not None and origin not in app.origins:
            log.info("api_key.origin_refused", app=app.code, key=key.code)
            raise BadRequest(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not use this key.")
        return app

    def _declared(self, headers: Headers) -> Declared | None:
        purpose, case = (only_header(headers, name) for name in DECLARING)
        if purpose is None and case is None:
            return None
        if purpose is None or case is None:
            raise BadRequest(400, "BAD_REQUEST", "simpul-purpose and simpul-case come together.")
        if purpose not in self.agreements.purposes:
            raise BadRequest(400, "BAD_REQUEST", "simpul-purpose is none of this city's purposes.")
        if not _CASE.fullmatch(case) or _MANY_DIGITS.search(case):
            told = "simpul-case is a reference of at most 64 letters, digits and ./_- with no identity number in it."
            raise BadRequest(400, "BAD_REQUEST", told)
        return Declared(purpose=purpose, case=case)


def only_header(headers: Headers, header: str, challenge: str | None = None) -> str | None:
    """What the header says, given once. One that is empty says nothing."""
    given = [each for each in map(str.strip, headers.getlist(header)) if each]
    if len(given) > 1:
        told = f"Send one header {header}, or none."
        raise _unauthenticated(told, challenge) if challenge else BadRequest(400, "BAD_REQUEST", told)
    return given[0] if given else None


def _unauthenticated(message: str, challenge: str) -> BadRequest:
    return BadRequest(401, "UNAUTHENTICATED", message, {"WWW-Authenticate": challenge})


def unknown_caller(message: str) -> BadRequest:
    """Nobody can say now who asks."""
    return BadRequest(503, "IDENTITY_UNAVAILABLE", message, {"Retry-After": "10"})
