"""`/graphql`: one operation a request, by GET or POST, answered as the GraphQL-over-HTTP specification has it."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from engine.answers.kept import KeptAnswer
from engine.execution.encoding import encoded
from engine.execution.guard import OperationGuard
from engine.execution.operation import Operation
from engine.execution.request import BadRequest, OperationRequest
from engine.http.answering import Answering, Entered, headers_of, status_of
from engine.http.kept_response import VARY, Exchange, costs
from engine.http.negotiation import EVENTS, GRAPHQL, JSON, language, media_type, wants_events, wants_page
from engine.http.request import read_operation
from engine.http.sse import EventStreams

ASKING = frozenset({"query", "documentId", "extensions"})
"""Parameters by which a GET asks something; without them a browser wants the page."""


class GraphQLEndpoint:
    """Answers operations over HTTP."""

    def __init__(self, answering: Answering, *, streams: EventStreams, page: Callable[[Request], Response]) -> None:
        self._answering = answering
        self._streams = streams
        self.page = page

    async def answer(self, request: Request) -> Response:
        """The answer to a GraphQL request, or the page for a browser."""
        accept = request.headers.get("accept")
        if request.method != "POST" and not ASKING & request.query_params.keys() and wants_page(accept):
            return self.page(request)
        media = JSON if wants_events(accept) else media_type(accept)
        manner = _GraphQLManner(media or JSON, self._answering, self._streams)
        if media is None:
            bad = BadRequest(406, "NOT_ACCEPTABLE", f"Answers come as {JSON}, {GRAPHQL} or {EVENTS}.")
            return self._answering.refused(bad, manner, language(request.headers.get("accept-language")))
        return await self._answering.answer(request, manner)


class _GraphQLManner:
    """GraphQL over HTTP, with answers of this media type."""

    def __init__(self, media: str, answering: Answering, streams: EventStreams) -> None:
        self.media = media
        self._answering = answering
        self._streams = streams

    async def read(self, entered: Entered) -> OperationRequest | Response:
        """The operation; or its events, where they are wanted."""
        request, caller, door, spoken, body = entered
        operation = read_operation(request, body)
        if not wants_events(request.headers.get("accept")):
            return operation
        running = self._answering.runner.begin(operation, caller, request, spoken, door)
        return self._streams.answer(running, caller, request, spoken)

    def refused(self, bad: BadRequest, spoken: str, door: OperationGuard | None) -> Response:
        known = bad.code == "PERSISTED_QUERY_NOT_FOUND" and self.media == JSON
        status = 200 if known else bad.status  # as Apollo's clients expect it: they send the document next
        body = msgspec.json.encode({"errors": [bad.error(spoken)]})
        return self._response(body, status, costs(door) | bad.headers)

    def exhausted(self, error: dict[str, Any], entered: Entered) -> Response:
        return self._told({"errors": [error]}, entered.door, entered.language, headers_of(entered.door, entered.caller))

    def executed(self, running: Operation, body: dict[str, Any], _: ExecutionResult) -> Response:
        headers = headers_of(running.door, running.caller, running)
        return self._told(body, running.door, running.context.language, headers)

    def _told(self, body: dict[str, Any], door: OperationGuard, spoken: str, headers: dict[str, str]) -> Response:
        status = status_of(door)
        if status == 200 and "data" not in body and self.media == GRAPHQL:
            status = 400
        return self._response(encoded(body, spoken), status, headers)

    def kept(self, _: KeptAnswer, __: Exchange, ___: float) -> None:
        """As it is."""

    def _response(self, body: bytes, status: int, headers: dict[str, str]) -> Response:
        always = {"content-type": f"{self.media}; charset=utf-8", "vary": VARY}
        return Response(body, status_code=status, headers=always | headers)
