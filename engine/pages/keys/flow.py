"""`/keys`: a form, a sign-in at the identity provider, and the answer, once.

The hub keeps nothing in between. What was filled in travels with the sign-in as its sealed `state`, and a cookie says
that the same browser comes back. The cookie opens nothing. A form that another site has sent is refused.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth.caller import Caller
from auth.cover import Cover
from auth.oidc import IdentityProvider, IdentityUnavailable, TokenRefused
from auth.sign_in import SignIn, new_verifier
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from engine.execution.request import BadRequest
from engine.http.kept_response import READY
from engine.http.negotiation import LANGUAGES, language
from engine.http.request import read_body
from engine.http.rest import Rest
from engine.pages.keys.page import KeysOutcome, KeysPage
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import PageArguments
from resolvers.kit.personal import allowed
from resolvers.platform import key_requests
from resolvers.platform.policies import MY_KEYS

PATH, BACK = "/keys", "/keys/signed-in"
MOST = 10_000
"""Bytes of a form."""
MOST_FIELDS = 10
LIVES = 600
"""Seconds in which a person has to have signed in."""
COOKIE = "simpul-keys"
KIND = "form of keys"


class Filled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was filled in, and what to do with it: `request`, `collect` or `list`."""

    do: str
    app: str = ""
    purpose: str = ""
    contact: str = ""
    origins: str = ""
    code: str = ""


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in has to know when it comes back."""

    filled: Filled
    browser: str
    verifier: str
    redirect: str
    spoken: str
    until: int


class KeysFlow:
    """The page of a city where people can sign in."""

    def __init__(
        self,
        rest: Rest,
        page: KeysPage,
        sign_in: SignIn,
        identity: IdentityProvider,
        *,
        cover: Cover,
        clock: Clock,
        context_for: Callable[[str, Caller, str], Context],
    ) -> None:
        self._rest = rest
        self._page = page
        self._sign_in = sign_in
        self._identity = identity
        self._cover = cover
        self._clock = clock
        self._context_for = context_for

    def routes(self) -> list[Route]:
        """The form, and where the provider sends people back."""
        told = self._rest.told
        return [
            Route(PATH, told(self._form), methods=["GET"]),
            Route(PATH, told(self._sent), methods=["POST"]),
            Route(BACK, told(self._back), methods=["GET"]),
        ]

    async def _form(self, request: Request) -> Response:
        await self._rest.look(request)
        return self._shown(request, _spoken(request), KeysOutcome())

    async def _sent(self, request: Request) -> Response:
        """Send the person on to sign in, with what was filled in."""
        await self._rest.look(request)
        if not _is_own(request):
            raise BadRequest(403, "BAD_REQUEST", "Send this form from its own page.")
        filled, spoken = await _filled(request), _spoken(request)
        origin = f"{request.url.scheme}://{request.url.netloc}"
        sealed = _Sealed(
            filled=filled,
            browser=secrets.token_urlsafe(16),
            verifier=new_verifier(),
            redirect=f"{origin}{BACK}",
            spoken=spoken,
            until=int(self._clock.now().timestamp()) + LIVES,
        )
        state = self._cover.put(KIND, msgspec.json.encode(sealed).decode())
        try:
            address = await self._sign_in.address(sealed.redirect, state, sealed.verifier)
        except AgencyError:
            return self._shown(
                request, spoken, KeysOutcome(filled=_fields(filled), problem=self._page.away(spoken)), 503
            )
        response = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, sealed.browser, max_age=LIVES, path=PATH, secure=secure, httponly=True, samesite="lax"
        )
        return response

    async def _back(self, request: Request) -> Response:
        """Do what was asked for, for the person who has signed in."""
        await self._rest.look(request)
        sealed = self._unsealed(request)
        if sealed is None or not (code := request.query_params.get("code")):
            spoken = _spoken(request)
            return self._shown(request, spoken, KeysOutcome(problem=self._page.ended(spoken)), 400)
        spoken, fields = sealed.spoken, _fields(sealed.filled)
        try:
            token = await self._sign_in.token(code, sealed.redirect, sealed.verifier)
            if token is None:
                return self._shown(request, spoken, KeysOutcome(filled=fields, problem=self._page.ended(spoken)), 400)
            person = await self._identity.person(token)
        except TokenRefused:
            return self._shown(request, spoken, KeysOutcome(filled=fields, problem=self._page.ended(spoken)), 400)
        except (AgencyError, IdentityUnavailable):
            return self._shown(request, spoken, KeysOutcome(filled=fields, problem=self._page.away(spoken)), 503)
        context = self._context_for(spoken, Caller(person=person, token=token), f"POST {PATH}")
        context.auditor.call_it(f"keys_{sealed.filled.do}")
        return await self._done(request, context, sealed.filled)

    async def _done(self, request: Request, context: Context, filled: Filled) -> Response:
        asked = key = problem = None
        try:
            if filled.do == "request":
                asked = await _as_in_the_graph(context, "requestApiKey", lambda: _request(context, filled))
            elif filled.do == "collect":
                key = await _as_in_the_graph(
                    context, "collectApiKey", lambda: key_requests.collect_api_key(None, context, code=filled.code)
                )
        except UserError as error:
            problem = error.texts[context.language]
        listed = await _as_in_the_graph(
            context,
            "apiKeyRequests",
            lambda: key_requests.my_api_key_requests(None, context, page=PageArguments(first=20)),
        )
        outcome = KeysOutcome(
            filled=_fields(filled) if problem else {},
            problem=problem,
            asked=asked,
            key=key,
            requests=tuple(listed.nodes),
        )
        return self._shown(request, context.language, outcome, 400 if problem else 200)

    def _unsealed(self, request: Request) -> _Sealed | None:
        """What the sign-in began with, if this browser began it and not long ago."""
        raw = self._cover.lifted(KIND, request.query_params.get("state", ""))
        if raw is None:
            return None
        sealed = msgspec.json.decode(raw, type=_Sealed)
        same = hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), sealed.browser.encode())
        return sealed if same and self._clock.now().timestamp() < sealed.until else None

    def _shown(self, request: Request, spoken: str, outcome: KeysOutcome, status: int = 200) -> Response:
        request.scope[READY] = True  # a key may stand in it, so it is not compressed
        headers = {
            "content-security-policy": self._page.policy,
            "content-language": spoken,
            "referrer-policy": "same-origin",  # with none, browsers hide from which page a form comes
            "cache-control": "no-store",
            "vary": "accept-language",
        }
        return Response(self._page.html(spoken, outcome), status, headers=headers, media_type="text/html")


async def _request(context: Context, filled: Filled) -> Any:
    return await key_requests.request_api_key(
        None,
        context,
        app=filled.app.strip(),
        purpose=filled.purpose,
        contact=filled.contact,
        origins=filled.origins.split(),
    )


async def _as_in_the_graph(context: Context, field: str, find: Callable[[], Any]) -> Any:
    """By the rules of the field of this name, and on record."""
    return await allowed(context, MY_KEYS, f"Mutation.{field}", find)


async def _filled(request: Request) -> Filled:
    """What was filled in; raises `BadRequest`."""
    body = await read_body(request, MOST, "application/x-www-form-urlencoded")
    try:
        given = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return msgspec.convert({name: values[-1] for name, values in given.items()}, Filled)
    except ValueError:
        raise BadRequest(400, "BAD_REQUEST", "Send this form from its own page.") from None


def _fields(filled: Filled) -> Mapping[str, str]:
    return {name: getattr(filled, name) for name in ("app", "purpose", "contact", "origins")}


def _is_own(request: Request) -> bool:
    """Whether the form comes from a page of the hub, as browsers say."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    return site in ("same-origin", None) and origin in (own, None)


def _spoken(request: Request) -> str:
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else language(request.headers.get("accept-language"))
