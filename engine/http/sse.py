"""Operations over server-sent events: each answer is an event `next`, and the last event is `complete`.

Source: the protocol's own specification, in the npm package graphql-sse (PROTOCOL.md), "Distinct connections mode". The
"single connection mode" is not offered: over HTTP/2 many streams share a connection anyway.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import msgspec
import structlog
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from auth.caller import ANYBODY, Caller
from connectors.kit.clock import Clock
from connectors.kit.together import cancel_all
from engine.execution.encoding import encoded
from engine.execution.operation import Operation
from engine.execution.request import BadRequest
from engine.http.authentication import CREDENTIALS, Authentication
from engine.http.leaving import ClientLeft, while_client_stays
from engine.http.negotiation import EVENTS
from engine.http.uvicorn_protocol import ENDLESS
from engine.http.websocket_limits import Permit, WebSocketPermits, too_many_subscriptions
from resolvers.kit.errors import UserError

log = structlog.get_logger()

KEPT_ALIVE_EVERY = 12.0
"""Seconds without an event after which a comment says that the stream lives; proxies end what is silent for long."""
COMMENT = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class EventStreams:
    """What streams have in common: who may ask for them, and how many subscriptions there may be."""

    def __init__(self, authentication: Authentication, permits: WebSocketPermits, clock: Clock) -> None:
        self.authentication = authentication
        self.permits = permits
        self.clock = clock

    def answer(self, running: Operation, caller: Caller, request: Request, language: str) -> Response:
        """The answer to an operation that is about to run."""
        return _EventStream(self, running, caller, request, language)


class _EventStream(StreamingResponse):
    """One stream, from its first event to its last, or until the client leaves."""

    def __init__(
        self, streams: EventStreams, running: Operation, caller: Caller, request: Request, language: str
    ) -> None:
        private = {} if caller == ANYBODY else {"cache-control": "private, no-store"}
        vary = {"vary": ", ".join(("accept", "accept-language", *CREDENTIALS))}
        super().__init__(self._events(), headers=HEADERS | vary | private, media_type=EVENTS)
        self._streams = streams
        self._running = running
        self._caller = caller
        self._request = request
        self._language = language
        self._permit: Permit | None = None
        running.door.admit = self._admit

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Whatever the operation changes is done to its end; anything else ends when the client leaves."""
        try:
            async with while_client_stays(self._request, lambda: not self._running.door.changes):
                await self.stream_response(send)
        except ClientLeft:
            log.debug("sse.gone")
        finally:
            if self._permit:
                self._permit.release()

    def _admit(self, kind: OperationType) -> UserError | None:
        if kind is OperationType.MUTATION and self._request.method != "POST":
            return UserError("METHOD_NOT_ALLOWED", id="Mutation hanya lewat POST.", en="Mutations come by POST.")
        if kind is OperationType.SUBSCRIPTION:
            self._permit = self._streams.permits.subscription(self._request, self._caller)
            self._request.scope[ENDLESS] = True
            return None if self._permit else too_many_subscriptions()
        return None

    async def _events(self) -> AsyncIterator[bytes]:
        """The events, and between them comments. One task runs the operation from its beginning to its end."""
        waiting: asyncio.Queue[bytes] = asyncio.Queue(1)
        running = asyncio.create_task(self._run(waiting))
        yield COMMENT  # the headers go out at once
        event = COMMENT
        try:
            while event is not COMPLETE:
                try:
                    async with asyncio.timeout(self._patience()):
                        event = await waiting.get()
                except TimeoutError:
                    event = COMMENT
                    if self._is_over():
                        yield self._error(BadRequest(401, "UNAUTHENTICATED", OVER))
                        event = COMPLETE
                yield event
        finally:
            await cancel_all([running])

    async def _run(self, waiting: asyncio.Queue[bytes]) -> None:
        running = self._running
        try:
            async with aclosing(await running.stream()) as results:
                async for result in results:
                    if running.door.subscribes:  # a token may have ended since
                        await self._streams.authentication.caller(self._request.headers)
                    await waiting.put(_next(encoded(running.body(result), self._language)))
        except BadRequest as bad:
            running.refused(bad)
            await waiting.put(self._error(bad))
        except Exception as error:  # noqa: BLE001  the stream ends; the text of the error may hold values
            log.error("sse.broken", error=type(error).__name__)  # noqa: TRY400  its text may hold values
        await waiting.put(COMPLETE)

    def _patience(self) -> float:
        until = self._caller.until
        if until is None:
            return KEPT_ALIVE_EVERY
        return min(KEPT_ALIVE_EVERY, max(0.0, (until - self._streams.clock.now()).total_seconds()))

    def _is_over(self) -> bool:
        return self._caller.until is not None and self._caller.until <= self._streams.clock.now()

    def _error(self, bad: BadRequest) -> bytes:
        told: dict[str, Any] = {"errors": [bad.error(self._language)]}
        return _next(msgspec.json.encode(told))


OVER = "The credentials of this connection have ended."


def _next(body: bytes) -> bytes:
    """One answer. JSON as it is written here has no line breaks."""
    return b"event: next\ndata: " + body + b"\n\n"
