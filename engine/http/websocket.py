"""`/graphql` over a WebSocket: who may come, how many, and when each has to go.

Source: the protocol's own specification, in the npm package graphql-ws (PROTOCOL.md).
"""

import asyncio
from collections.abc import Collection

import structlog
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from connectors.kit.clock import Clock
from engine.execution.operation import OperationRunner
from engine.http.authentication import Authentication
from engine.http.websocket_channel import Closed
from engine.http.websocket_connection import Connection
from engine.http.websocket_limits import WebSocketPermits
from store.kit.database import StoreBroken
from store.platform.api_keys import ApiKeys

log = structlog.get_logger()

PROTOCOL = "graphql-transport-ws"
LOOKS_EVERY = 1.0
"""Seconds between two looks at whose credentials have ended."""
LATER = {"retry-after": "60"}


class GraphQLWebSocket:
    """Answers operations over connections of pages that may ask: of the hub's own, of `origins`, and of apps' keys."""

    def __init__(
        self,
        *,
        runner: OperationRunner,
        authentication: Authentication,
        clock: Clock,
        origins: Collection[str],
        api_keys: ApiKeys | None,
        max_bytes: int,
        permits: WebSocketPermits,
    ) -> None:
        self._runner = runner
        self._authentication = authentication
        self._clock = clock
        self._origins = frozenset(origins)
        self._api_keys = api_keys
        self._max_bytes = max_bytes
        self._permits = permits
        self._open: set[Connection] = set()
        self._watching: asyncio.Task[None] | None = None

    async def talk(self, websocket: WebSocket) -> None:
        """One connection, from its beginning to its end."""
        if not await self._may_come(websocket):
            await websocket.close(4403)  # before it is accepted: HTTP 403
            return
        place = self._permits.connection_at(websocket)
        if place is None:
            log.info("websocket.too_many")
            await websocket.send_denial_response(PlainTextResponse("Too many connections.\n", 429, LATER))
            return
        try:
            await self._accepted(websocket)
        finally:
            place.release()

    async def _accepted(self, websocket: WebSocket) -> None:
        if PROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        connection = Connection(websocket, self._runner, self._authentication, self._permits, self._max_bytes)
        self._open.add(connection)
        self._watching = self._watching or asyncio.create_task(self._watch())
        try:
            await connection.talk()
        except Closed as closed:
            await connection.close(closed.code, closed.reason)
        except WebSocketDisconnect:
            pass
        finally:
            self._open.discard(connection)
            if not self._open:
                self._watching.cancel()
                self._watching = None
            await connection.end()

    async def _watch(self) -> None:
        """End each connection when its credentials do."""
        while True:
            now = self._clock.now()
            for each in self._open:
                if each.until is not None and each.until <= now:
                    each.over()
            await asyncio.sleep(LOOKS_EVERY)

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
