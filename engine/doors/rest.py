"""`/rest/…`: one path for each trusted document, and `/rest/openapi.json`, which describes them all."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from strawberry.types import ExecutionResult

from auth.caller import ANYBODY, Audience, Caller
from engine.answers.kept import Encoding, KeptAnswer
from engine.doors.documents import NO_DOCUMENTS, DoorDocument, DoorDocuments
from engine.doors.openapi import NOTHING, About, Described, described
from engine.doors.parameters import BadParameters, ParameterReader
from engine.doors.problems import Reason, first_reason, has_nothing, problem, status_of_code
from engine.execution.encoding import encoded
from engine.execution.guard import OperationGuard
from engine.execution.operation import Operation
from engine.execution.request import BadRequest, OperationRequest
from engine.http.answering import Answering, Entered, headers_of, status_of
from engine.http.authentication import BEARER, CREDENTIALS
from engine.http.kept_response import VARY, Exchange, costs
from engine.http.negotiation import JSON, language, media_type

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
"""All of them, so that also one that is not allowed is answered as a problem."""
LOOK = 200
"""What it costs to ask for the description."""


class RestDoor:
    """Answers with the trusted documents, in the manner of REST."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.documents = NO_DOCUMENTS
        self._about = NOTHING
        self._described: dict[Audience, Described] = {}

    def offer(self, documents: DoorDocuments, about: About) -> None:
        """Offer these documents from now on."""
        self.documents, self._about, self._described = documents, about, {}

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("/rest", self._at_home),
            Route("/rest/openapi.json", self._description),
            Route("/rest/{name}", self._answer, methods=METHODS),
        ]

    def schema(self, caller: Caller) -> GraphQLSchema:
        """The schema of who asks."""
        return self.answering.runner.graphql_schema(caller.audience)

    def whose(self, document: DoorDocument) -> list[Audience]:
        """Who may run it."""
        schema_of = self.answering.runner.graphql_schema
        return [each for each in Audience if self.documents.is_for(document, each, schema_of(each))]

    async def described(self, caller: Caller) -> Described:
        """The description of what this caller may run, made once for each audience, and so that nobody waits for it."""
        audience = caller.audience
        if audience not in self._described:
            schema = self.schema(caller)
            mine = [each for each in self.documents if self.documents.is_for(each, audience, schema)]
            everybodys = self.answering.runner.graphql_schema(Audience.PUBLIC)
            anybody = {each.name for each in mine if self.documents.is_for(each, Audience.PUBLIC, everybodys)}
            self._described[audience] = await asyncio.to_thread(described, self._about, schema, mine, anybody)
        return self._described[audience]

    async def _answer(self, request: Request) -> Response:
        return await self._answered(request, _RestManner(self, request.path_params["name"]))

    async def _description(self, request: Request) -> Response:
        return await self._answered(request, _DescriptionManner(self))

    async def _answered(self, request: Request, manner: "_RestManner") -> Response:
        if media_type(request.headers.get("accept")) is None:
            bad = BadRequest(406, "NOT_ACCEPTABLE", "Answers come as application/json.")
            return self.answering.refused(bad, manner, language(request.headers.get("accept-language")))
        return await self.answering.answer(request, manner)

    async def _at_home(self, _: Request) -> Response:
        return RedirectResponse("/rest/openapi.json", status_code=302)


