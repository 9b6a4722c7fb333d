"""`/mcp`: the trusted documents as tools, over the Model Context Protocol (streamable HTTP), without sessions.

Each message is a request of its own: the same callers, rules, quota and record as at `/graphql`. What cannot be
answered is a tool error in plain words, so that a model can do better. Pages may come from the origins that may ask
(CORS), or from this machine: a page whose name was bound to its address (DNS rebinding) has an origin of its own.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.types import ExecutionResult

from auth.caller import Audience, Caller
from connectors.kit.loopback import LOOPBACK
from engine.answers.kept import Encoding, KeptAnswer
from engine.doors.documents import NO_DOCUMENTS, DoorDocuments
from engine.doors.messages import (
    INTERNAL,
    INVALID_PARAMS,
    INVALID_REQUEST,
    LEGACY,
    METHOD_NOT_FOUND,
    SUPPORTED,
    BadMessage,
    McpMessage,
    error_of,
    message_of,
    result_of,
)
from engine.doors.openapi import NOTHING, About
from engine.doors.parameters import BadParameters, ParameterReader
from engine.doors.tools import tools_of
from engine.execution.encoding import encoded
from engine.execution.guard import OperationGuard
from engine.execution.operation import Operation
from engine.execution.request import BadRequest, OperationRequest
from engine.execution.translations import said
from engine.http.answering import Answering, Entered, headers_of
from engine.http.authentication import BEARER
from engine.http.cors import Origins
from engine.http.kept_response import VARY, Exchange, costs
from engine.http.negotiation import JSON, language, media_type

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
LOOK = 200
"""What it costs to ask for the tools."""
FRESH = 300_000
"""Milliseconds for which a client need not ask for the tools again."""
WELL_KNOWN = "/.well-known/oauth-protected-resource"
INSTRUCTIONS = (
    "The services of {}: each tool asks the city's agencies. An answer has `data`; `extensions.sources` says from whom "
    "they are and how old, so say that beside them. `errors` says what could not be answered, and "
    "`extensions.absences` why there is nothing. A tool without `readOnlyHint` changes something: ask the person first."
)
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")


class McpDoor:
    """Answers with the trusted documents, as tools."""

    def __init__(self, answering: Answering, origins: Origins, issuer: str | None) -> None:
        self.answering = answering
        self.documents = NO_DOCUMENTS
        self.about = NOTHING
        self.origins = origins
        self.issuer = issuer
        self._tools: dict[Audience, msgspec.Raw] = {}

    def offer(self, documents: DoorDocuments, about: About) -> None:
        """Offer these documents from now on."""
        self.documents, self.about, self._tools = documents, about, {}

    def routes(self) -> list[Route]:
        """Where it answers; and where it says who gives tokens (RFC 9728), if anybody does."""
        told = [Route(path, self._resource) for path in (WELL_KNOWN, f"{WELL_KNOWN}/mcp")] if self.issuer else []
        return [Route("/mcp", self._answer, methods=METHODS), *told]

    @property
    def server(self) -> dict[str, str]:
        """What the hub says of itself."""
        return {"name": "simpul", "title": f"Simpul {self.about.city}", "version": self.about.version}

    async def tools(self, caller: Caller) -> msgspec.Raw:
        """The tools of this caller, made once for each audience, and so that nobody waits for it."""
        audience = caller.audience
        if audience not in self._tools:
            schema = self.answering.runner.graphql_schema(audience)
            mine = [each for each in self.documents if self.documents.is_for(each, audience, schema)]
            self._tools[audience] = await asyncio.to_thread(tools_of, schema, mine)
        return self._tools[audience]

    async def _answer(self, request: Request) -> Response:
        manner, spoken = _McpManner(self, request), language(request.headers.get("accept-language"))
        if not await self._may_come(request):
            bad = BadRequest(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not ask here.")
            return self.answering.refused(bad, manner, spoken)
        if request.method != "POST":
            bad = BadRequest(405, "METHOD_NOT_ALLOWED", "Messages come by POST.", {"Allow": "POST"})
            return self.answering.refused(bad, manner, spoken)
        if media_type(request.headers.get("accept")) is None:
            bad = BadRequest(406, "NOT_ACCEPTABLE", "Answers come as application/json.")
            return self.answering.refused(bad, manner, spoken)
        return await self.answering.answer(request, manner)

    async def _may_come(self, request: Request) -> bool:
        """Whether its origin may ask, or is the hub's own on this machine; who is no page has none."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        if origin is None or await self.origins.allows(origin):
            return True
        return origin == f"http://{host}" and request.base_url.hostname in LOOPBACK

    async def _resource(self, request: Request) -> Response:
        body = {
            "resource": f"{base_of(request)}/mcp",
            "resource_name": self.server["title"],
            "authorization_servers": [self.issuer],
            "bearer_methods_supported": ["header"],
        }
        return JSONResponse(body, headers={"cache-control": "no-store", "access-control-allow-origin": "*"})


