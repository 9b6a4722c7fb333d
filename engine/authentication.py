"""Who is behind a request: by its bearer token (RFC 6750), or anybody. A token that does not hold is never ignored."""

import structlog
from starlette.requests import Request

from auth.caller import ANYBODY, Caller
from auth.oidc import Identity, IdentityUnavailable, TokenRefused
from engine.request import BadRequest

log = structlog.get_logger()

REALM = 'Bearer realm="simpul"'


async def caller_of(request: Request, identity: Identity | None) -> Caller:
    """The caller; raises `BadRequest` 401 for a token that does not hold, 503 where that cannot be known."""
    given = request.headers.getlist("authorization")
    if not given:
        return ANYBODY
    scheme, _, token = given[0].partition(" ")
    token = token.strip()
    if len(given) > 1 or scheme.lower() != "bearer" or not token:
        raise _unauthenticated("Send one Authorization header, with Bearer and an access token, or none.", REALM)
    refused = f'{REALM}, error="invalid_token"'
    if identity is None:
        raise _unauthenticated("This city has no identity provider: nobody can sign in.", refused)
    try:
        return Caller(person=await identity.person(token), token=token)
    except TokenRefused as error:
        log.info("token.refused", reason=error.reason)
        raise _unauthenticated("The access token does not hold, or no longer.", refused) from None
    except IdentityUnavailable:
        told = "Whether the access token holds cannot be known now."
        raise BadRequest(503, "IDENTITY_UNAVAILABLE", told, {"Retry-After": "10"}) from None


def _unauthenticated(message: str, challenge: str) -> BadRequest:
    return BadRequest(401, "UNAUTHENTICATED", message, {"WWW-Authenticate": challenge})
