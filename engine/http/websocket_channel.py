"""The messages of one WebSocket: read within limits, sent one after the other, and the codes that it is closed with."""

import asyncio
from typing import Any

import msgspec
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

log = structlog.get_logger()

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


class Channel:
    """One client's side of the wire."""

    def __init__(self, websocket: WebSocket, max_bytes: int) -> None:
        self._websocket = websocket
        self._max_bytes = max_bytes
        self._sending = asyncio.Lock()

    async def receive(self) -> Message:
        """The next message; raises `Closed` for what is none."""
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
        except (msgspec.MsgspecError, RecursionError):
            raise Closed(4400, "Invalid message") from None

    async def send(self, message: dict[str, Any]) -> None:
        """One message, whole."""
        async with self._sending:
            await self._websocket.send_text(msgspec.json.encode(message).decode())

    async def answer_ping(self, message: Message) -> None:
        """To a ping goes a pong; to a pong goes nothing."""
        if message.type == "ping":
            await self.send({"type": "pong"})

    async def close(self, code: int, reason: str) -> None:
        """Say why, unless the client has gone."""
        try:
            await self._websocket.close(code, reason[:LONGEST_REASON])
        except RuntimeError:
            log.debug("websocket.gone", code=code)