class _RestManner:
    """One request to the path of one document."""

    media = JSON

    def __init__(self, door: RestDoor, name: str) -> None:
        self._door = door
        self._name = name
        self._reader: ParameterReader | None = None

    async def read(self, entered: Entered) -> OperationRequest | Response:
        """The document of this name, with its variables; raises `BadRequest`."""
        request, caller, _, spoken, body = entered
        document = self._door.documents.named(self._name)
        if document is None:
            raise BadRequest(404, "NOT_FOUND", "There is no document of this name; /rest/openapi.json lists them.")
        schema = self._door.schema(caller)
        if not self._door.documents.is_for(document, caller.audience, schema):
            raise _not_for(caller, self._door.whose(document))
        by = document.method(schema)
        if request.method not in ((by, "HEAD") if by == "GET" else (by,)):
            raise BadRequest(405, "METHOD_NOT_ALLOWED", f"This document comes by {by}.", {"Allow": by})
        self._reader = reader = ParameterReader(document, schema, spoken)
        if by == "GET":
            return document.asked(reader.of_address(request.query_params.multi_items()))
        if request.query_params:
            raise BadRequest(
                400, "BAD_REQUEST", "The parameters of this document stand in the body, not in the address."
            )
        return document.asked(reader.of_body(body))

    def refused(self, bad: BadRequest, spoken: str, door: OperationGuard | None) -> Response:
        mistakes = bad.mistakes if isinstance(bad, BadParameters) else ()
        headers = {"vary": VARY} | costs(door) | bad.headers
        return problem(bad.status, bad.code, bad.said(spoken), headers, errors=mistakes)

    def exhausted(self, error: dict[str, Any], entered: Entered) -> Response:
        headers = headers_of(entered.door, entered.caller) | {"vary": VARY}
        reason = (error["extensions"]["code"], error["message"], error["extensions"])
        return _told(reason, {"errors": [error]}, headers, status_of(entered.door))

    def executed(self, running: Operation, body: dict[str, Any], result: ExecutionResult) -> Response:
        headers = headers_of(running.door, running.caller, running) | {"vary": VARY}
        mistakes = self._reader.told(result.errors) if self._reader and result.errors and result.data is None else []
        if mistakes:
            bad = BadParameters(mistakes)
            return problem(400, bad.code, bad.message, headers, errors=mistakes)
        return _nothing(body, headers, status_of(running.door)) or Response(
            encoded(body, running.context.language), headers={"content-type": f"{JSON}; charset=utf-8"} | headers
        )

    def kept(self, kept: KeptAnswer, exchange: Exchange, now: float) -> Response | None:
        """A problem where nothing is kept; else the kept bytes as they are."""
        if not has_nothing(kept):
            return None
        body = msgspec.json.decode(kept.made_at(now, Encoding.IDENTITY).body)
        return _nothing(body, headers_of(exchange.door, exchange.caller) | {"vary": VARY}, 200)


class _DescriptionManner(_RestManner):
    """One request for the description of all paths."""

    def __init__(self, door: RestDoor) -> None:
        super().__init__(door, "openapi.json")

    async def read(self, entered: Entered) -> Response:
        """The description for who asks, or that it is still the one that the client has."""
        request, caller, door, *_ = entered
        await door.repeat(LOOK)
        made = await self._door.described(caller)
        headers = {"etag": made.tag, "vary": ", ".join(CREDENTIALS)} | costs(door)
        headers["cache-control"] = "no-cache" if caller == ANYBODY else "private, no-cache"
        if made.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(made.text, headers=headers, media_type=JSON)


def _not_for(caller: Caller, whose: list[Audience]) -> BadRequest:
    """Why this caller may not run a document, and who may."""
    if not whose:
        return BadRequest(404, "NOT_FOUND", "There is no document of this name; /rest/openapi.json lists them.")
    if caller.person is None and Audience.PARTNER not in whose:
        return BadRequest(401, "UNAUTHENTICATED", "Sign in first.", {"WWW-Authenticate": BEARER})
    return BadRequest(403, "FORBIDDEN", f"Only these may run this document: {', '.join(each.value for each in whose)}.")


def _nothing(body: Mapping[str, Any], headers: Mapping[str, str], status: int) -> Response | None:
    """The problem, where an answer has nothing because something went wrong, or because there is no such thing."""
    reason = first_reason(body)
    return _told(reason, body, headers, status) if reason else None


def _told(reason: Reason, body: Mapping[str, Any], headers: Mapping[str, str], status: int) -> Response:
    """The problem for this reason, with all that the answer says besides."""
    code, detail, extensions = reason
    later = {"retry-after": str(round(extensions["retryAfter"]))} if extensions.get("retryAfter") else {}
    errors = [
        {"detail": each["message"], "path": each.get("path"), **each["extensions"]} for each in body.get("errors", ())
    ]
    beside = {name: value for name, value in body.get("extensions", {}).items() if value}
    status = status if status != 200 else status_of_code(code)
    return problem(status, code, detail, later | dict(headers), errors=errors, **beside)
