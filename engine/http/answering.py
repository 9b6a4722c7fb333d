"""How any door of the hub answers an operation over HTTP: who asks, what it costs, what is kept, and how it runs.

A door says in its own way what is to run and what is answered (`Manner`). All else is here, once, for all of them.
"""

from contextlib import nullcontext
from typing import Any, NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from auth.caller import ANYBODY, Caller
from engine.answers.asked import AskedOperation
from engine.answers.kept import KeptAnswer
from engine.execution.admission import AGAIN
from engine.execution.errors import present
from engine.execution.guard import OperationGuard, QuotaExceeded
from engine.execution.known_accounts import WINDOW
from engine.execution.operation import Operation, OperationRunner
from engine.execution.request import BadRequest, OperationRequest
from engine.execution.used_operations import deprecation_headers
from engine.http.authentication import Authentication, unknown_caller
from engine.http.cache_status import cache_headers
from engine.http.kept_response import Exchange, KeptResponses, costs
from engine.http.leaving import ClientLeft, while_client_stays
from engine.http.negotiation import language
from engine.http.request import read_body
from engine.http.timeout import deadline_of
from resolvers.kit.deadline import Deadline
from resolvers.kit.errors import UserError

CLOSED = 499
"""The status of an answer to a client that has left, as other servers log it."""
QUERIES = frozenset({OperationType.QUERY})
ALLOWED = {"GET": QUERIES, "HEAD": QUERIES, "POST": QUERIES | {OperationType.MUTATION}}


class Entered(NamedTuple):
    """A request that has come in: who asks, the door of its operation, the language, and its body."""

    request: Request
    caller: Caller
    door: OperationGuard
    language: str
    body: bytes


class Manner(Protocol):
    """How one request is understood and answered."""

    @property
    def media(self) -> str:
        """The media type of the answer."""

    async def read(self, entered: Entered) -> OperationRequest | Response:
        """What is to run, or what is answered without it; raises `BadRequest`."""

    def refused(self, bad: BadRequest, spoken: str, door: OperationGuard | None) -> Response:
        """What is answered to a request that is no good."""

    def exhausted(self, error: dict[str, Any], entered: Entered) -> Response:
        """What is answered to a client that has not enough quota: the error as it is told."""

    def executed(self, running: Operation, body: dict[str, Any], result: ExecutionResult) -> Response:
        """What is answered when it has run: `body` is what /graphql answers."""

    def kept(self, kept: KeptAnswer, exchange: Exchange, now: float) -> Response | None:
        """What is answered where the answer is kept; None where its bytes are right as they are."""


class Answering:
    """Answers requests, each in its manner."""

    def __init__(
        self,
        *,
        runner: OperationRunner,
        authentication: Authentication,
        kept: KeptResponses | None = None,
        max_bytes: int = 1_000_000,
    ) -> None:
        self.runner = runner
        self._authentication = authentication
        self._kept = kept
        self._max_bytes = max_bytes

    async def answer(self, request: Request, manner: Manner) -> Response:
        """The answer to one request."""
        spoken = language(request.headers.get("accept-language"))
        door = None
        try:
            deadline = deadline_of(request.headers, self.runner.seconds)
            caller = await self._caller(request, deadline)
            door = self.runner.door(caller, request, deadline)
            entered = Entered(request, caller, door, spoken, b"")
            entered = entered._replace(body=await self._body(request, door))
            found = await self._found(entered, manner)
            if isinstance(found, Response):
                return found
            exchange, asked = found
            running = self.runner.begin(exchange.operation, caller, request, spoken, door, document=exchange.document)
            door.work.encoded = True
            making = self._kept.answers.begin(asked, door.urgency, door.cost) if self._kept and asked else nullcontext()
            async with while_client_stays(request, lambda: not door.changes):
                with making as being_made:
                    result = await running.execute(ALLOWED[request.method])
                    body = running.body(result)
                    made = manner.executed(running, body, result)
                    made.headers.update(deprecation_headers(body["extensions"].get("deprecations", [])))
                    if self._kept and being_made:
                        made = await self._kept.finished(being_made, running, body, made, exchange)
        except QuotaExceeded as error:
            told = present(error, spoken, str)
            self.runner.telemetry.metrics.request_refused(told["extensions"]["code"])
            return manner.exhausted(told, entered)
        except BadRequest as bad:
            return self.refused(bad, manner, spoken, door)
        except ClientLeft:
            return Response(status_code=CLOSED)  # nobody reads it
        else:
            return made

    def refused(self, bad: BadRequest, manner: Manner, spoken: str, door: OperationGuard | None = None) -> Response:
        """The answer to a request that is no good, counted."""
        self.runner.telemetry.metrics.request_refused(bad.code)
        return manner.refused(bad, spoken, door)

    async def _found(self, entered: Entered, manner: Manner) -> Response | tuple[Exchange, AskedOperation | None]:
        """What is answered without running anything; or what is to run, and as what its answer may be kept."""
        operation = await manner.read(entered)
        if isinstance(operation, Response):
            return operation
        request, caller, door, spoken, _ = entered
        document = self.runner.documents.document(operation)
        exchange = Exchange(request, caller, door, spoken, manner.media, operation, document)
        if self._kept is None:
            return exchange, None
        asked = await self._kept.found(exchange)
        if isinstance(asked, KeptAnswer):
            return manner.kept(asked, exchange, self._kept.answers.now()) or await self._kept.response(asked, exchange)
        return exchange, asked

    async def _caller(self, request: Request, deadline: Deadline) -> Caller:
        """Who asks; raises `BadRequest`."""
        if self._authentication.is_anybody(request.headers):
            return ANYBODY
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


def headers_of(door: OperationGuard, caller: Caller, running: Operation | None = None) -> dict[str, str]:
    """What stands above an answer: what it cost, who may keep it, when to try again, and what it says of the cache."""
    headers = costs(door)
    if caller != ANYBODY:
        headers["cache-control"] = "private, no-store"
    if status_of(door) != 200:
        headers["retry-after"] = str(WINDOW if door.charged and not door.charged.allowed else AGAIN)
    return headers | (cache_headers(running.context) if running else {})


def status_of(door: OperationGuard) -> int:
    """The status where the client has no quota left, or the hub no room; else 200."""
    if door.charged and not door.charged.allowed and not door.too_dear:
        return 429
    return 503 if door.overloaded else 200
