"""`/graphql` over a WebSocket, in the protocol graphql-transport-ws: any operation, above all subscriptions.

Source: the protocol's own specification, in the npm package graphql-ws (PROTOCOL.md). A browser cannot send headers
with a WebSocket, so `connection_init` may say in its payload what they would.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing
from typing import Any

import msgspec
import structlog
from starlette.datastructures import Headers
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.types import ExecutionResult

from auth.caller import Caller
from engine.authentication import CREDENTIALS, DECLARING, Authentication
from engine.negotiation import language
from engine.request import BadRequest, operation_of
from engine.running import Runner, Running
from store.api_keys import ApiKeys
from store.database import StoreBroken

log = structlog.get_logger()

PROTOCOL = "graphql-transport-ws"
AT_ONCE = 20
"""Operations of one connection at the same time."""
PATIENCE = 10.0
"""Seconds within which a connection says who it is."""
SAID_AT_FIRST = frozenset({*CREDENTIALS, *DECLARING, "accept-language"})
"""What the payload of `connection_init` may say instead of headers."""

TOO_LARGE = 1009
LONGEST_REASON = 120
"""Bytes of ASCII that a closing frame has room for (RFC 6455, 5.5)."""


class Closed(Exception):
    """The connection ends, with a code and a reason of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What the client says."""

    type: str
    id: str | None = None
    payload: dict[str, Any] | None = None


class _Asked:
    """An operation that runs, and whether the client still wants it."""

    def __init__(self) -> None:
        self.wanted = True
        self.running: Running | None = None
        self.task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """A subscription ends at once, for it waits; a query or a mutation is not broken off in the middle."""
        self.wanted = False
        if self.task and self.running and self.running.door.subscribes:
            self.task.cancel()


class GraphQLWebSocket:
    """Answers operations over connections of pages that may ask: of the hub's own, of `origins`, and of apps' keys."""

    def __init__(
        self,
        *,
        runner: Runner,
        authentication: Authentication,
        origins: Collection[str],
        api_keys: ApiKeys | None,
        max_bytes: int,
    ) -> None:
        self._runner = runner
        self._authentication = authentication
        self._origins = frozenset(origins)
        self._api_keys = api_keys
        self._max_bytes = max_bytes

    async def talk(self, websocket: WebSocket) -> None:
        """One connection, from its beginning to its end."""
        if not await self._may_come(websocket):
            await websocket.close(4403)  # before it is accepted: HTTP 403
            return
        if PROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        connection = _Connection(websocket, self._runner, self._authentication, self._max_bytes)
        try:
            await connection.talk()
        except Closed as closed:
            await connection.close(closed.code, closed.reason)
        except WebSocketDisconnect:
            pass
        finally:
            await connection.end()

    async def _may_come(self, websocket: WebSocket) -> bool:
        """Whether its origin is the hub's own or one that may ask; who is no page has none."""
        origin = websocket.headers.get("origin")
        if origin is None or origin in self._origins:
            return True
        scheme = {"ws": "http", "wss": "https"}[websocket.url.scheme]
        if origin == f"{scheme}://{websocket.headers.get('host')}":
            return True
        try:
            return self._api_keys is not None and origin in await self._api_keys.origins()
        except StoreBroken as error:
            log.error("api_keys.unavailable", error=str(error))  # noqa: TRY400  its cause may hold values
            return False


