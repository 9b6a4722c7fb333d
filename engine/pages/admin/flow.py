"""`/admin`: an administrator signs in and sees for some minutes what runs.

The session is a sealed cookie. It holds a name that is made for it and its end, and neither a token nor anything of the
person. The page is the document `what-runs`, run as any operation: by the schema of administrators, its limits, its
quota, its log.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from strawberry.types.graphql import OperationType

from auth.caller import Audience, Caller, Person
from auth.cover import Cover
from connectors.kit.clock import Clock
from engine.execution.operation import OperationRunner
from engine.execution.request import BadRequest, OperationRequest
from engine.http.kept_response import READY
from engine.http.request import read_body
from engine.http.rest import Rest
from engine.pages.admin.page import AdminPage, SeenRunning
from engine.pages.graphiql.examples import QUERIES
from engine.pages.signing_in import NotSignedIn, SigningIn, refuse_strangers, set_cookie
from engine.pages.site.answers import language_of

PATH = "/admin"
KIND, SESSION = "sign-in of an administrator", "session of an administrator"
"""What is sealed on the way, and in the cookie."""
COOKIE = "simpul-admin-session"
LIVES = 600
"""Seconds of a session."""
MOST = 1_000
"""Bytes of a form."""
DOCUMENT = (QUERIES / "what-runs.graphql").read_text(encoding="utf-8")
OPERATION = OperationRequest(
    query=DOCUMENT, document_id=None, variables=None, operation_name="WhatRuns", extensions=None
)
QUERY = frozenset({OperationType.QUERY})


class _Session(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is made anew for each session. `until` is in seconds."""

    name: str
    until: int


class AdminFlow:
    """The page of a city where people can sign in."""

    def __init__(
        self,
        rest: Rest,
        page: AdminPage,
        signing_in: SigningIn,
        runner: OperationRunner,
        *,
        cover: Cover,
        clock: Clock,
    ) -> None:
        self._rest = rest
        self._page = page
        self._signing_in = signing_in
        self._runner = runner
        self._cover = cover
        self._clock = clock

    def routes(self) -> list[Route]:
        """The page, its forms, and where the provider sends people back."""
        told = self._rest.told
        return [
            Route(PATH, told(self._look), methods=["GET"]),
            Route(PATH, told(self._sent), methods=["POST"]),
            Route(self._signing_in.back_path, told(self._back), methods=["GET"]),
        ]

    async def _look(self, request: Request) -> Response:
        session, spoken = self._session(request), language_of(request)
        if session is None:
            await self._rest.look(request)
            return self._shown(request, spoken, self._page.door(spoken))
        until = datetime.fromtimestamp(session.until, UTC)
        person = Person(subject=session.name, nik=None, agency=None, audience=Audience.ADMIN, until=until)
        operation = self._runner.begin(OPERATION, Caller(person=person), request, spoken, document=DOCUMENT)
        body: dict[str, Any] = operation.body(await operation.execute(QUERY))
        problems = [each["message"] for each in body.get("errors", ())]
        seen = SeenRunning(body.get("data") or {}, tuple(dict.fromkeys(problems)), self._clock.now(), until)
        return self._shown(request, spoken, self._page.html(spoken, seen), 200 if seen.data else 503)

    async def _sent(self, request: Request) -> Response:
        """Send the person on to sign in, or end the session."""
        await self._rest.look(request)
        refuse_strangers(request)
        form, spoken = await read_body(request, MOST, "application/x-www-form-urlencoded"), language_of(request)
        if form == b"do=leave":
            response = RedirectResponse(f"{PATH}?lang={spoken}", 303, headers={"cache-control": "no-store"})
            response.delete_cookie(COOKIE, PATH, httponly=True, samesite="lax")
            return response
        try:
            return await self._signing_in.leave(request, spoken, "")
        except NotSignedIn as nobody:
            return self._not_signed_in(request, nobody)

    async def _back(self, request: Request) -> Response:
        """Begin the session of an administrator; raises `BadRequest` for everybody else."""
        await self._rest.look(request)
        try:
            person, _, spoken, _ = await self._signing_in.arrive(request)
        except NotSignedIn as nobody:
            return self._not_signed_in(request, nobody)
        if person.audience is not Audience.ADMIN:
            raise BadRequest(403, "FORBIDDEN", "This page is for administrators.")
        now = int(self._clock.now().timestamp())
        ends = min(now + LIVES, int(person.until.timestamp()) if person.until else now + LIVES)
        sealed = msgspec.json.encode(_Session(name=f"admin-{secrets.token_hex(8)}", until=ends)).decode()
        response = RedirectResponse(f"{PATH}?lang={spoken}", 303, headers={"cache-control": "no-store"})
        set_cookie(response, request, COOKIE, self._cover.put(SESSION, sealed), path=PATH, seconds=ends - now)
        return response

    def _session(self, request: Request) -> _Session | None:
        """The session of this browser, if it has not ended."""
        raw = self._cover.lifted(SESSION, request.cookies.get(COOKIE, ""))
        session = msgspec.json.decode(raw, type=_Session) if raw else None
        return session if session and self._clock.now().timestamp() < session.until else None

    def _not_signed_in(self, request: Request, nobody: NotSignedIn) -> Response:
        spoken = nobody.spoken or language_of(request)
        problem = self._page.away(spoken) if nobody.away else self._page.ended(spoken)
        return self._shown(request, spoken, self._page.door(spoken, problem), 503 if nobody.away else 400)

    def _shown(self, request: Request, spoken: str, page: str, status: int = 200) -> Response:
        request.scope[READY] = True  # it is for one reader, so it is not compressed
        headers = {
            "content-security-policy": self._page.policy,
            "content-language": spoken,
            "referrer-policy": "same-origin",  # with none, browsers hide from which page a form comes
            "cache-control": "no-store",
            "vary": "accept-language, cookie",
            "x-robots-tag": "noindex",
        }
        return Response(page, status, headers=headers, media_type="text/html")
