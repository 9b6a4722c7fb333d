"""`/graphql`: one operation a request, by GET or POST, answered as the GraphQL-over-HTTP specification has it."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.graphql import OperationType

from auth.caller import ANYBODY, Caller
from engine.execution.admission import AGAIN
from engine.execution.encoding import encoded
from engine.execution.errors import present
from engine.execution.guard import OperationGuard, QuotaExceeded
from engine.execution.operation import Operation, OperationRunner
from engine.execution.quota import WINDOW
from engine.execution.request import BadRequest
from engine.http.authentication import Authentication, unknown_caller
from engine.http.cache_status import cache_headers
from engine.http.kept_response import VARY, Exchange, KeptResponses, costs
from engine.http.leaving import ClientLeft, while_client_stays
from engine.http.negotiation import EVENTS, GRAPHQL, JSON, language, media_type, wants_events, wants_page
from engine.http.request import read_body, read_operation
from engine.http.sse import EventStreams
from engine.http.timeout import deadline_of
from resolvers.kit.deadline import Deadline
from resolvers.kit.errors import UserError

ASKING = frozenset({"query", "documentId", "extensions"})
"""Parameters by which a GET asks something; without them a browser wants the page."""

CLOSED = 499
"""The status of an answer to a client that has left, as other servers log it."""

QUERIES = frozenset({OperationType.QUERY})
ALLOWED = {"GET": QUERIES, "HEAD": QUERIES, "POST": QUERIES | {OperationType.MUTATION}}


class GraphQLEndpoint:
    """Answers operations over HTTP."""

    def __init__(
        self,
        *,
        runner: OperationRunner,
        authentication: Authentication,
        streams: EventStreams,
        page: Callable[[Request], Response],
        kept: KeptResponses | None = None,
        max_bytes: int = 1_000_000,
    ) -> None:
        self._runner = runner
        self._authentication = authentication
        self._streams = streams
        self.page = page
        self._kept = kept
        self._max_bytes = max_bytes

    async def answer(self, request: Request) -> Response:
        """The answer to a GraphQL request, or the page for a browser."""
        accept = request.headers.get("accept")
        if request.method != "POST" and not ASKING & request.query_params.keys() and wants_page(accept):
            return self.page(request)
        spoken, answered_as = language(request.headers.get("accept-language")), JSON
        try:
            answered_as = _accepted(accept)
            deadline = deadline_of(request.headers, self._runner.seconds)
            caller = await self._caller(request, deadline)
        except BadRequest as bad:
            return self._refusal(bad, answered_as, spoken)
        door = self._runner.door(caller, request, deadline)
        try:
            operation = read_operation(request, await self._body(request, door))
            if wants_events(accept):
                running = self._runner.begin(operation, caller, request, spoken, door)
                response = self._streams.answer(running, caller, request, spoken)
            else:
                document = self._runner.documents.document(operation)
                exchange = Exchange(request, caller, door, spoken, answered_as, operation, document)
                response = await self._answered(exchange)
        except QuotaExceeded as error:
            self._runner.telemetry.metrics.request_refused("QUOTA_EXCEEDED")
            return _answer({"errors": [present(error, spoken, str)]}, door, caller, answered_as, spoken)
        except BadRequest as bad:
            return self._refusal(bad, answered_as, spoken, door)
        except ClientLeft:
            return Response(status_code=CLOSED)  # nobody reads it
        return response

    async def _answered(self, exchange: Exchange) -> Response:
        """The answer that is kept, or one that is made now."""
        asked = await self._kept.found(exchange) if self._kept else None
        if isinstance(asked, Response):
            return asked
        request, caller, door, spoken, media, operation, document = exchange
        running = self._runner.begin(operation, caller, request, spoken, door, document=document)
        door.work.encoded = True
        async with while_client_stays(request, lambda: not door.changes):
            if self._kept is None or asked is None:
                return _executed(running, media, running.body(await running.execute(ALLOWED[request.method])))
            with self._kept.answers.begin(asked, door.urgency, door.cost) as making:
                body = running.body(await running.execute(ALLOWED[request.method]))
                made = _executed(running, media, body)
                return await self._kept.finished(making, running, body, made, exchange)

    def _refusal(self, bad: BadRequest, media: str, spoken: str, door: OperationGuard | None = None) -> Response:
        self._runner.telemetry.metrics.request_refused(bad.code)
        known = bad.code == "PERSISTED_QUERY_NOT_FOUND" and media == JSON
        status = 200 if known else bad.status  # as Apollo's clients expect it: they send the document next
        return _response(msgspec.json.encode({"errors": [bad.error(spoken)]}), status, media, costs(door) | bad.headers)

    async def _caller(self, request: Request, deadline: Deadline) -> Caller:
        """Who asks; raises `BadRequest`."""
        try:
            with deadline.kept():
                return await self._authentication.caller(request.headers)
        except UserError:
            raise unknown_caller("The hub cannot check the access token now.") from None

    async def _body(self, request: Request, door: OperationGuard) -> bytes:
        """Charged by its size before anybody looks at it; raises `BadRequest`, or `QuotaExceeded` before it is read."""
        await door.enter()
        begun = door.deadline.passed
        body = await read_body(request, self._max_bytes)
        door.deadline.extend(door.deadline.passed - begun)
        await door.receive(len(body))
        return body


def _accepted(accept: str | None) -> str:
    """The media type to answer with; raises `BadRequest`."""
    media = JSON if wants_events(accept) else media_type(accept)
    if media is None:
        raise BadRequest(406, "NOT_ACCEPTABLE", f"Answers come as {JSON}, {GRAPHQL} or {EVENTS}.")
    return media


def _executed(running: Operation, answered_as: str, body: dict[str, Any]) -> Response:
    ctx = running.context
    answer = _answer(body, running.door, running.caller, answered_as, ctx.language)
    answer.headers.update(cache_headers(ctx))
    return answer


def _answer(body: dict[str, Any], door: OperationGuard, caller: Caller, answered_as: str, spoken: str) -> Response:
    headers, answer = costs(door), encoded(body, spoken)
    if caller != ANYBODY:
        headers["cache-control"] = "private, no-store"
    if door.charged and not door.charged.allowed:
        return _response(answer, 429, answered_as, headers | {"retry-after": str(WINDOW)})
    if door.overloaded:
        return _response(answer, 503, answered_as, headers | {"retry-after": str(AGAIN)})
    refused = "data" not in body and answered_as == GRAPHQL
    return _response(answer, 400 if refused else 200, answered_as, headers)


def _response(body: bytes, status: int, media: str, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body,
        status_code=status,
        headers={
            "content-type": f"{media}; charset=utf-8",
            "vary": VARY,
            **(headers or {}),
        },
    )
