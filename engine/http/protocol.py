"""HTTP as uvicorn speaks it, within walls: what one connection may send, how slowly, and how many there may be.

uvicorn itself bounds none of it but the time between two requests. What it does not do is added here; what a request
means, and how it is answered, is uvicorn's own.
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Collection
from http import HTTPStatus
from typing import Any, cast

import httptools
import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from engine.execution.quota import network_of

log = structlog.get_logger()

PIPELINED = 16
"""Requests of one connection that wait for the answers to those before them."""


class Walls(msgspec.Struct, frozen=True, kw_only=True):
    """What connections may do; docs/configuration.md says it of each.

    `linger_seconds`: a client that is still sending may read so long why nobody listens any more.
    """

    connections: int = 2_000
    per_address: int = 200
    header_bytes: int = 32_768
    headers: int = 100
    header_seconds: float = 10
    body_seconds: float = 30
    answer_seconds: float = 60
    linger_seconds: float = 1


class Connections:
    """How many connections there are, in all and of each address; those of the proxies we trust are of many people."""

    def __init__(self, walls: Walls, trusted: Collection[str] = ()) -> None:
        self._walls = walls
        self._trusted = [ipaddress.ip_network(each, strict=False) for each in trusted if each != "*"]
        self._trusts_all = "*" in trusted
        self._of = Counter[str]()

    def add(self, host: str) -> bool:
        """Whether there is room for one more; then it is counted, until it is `removed`."""
        network = network_of(host)
        if self._of.total() >= self._walls.connections:
            return False
        if self._of[network] >= self._walls.per_address and not self._is_trusted(host):
            return False
        self._of[network] += 1
        return True

    def remove(self, host: str) -> None:
        """It has ended."""
        network = network_of(host)
        self._of[network] -= 1
        if not self._of[network]:
            del self._of[network]

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return True  # a socket of this machine has no address
        return self._trusts_all or any(address in network for network in self._trusted)


class _Refused(Exception):
    """The parser stops here."""


class _Ending:
    """The transport as one answer sees it: that one ends the connection only when the client can have read it."""

    def __init__(self, protocol: "WalledProtocol") -> None:
        self._protocol = protocol
        self.write = protocol.transport.write
        self.is_closing = protocol.transport.is_closing

    def close(self) -> None:
        self._protocol.finish()


class WalledProtocol(HttpToolsProtocol):
    """One connection. `walls` and `among` are of the server; a class is made for each (engine/http/serving.py)."""

    walls: Walls
    among: Connections

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._host = ""
        self._counted = False
        self._ended = False
        self._head = self._came = 0
        self._in_head = self._whole = True
        self._in_body = False
        self._keeps = False
        self._why = (HTTPStatus.BAD_REQUEST, "not_http")
        self._timer: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counted, or refused at once."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._host = self.client[0] if self.client else ""
        self._counted = self.among.add(self._host)
        if not self._counted:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too_many_connections")
            self.transport.close()
            return
        self._wait(self.walls.header_seconds, "slow_headers")

    def connection_lost(self, exc: Exception | None) -> None:
        """Not counted any more."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parsed until it is too much."""
        if self._ended:
            return
        self._unset_keepalive_if_required()
        self._whole = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()
        except httptools.HttpParserError:
            self._refuse(*self._why)
            return
        if self._in_head and not self._whole:
            # Nothing but the head of a request, or a part of one that the parser has not told of yet.
            self._came += len(data)
            if self._came > self.walls.header_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header_bytes")
            elif self._timer is None and not self._busy:
                self._wait(self.walls.header_seconds, "slow_headers")

    def handle_websocket_upgrade(self) -> None:
        """From here on it is counted as a WebSocket."""
        self._leave()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self._in_head = True
        if self._timer is None:
            self._wait(self.walls.header_seconds, "slow_headers")
        if len(self.pipeline) >= PIPELINED:
            self._stop(HTTPStatus.TOO_MANY_REQUESTS, "pipelined")
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Counted."""
        super().on_url(url)
        if len(self.url) > self.walls.header_bytes:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG, "header_bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counted; those after a body, too."""
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if len(self.headers) > self.walls.headers or self._head > self.walls.header_bytes:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers")

    def on_headers_complete(self) -> None:
        """The body is waited for, so long and no longer."""
        self._in_head, self._in_body = False, True
        self._wait(self.walls.body_seconds, "slow_body")
        super().on_headers_complete()
        if cycle := self._newest:
            cycle.transport = cast(asyncio.Transport, _Ending(self))
            self._keeps, cycle.keep_alive = cycle.keep_alive, False  # who is answered before the body has come

    def on_message_complete(self) -> None:
        """It has come whole."""
        self._in_body, self._in_head, self._whole = False, True, True
        self._head = self._came = 0
        self._rest()
        if (cycle := self._newest) and not cycle.response_started:
            cycle.keep_alive = self._keeps
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request, unless it has ended."""
        if not self._ended:
            super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read what it asked for."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.walls.answer_seconds, self._give_up)

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        self._read()

    def shutdown(self) -> None:
        """A request that has not come whole is not waited for."""
        if self._in_body and (cycle := self._newest) and not cycle.response_started:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "shutting_down")
        else:
            super().shutdown()

    def finish(self) -> None:
        """End it, when the client can have read the last answer: one that still sends is not listened to any more."""
        if self._ended or self.transport.is_closing():
            return
        self._ended = True
        self._rest()
        self._unset_keepalive_if_required()
        if self._in_body and self.transport.can_write_eof():
            self.transport.write_eof()
            self.flow.resume_reading()
            self._timer = self.loop.call_later(self.walls.linger_seconds, self.transport.abort)
        else:
            self.transport.close()

    @property
    def _newest(self) -> RequestResponseCycle | None:
        """The newest request and its answer; its type does not know that there may be none."""
        return cast(RequestResponseCycle | None, self.cycle)

    @property
    def _busy(self) -> bool:
        """Whether an answer is being made."""
        return self._newest is not None and not self._newest.response_complete

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """Say so, unless an answer has begun, and end it."""
        log.info("connection.refused", why=why, status=status.value)
        if not (self._busy and self.cycle.response_started) and not self.transport.is_closing():
            body = status.phrase.encode()
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain\r\nconnection: close\r\n"
            self.transport.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        if self._busy:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._in_body = True  # whatever comes is not looked at
        self.finish()

    def _stop(self, status: HTTPStatus, why: str) -> None:
        self._why = (status, why)
        raise _Refused

    def _wait(self, seconds: float, why: str) -> None:
        self._rest()
        self._timer = self.loop.call_later(seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT, why)

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _read(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def _give_up(self) -> None:
        log.info("connection.refused", why="answer_not_read", status=None)
        self.transport.abort()

    def _leave(self) -> None:
        self._rest()
        self._read()
        if self._counted:
            self._counted = False
            self.among.remove(self._host)


class CountedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket, among the connections."""

    among: Connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counted: it takes the place of the request by which it began."""
        super().connection_made(transport)
        self._host = self.client[0] if self.client else ""
        self._counted = self.among.add(self._host)

    def connection_lost(self, exc: Exception | None) -> None:
        """Not counted any more."""
        if self._counted:
            self._counted = False
            self.among.remove(self._host)
        super().connection_lost(exc)
