"""`/keys`: a form, a sign-in at the identity provider, and the answer, once. What was filled in travels along."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.caller import Caller
from engine.execution.request import BadRequest
from engine.http.kept_response import READY
from engine.http.request import read_body
from engine.http.rest import Rest
from engine.pages.keys.page import KeysOutcome, KeysPage
from engine.pages.signing_in import NotSignedIn, SigningIn, refuse_strangers
from engine.pages.site.answers import language_of
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import PageArguments
from resolvers.kit.personal import allowed
from resolvers.platform import key_requests
from resolvers.platform.policies import MY_KEYS

PATH = "/keys"
MOST = 10_000
"""Bytes of a form."""
MOST_FIELDS = 10
BETWEEN = re.compile(r"[\s,]+")
"""What stands between origins that people write; a browser sends none of it, and neither capitals nor a last slash."""
KIND = "form of keys"
"""What is sealed on the way."""


class Filled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was filled in, and what to do with it: `request`, `collect` or `list`."""

    do: str
    app: str = ""
    purpose: str = ""
    contact: str = ""
    origins: str = ""
    code: str = ""


class KeysFlow:
    """The page of a city where people can sign in."""

    def __init__(
        self,
        rest: Rest,
        page: KeysPage,
        signing_in: SigningIn,
        *,
        context_for: Callable[[str, Caller, str], Context],
        origin: str | None,
    ) -> None:
        self._rest = rest
        self._page = page
        self._signing_in = signing_in
        self._context_for = context_for
        self._origin = origin

    def routes(self) -> list[Route]:
        """The form, and where the provider sends people back."""
        told = self._rest.told
        return [
            Route(PATH, told(self._form), methods=["GET"]),
            Route(PATH, told(self._sent), methods=["POST"]),
            Route(self._signing_in.back_path, told(self._back), methods=["GET"]),
        ]

    async def _form(self, request: Request) -> Response:
        await self._rest.look(request)
        return self._shown(request, language_of(request), KeysOutcome())

    async def _sent(self, request: Request) -> Response:
        """Send the person on to sign in, with what was filled in."""
        await self._rest.look(request)
        refuse_strangers(request)
        filled = await _filled(request)
        try:
            return await self._signing_in.leave(request, language_of(request), msgspec.json.encode(filled).decode())
        except NotSignedIn as nobody:
            return self._not_signed_in(request, nobody)

    async def _back(self, request: Request) -> Response:
        """Do what was asked for, for the person who has signed in."""
        await self._rest.look(request)
        try:
            signed_in = await self._signing_in.arrive(request)
        except NotSignedIn as nobody:
            return self._not_signed_in(request, nobody)
        caller = Caller(person=signed_in.person, token=signed_in.token)
        context = self._context_for(signed_in.spoken, caller, f"POST {PATH}")
        filled = msgspec.json.decode(signed_in.carried, type=Filled)
        context.auditor.call_it(f"keys_{filled.do}")
        return await self._done(request, context, filled)

    def _not_signed_in(self, request: Request, nobody: NotSignedIn) -> Response:
        spoken = nobody.spoken or language_of(request)
        filled = _fields(msgspec.json.decode(nobody.carried, type=Filled)) if nobody.carried else {}
        problem = self._page.away(spoken) if nobody.away else self._page.ended(spoken)
        return self._shown(request, spoken, KeysOutcome(filled=filled, problem=problem), 503 if nobody.away else 400)

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
            usual_quota=context.usual_quota or None,
            address=self._origin or f"{request.url.scheme}://{request.url.netloc}",
        )
        return self._shown(request, context.language, outcome, 400 if problem else 200)

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
        origins=[each.lower().removesuffix("/") for each in BETWEEN.split(filled.origins) if each],
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
