"""One WebSocket: who it is, what it has asked, and what is said to it, in the protocol graphql-transport-ws.

Its source is the same as that of engine/http/websocket.py.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec
import structlog
from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.types import ExecutionResult

from auth.caller import Caller
from connectors.kit.together import all_ended
from engine.execution.encoding import encoded, writable
from engine.execution.operation import Operation, OperationRunner
from engine.execution.request import BadRequest, operation_of
from engine.http.authentication import Authentication
from engine.http.connection_init import InvalidInit, headers_of
from engine.http.negotiation import language
from engine.http.timeout import deadline_of
from engine.http.websocket_channel import Channel, Closed, Message
from engine.http.websocket_limits import Permit, WebSocketPermits, too_many_operations, too_many_subscriptions
from resolvers.kit.errors import UserError

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds within which a connection says who it is."""

TRY_AGAIN_LATER = 1013


class _Asked:
    """An operation that runs. What it changes is not broken off in the middle; anything else ends at once."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.permit: Permit | None = None
        self.changes = False
        self.wanted = True

    def stop(self) -> None:
        """The client wants no more of it."""
        self.wanted = False
        if self.task and not self.changes:
            self.task.cancel()


class Connection:
    """One client."""

    def __init__(
        self,
        websocket: WebSocket,
        runner: OperationRunner,
        authentication: Authentication,
        permits: WebSocketPermits,
        max_bytes: int,
    ) -> None:
        self._websocket = websocket
        self._channel = Channel(websocket, max_bytes)
        self._runner = runner
        self._authentication = authentication
        self._permits = permits
        self._headers = websocket.headers
        self._permit: Permit | None = None
        self._operations: dict[str, _Asked] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.until: datetime | None = None
        """When the credentials end that it came with."""

    async def talk(self) -> None:
        """Raises `Closed` for what the protocol does not allow."""
        await self._introduce(await self._first())
        while True:
            message = await self._channel.receive()
            match message:
                case Message(type="ping" | "pong"):
                    await self._channel.answer_ping(message)
                case Message(type="subscribe", id=str(name), payload=dict(payload)) if name:
                    await self._subscribe(name, payload)
                case Message(type="complete", id=str(name)):
                    self._stop(name)
                case Message(type="connection_init"):
                    raise Closed(4429, "Too many initialisation requests")
                case _:
                    raise Closed(4400, "Invalid message")

    async def close(self, code: int, reason: str) -> None:
        """Say why, unless the client has gone."""
        await self._channel.close(code, reason)

    async def end(self) -> None:
        """Nothing of it goes on."""
        for name in list(self._operations):
            self._stop(name)
        await all_ended(list(self._tasks))
        if self._permit:
            self._permit.release()

    def over(self) -> None:
        """Its credentials have ended: so does it, once."""
        self.until = None
        self._begin(self._channel.close(4401, "UNAUTHENTICATED: The credentials of this connection have ended."))

    async def _first(self) -> dict[str, Any]:
        """What `connection_init` says."""
        try:
            async with asyncio.timeout(PATIENCE):
                first = await self._channel.receive()
                while first.type in ("ping", "pong"):
                    await self._channel.answer_ping(first)
                    first = await self._channel.receive()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        if first.type in ("subscribe", "complete"):
            raise Closed(4401, "Unauthorized")
        if first.type != "connection_init":
            raise Closed(4400, "Invalid message")
        return first.payload or {}

    async def _introduce(self, payload: dict[str, Any]) -> None:
        """Who it is, by the headers of the handshake and by what it says now."""
        try:
            self._headers = headers_of(self._websocket.headers, payload)
        except InvalidInit as what:
            raise Closed(4400, str(what)) from None
        caller = await self._who()
        self._permit = self._permits.connection_of(caller)
        if self._permit is None:
            raise Closed(TRY_AGAIN_LATER, "Too many connections of one person")
        await self._channel.send({"type": "connection_ack"})
        self.until = caller.until

    async def _who(self) -> Caller:
        try:
            return await self._authentication.caller(self._headers)
        except BadRequest as bad:
            code = {401: 4401, 403: 4403}.get(bad.status, 4400 if bad.status < 500 else 4500)
            raise Closed(code, f"{bad.code}: {bad.message}") from None

    async def _subscribe(self, name: str, payload: dict[str, Any]) -> None:
        if name in self._operations:
            raise Closed(4409, "Subscriber for this id already exists")
        most = self._permits.limits.operations
        if len(self._operations) >= most:
            refusal = too_many_operations(most)
            error = {"message": refusal.texts[self._language], "extensions": {"code": refusal.code, **refusal.told}}
            await self._channel.send({"type": "error", "id": name, "payload": [error]})
            return
        while len(self._tasks) >= 2 * most:  # those that nobody wants any more do not count, but they have to end
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        asked = self._operations[name] = _Asked()
        asked.task = self._begin(self._run(name, payload, asked))

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _stop(self, name: str) -> None:
        """The client wants no more of it."""
        if asked := self._operations.pop(name, None):
            asked.stop()

    async def _run(self, name: str, payload: dict[str, Any], asked: _Asked) -> None:
        try:
            # Who it is is asked again, for a token may have ended since: at the beginning, and with each event.
            caller = await self._who()

            def admit(kind: OperationType) -> UserError | None:
                asked.changes = kind is OperationType.MUTATION
                if kind is OperationType.SUBSCRIPTION:
                    asked.permit = self._permits.subscription(self._websocket, caller)
                    return None if asked.permit else too_many_subscriptions()
                return None

            door = self._runner.door(caller, self._websocket, deadline_of(self._headers, self._runner.seconds))
            door.admit = admit
            running = self._runner.begin(operation_of(payload), caller, self._websocket, self._language, door)
            async with aclosing(await running.stream()) as results:
                await self._send_all(name, asked, running, results)
        except BadRequest as bad:
            self._runner.telemetry.metrics.request_refused(bad.code)
            await self._channel.send({"type": "error", "id": name, "payload": [bad.error(self._language)]})
        except Closed as closed:
            await self._channel.close(closed.code, closed.reason)
        except (WebSocketDisconnect, RuntimeError):
            log.debug("websocket.gone")
        finally:
            if asked.permit:
                asked.permit.release()
            if self._operations.get(name) is asked:
                del self._operations[name]

    async def _send_all(
        self, name: str, asked: _Asked, running: Operation, results: AsyncIterator[ExecutionResult]
    ) -> None:
        begun = False
        async for result in results:
            if not asked.wanted:
                return
            if running.door.subscribes:
                await self._who()
            body = running.body(result)
            if result.data is None and not begun:
                await self._channel.send({"type": "error", "id": name, "payload": writable(body["errors"])})
                return
            begun = True
            await self._channel.send(
                {"type": "next", "id": name, "payload": msgspec.Raw(encoded(body, self._language))}
            )
        if asked.wanted:
            await self._channel.send({"type": "complete", "id": name})

    @property
    def _language(self) -> str:
        return language(self._headers.get("accept-language"))