class _McpManner:
    """One message."""

    media = JSON

    def __init__(self, door: McpDoor, request: Request) -> None:
        self._door = door
        self._request = request
        self._message: McpMessage | None = None
        self._reader: ParameterReader | None = None

    async def read(self, entered: Entered) -> OperationRequest | Response:
        """The document of the tool that is called, with its variables; or the answer to any other message."""
        request, caller, door, spoken, body = entered
        try:
            self._message = message = message_of(body, request.headers)
            if message is None or message.id is None:
                return Response(status_code=202)
            if message.method == "tools/call":
                return self._called(message, caller, spoken)
            return await self._told(message, caller, door)
        except BadMessage as bad:
            self._door.answering.runner.telemetry.metrics.request_refused("BAD_REQUEST")
            return error_of(bad, said(bad.said, spoken), costs(door))

    def _called(self, message: McpMessage, caller: Caller, spoken: str) -> OperationRequest:
        schema = self._door.answering.runner.graphql_schema(caller.audience)
        document = self._door.documents.named(message.name)
        if document is None or not self._door.documents.is_for(document, caller.audience, schema):
            raise BadMessage(
                200, INVALID_PARAMS, "You have no tool of this name; tools/list has yours.", message_id=message.id
            )
        arguments = message.params.get("arguments") or {}
        if not isinstance(arguments, dict):
            raise BadMessage(200, INVALID_PARAMS, "arguments is an object.", message_id=message.id)
        self._reader = ParameterReader(document, schema, spoken)
        return document.asked(self._reader.of_object(arguments))

    async def _told(self, message: McpMessage, caller: Caller, door: OperationGuard) -> Response:
        about: dict[str, Any] = {
            "capabilities": {"tools": {}},
            "instructions": INSTRUCTIONS.format(self._door.about.city),
        }
        match message.method, message.modern:
            case "tools/list", modern:
                await door.repeat(LOOK)
                kept = {"ttlMs": FRESH, "cacheScope": "private"} if modern else {}
                return self._result({"tools": await self._door.tools(caller)} | kept, costs(door))
            case "server/discover", True:
                found = {"supportedVersions": SUPPORTED, "ttlMs": FRESH, "cacheScope": "public"}
                return self._result(found | about, costs(door))
            case "initialize", False:
                wanted = message.params.get("protocolVersion")
                version = wanted if wanted in LEGACY else LEGACY[0]
                found = {"protocolVersion": version, "serverInfo": self._door.server}
                return self._result(found | about, costs(door))
            case "ping", False:
                return self._result({}, costs(door))
            case _, modern:
                status = 404 if modern else 200
                raise BadMessage(status, METHOD_NOT_FOUND, "This method is not known here.", message_id=message.id)

    def refused(self, bad: BadRequest, spoken: str, door: OperationGuard | None) -> Response:
        headers = {"vary": VARY} | costs(door) | bad.headers
        if isinstance(bad, BadParameters) and self._message:
            return self._error([bad.said(spoken)], headers)
        if bad.status == 401 and self._door.issuer and (base := base_of(self._request)):
            challenge = next((bad.headers[name] for name in bad.headers if name.lower() == "www-authenticate"), BEARER)
            headers["WWW-Authenticate"] = f'{challenge}, resource_metadata="{base}{WELL_KNOWN}/mcp"'
        message_id = self._message.id if self._message else None
        told = BadMessage(bad.status, INVALID_REQUEST, bad.message, {"code": bad.code}, message_id)
        return error_of(told, bad.said(spoken), headers)

    def exhausted(self, error: dict[str, Any], entered: Entered) -> Response:
        headers = headers_of(entered.door, entered.caller)
        if self._message:
            return self._error([_words(error)], headers)
        bad = BadMessage(429, INTERNAL, error["message"], {"code": error["extensions"]["code"]})
        return error_of(bad, bad.said, headers)

    def executed(self, running: Operation, body: dict[str, Any], result: ExecutionResult) -> Response:
        headers = headers_of(running.door, running.caller, running)
        if self._reader and result.errors and (mistakes := self._reader.told(result.errors)):
            return self._error([each.detail for each in mistakes], headers)
        data, errors = body.get("data"), body.get("errors", ())
        if errors and not any(value is not None for value in (data or {}).values()):
            return self._error([_words(each) for each in errors], headers)
        return self._answer(encoded(body, running.context.language), headers)

    def kept(self, kept: KeptAnswer, exchange: Exchange, now: float) -> Response:
        """The kept answer, in a message."""
        body = kept.made_at(now, Encoding.IDENTITY).body
        return self._answer(body, headers_of(exchange.door, exchange.caller))

    def _answer(self, body: bytes, headers: Mapping[str, str]) -> Response:
        content = [{"type": "text", "text": body.decode()}]
        return self._result({"content": content, "structuredContent": msgspec.Raw(body), "isError": False}, headers)

    def _error(self, told: list[str], headers: Mapping[str, str]) -> Response:
        return self._result({"content": [{"type": "text", "text": "\n".join(told)}], "isError": True}, headers)

    def _result(self, result: dict[str, Any], headers: Mapping[str, str]) -> Response:
        if self._message is None:
            raise TypeError("no message was read")
        return result_of(self._message, result, self._door.server, headers)


def _words(error: Mapping[str, Any]) -> str:
    """An error in words, and its code for who looks it up."""
    return f"{error['message']} ({error['extensions']['code']})"


def base_of(request: Request) -> str:
    """The hub as the client calls it; empty where that is no address."""
    return str(request.base_url).rstrip("/") if _HOST.fullmatch(request.headers.get("host", "")) else ""