class _Connection:
    """One client: who it is, and what it has asked."""

    def __init__(self, websocket: WebSocket, runner: Runner, authentication: Authentication, max_bytes: int) -> None:
        self._websocket = websocket
        self._runner = runner
        self._authentication = authentication
        self._max_bytes = max_bytes
        self._headers = websocket.headers
        self._operations: dict[str, _Asked] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()

    async def talk(self) -> None:
        """Raises `Closed` for what the protocol does not allow."""
        try:
            async with asyncio.timeout(PATIENCE):
                first = await self._received()
                while first.type in ("ping", "pong"):
                    await self._answer_ping(first)
                    first = await self._received()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        if first.type != "connection_init":
            raise Closed(4401, "Unauthorized")
        await self._introduce(first.payload or {})
        while True:
            message = await self._received()
            match message:
                case Message(type="ping" | "pong"):
                    await self._answer_ping(message)
                case Message(type="subscribe", id=str(name), payload=dict(payload)) if name:
                    await self._subscribe(name, payload)
                case Message(type="complete", id=str(name)):
                    self._stop(name)
                case Message(type="connection_init"):
                    raise Closed(4429, "Too many initialisation requests")
                case _:
                    raise Closed(4400, "Invalid message")

    async def end(self) -> None:
        """Nothing of it goes on."""
        for name in list(self._operations):
            self._stop(name)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, code: int, reason: str) -> None:
        """Say why, unless the client has gone."""
        try:
            await self._websocket.close(code, reason[:LONGEST_REASON])
        except RuntimeError:
            log.debug("websocket.gone", code=code)

    async def _introduce(self, payload: dict[str, Any]) -> None:
        """Who it is, by the headers of the handshake and by what it says now."""
        spoken = {name.lower(): value for name, value in payload.items() if name.lower() in SAID_AT_FIRST}
        if not all(isinstance(value, str) for value in spoken.values()):
            raise Closed(4400, "What stands for a header is a text")
        said = [(name.encode(), value.encode()) for name, value in spoken.items()]
        named = {name.decode() for name, _ in said if name == b"accept-language"}
        kept = [(name, value) for name, value in self._websocket.headers.raw if name.decode() not in named]
        self._headers = Headers(raw=[*kept, *said])
        await self._who()
        await self._say({"type": "connection_ack"})

    async def _who(self) -> Caller:
        try:
            return await self._authentication.caller(self._headers)
        except BadRequest as bad:
            code = {401: 4401, 403: 4403}.get(bad.status, 4400 if bad.status < 500 else 4500)
            raise Closed(code, f"{bad.code}: {bad.message}") from None

    async def _subscribe(self, name: str, payload: dict[str, Any]) -> None:
        if name in self._operations:
            raise Closed(4409, "Subscriber for this id already exists")
        if len(self._tasks) >= AT_ONCE:  # those that nobody wants any more, too
            raise Closed(4429, "Too many operations at once")
        asked = self._operations[name] = _Asked()
        asked.task = asyncio.create_task(self._run(name, payload, asked))
        self._tasks.add(asked.task)
        asked.task.add_done_callback(self._tasks.discard)

    def _stop(self, name: str) -> None:
        """The client wants no more of it."""
        if asked := self._operations.pop(name, None):
            asked.stop()

    async def _run(self, name: str, payload: dict[str, Any], asked: _Asked) -> None:
        try:
            # Who it is is asked again, for a token may have ended since: at the beginning, and with each event.
            caller = await self._who()
            running = self._runner.begin(
                operation_of(payload), caller, self._websocket, language(self._headers.get("accept-language"))
            )
            asked.running = running
            results = await running.stream()
            async with aclosing(results):
                await self._send_all(name, asked, running, results)
        except BadRequest as bad:
            await self._say(
                {"type": "error", "id": name, "payload": [bad.error(language(self._headers.get("accept-language")))]}
            )
        except Closed as closed:
            await self.close(closed.code, closed.reason)
        except (WebSocketDisconnect, RuntimeError):
            log.debug("websocket.gone")
        finally:
            if self._operations.get(name) is asked:
                del self._operations[name]

    async def _send_all(
        self, name: str, asked: _Asked, running: Running, results: AsyncIterator[ExecutionResult]
    ) -> None:
        begun = False
        async for result in results:
            if not asked.wanted:
                return
            if running.door.subscribes:
                await self._who()
            body = running.body(result)
            if result.data is None and not begun:
                await self._say({"type": "error", "id": name, "payload": body["errors"]})
                return
            begun = True
            await self._say({"type": "next", "id": name, "payload": body})
        if asked.wanted:
            await self._say({"type": "complete", "id": name})

    async def _answer_ping(self, message: Message) -> None:
        if message.type == "ping":
            await self._say({"type": "pong"})

    async def _received(self) -> Message:
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received["code"])
        text = received.get("text")
        if text is None:
            raise Closed(4400, "Messages are texts")
        if len(text.encode()) > self._max_bytes:
            raise Closed(TOO_LARGE, "Message too large")
        try:
            return msgspec.json.decode(text, type=Message)
        except msgspec.MsgspecError:
            raise Closed(4400, "Invalid message") from None

    async def _say(self, message: dict[str, Any]) -> None:
        async with self._sending:
            await self._websocket.send_text(msgspec.json.encode(message).decode())
