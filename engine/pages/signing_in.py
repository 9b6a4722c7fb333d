"""How a page without a script has a person sign in, and how the person comes back to it.

The hub keeps nothing in between. What the page has to know travels with the sign-in as its sealed `state`, and a cookie
says that the same browser comes back. The cookie opens nothing. A form that another site has sent is refused.
"""

import hmac
import secrets
from typing import NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.caller import Person
from auth.cover import Cover
from auth.oidc import IdentityProvider, IdentityUnavailable, TokenRefused
from auth.sign_in import SignIn, new_verifier
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from engine.execution.request import BadRequest

LIVES = 600
"""Seconds in which a person has to have signed in."""


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in has to know when it comes back."""

    carried: str
    browser: str
    verifier: str
    redirect: str
    spoken: str
    until: int


class SignedIn(NamedTuple):
    """Who has signed in, with which token, in which language, and what the page has sent along."""

    person: Person
    token: str
    spoken: str
    carried: str


class NotSignedIn(Exception):  # noqa: N818, RUF100  it is no failure of the hub
    """Nobody has. `away`: the provider does not answer. Of a sign-in that is not known, nothing else is."""

    def __init__(self, *, away: bool, spoken: str | None = None, carried: str | None = None) -> None:
        super().__init__()
        self.away = away
        self.spoken = spoken
        self.carried = carried


class SigningIn:
    """For the page at `path`. `kind` is that of what is sealed, and `cookie` the name of the cookie."""

    def __init__(
        self, sign_in: SignIn, identity: IdentityProvider, cover: Cover, clock: Clock, *, path: str, kind: str
    ) -> None:
        self._sign_in = sign_in
        self._identity = identity
        self._cover = cover
        self._clock = clock
        self._path = path
        self._kind = kind
        self._cookie = f"simpul-{path.strip('/')}"
        self.back_path = f"{path}/signed-in"

    async def leave(self, request: Request, spoken: str, carried: str) -> Response:
        """To the provider; raises `NotSignedIn` if it does not answer."""
        origin = f"{request.url.scheme}://{request.url.netloc}"
        sealed = _Sealed(
            carried=carried,
            browser=secrets.token_urlsafe(16),
            verifier=new_verifier(),
            redirect=f"{origin}{self.back_path}",
            spoken=spoken,
            until=int(self._clock.now().timestamp()) + LIVES,
        )
        state = self._cover.put(self._kind, msgspec.json.encode(sealed).decode())
        try:
            address = await self._sign_in.address(sealed.redirect, state, sealed.verifier)
        except AgencyError:
            raise NotSignedIn(away=True, spoken=spoken, carried=carried) from None
        response = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
        set_cookie(response, request, self._cookie, sealed.browser, path=self._path, seconds=LIVES)
        return response

    async def arrive(self, request: Request) -> SignedIn:
        """Who comes back; raises `NotSignedIn`."""
        sealed, code = self._unsealed(request), request.query_params.get("code")
        if sealed is None or not code:
            raise NotSignedIn(away=False)
        spoken, carried = sealed.spoken, sealed.carried
        try:
            token = await self._sign_in.token(code, sealed.redirect, sealed.verifier)
            if token is None:
                raise NotSignedIn(away=False, spoken=spoken, carried=carried)
            return SignedIn(await self._identity.person(token), token, spoken, carried)
        except TokenRefused:
            raise NotSignedIn(away=False, spoken=spoken, carried=carried) from None
        except (AgencyError, IdentityUnavailable):
            raise NotSignedIn(away=True, spoken=spoken, carried=carried) from None

    def _unsealed(self, request: Request) -> _Sealed | None:
        """What the sign-in began with, if this browser began it and not long ago."""
        raw = self._cover.lifted(self._kind, request.query_params.get("state", ""))
        if raw is None:
            return None
        sealed = msgspec.json.decode(raw, type=_Sealed)
        same = hmac.compare_digest(request.cookies.get(self._cookie, "").encode(), sealed.browser.encode())
        return sealed if same and self._clock.now().timestamp() < sealed.until else None


def set_cookie(response: Response, request: Request, name: str, value: str, *, path: str, seconds: int) -> None:
    """A cookie for the hub alone, which no script reads and no form of another site sends."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def refuse_strangers(request: Request) -> None:
    """Raise `BadRequest` unless the form comes from a page of the hub, as browsers say."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    if site not in ("same-origin", None) or origin not in (own, None):
        raise BadRequest(403, "BAD_REQUEST", "Send this form from its own page.")
