"""HTTP as uvicorn speaks it, within limits: what one connection may send, how slowly, and how many there may be.

uvicorn itself bounds none of it but the time between two requests. What it does not do is added here; what a request
means, and how it is answered, is uvicorn's own. What was answered before may be answered before it is parsed
(engine/http/wire.py).
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from engine.execution.known_accounts import QuotaAccount
from engine.http.connection_limits import ConnectionCounter, ConnectionLimits
from engine.http.early import HOLD
from engine.http.wire import Lesson, Wire

log = structlog.get_logger()

PIPELINED = 16
"""Requests of one connection that wait for the answers to those before them."""


ENDLESS = "simpul.endless"
"""What an app sets in the scope of an answer that ends only when somebody leaves."""
WIRE = "wire"
"""Under which name the state of an app's life holds its `Wire`, if it has one."""


class _Refused(Exception):
    """The parser stops here."""


class _Ending:
    """The transport as one answer sees it: that one ends the connection only when the client can have read it."""

    def __init__(self, protocol: "LimitedProtocol") -> None:
        self._protocol = protocol
        self.write: Callable[[bytes], None] = protocol.transport.write
        self.is_closing = protocol.transport.is_closing

    def close(self) -> None:
        self._protocol.finish()

    def hold(self) -> None:
        """Write the head of the answer together with its body, which comes at once."""
        write = self.write

        def head(data: bytes) -> None:
            def body(more: bytes) -> None:
                self.write = write
                write(data + more)

            self.write = body

        self.write = head


class LimitedProtocol(HttpToolsProtocol):
    """One connection. `limits` and `among` are of the server; a class is made for each (engine/http/server.py)."""

    limits: ConnectionLimits
    among: ConnectionCounter

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.host = ""
        self.account: QuotaAccount | None = None
        self._wire: Wire | None = self.app_state.get(WIRE)
        self._lesson: Lesson | None = None
        self._between, self._begun = True, 0
        self._rests = False
        self._answered = 0.0
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
        self.host = self.client[0] if self.client else ""
        self._counted = self.among.add(self.host)
        if not self._counted:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too_many_connections")
            self.transport.close()
            return
        self._rests = True
        self._wait(self.limits.header_seconds, "slow_headers")

    def connection_lost(self, exc: Exception | None) -> None:
        """Not counted any more."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answered by the wire, or parsed until it is too much."""
        wire, rested = self._wire, self._rests
        if rested and wire is not None and not self.flow.write_paused and wire.answers(data, self):
            self.server_state.total_requests += 1
            self._answered = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._rest()
                self._stay_alive(self.timeout_keep_alive)
            return
        self._rests, self._lesson = False, None
        if self._ended:
            return
        if wire:
            wire.pass_on()
        self._parse(data)
        if self._wire and rested and self._between and self._begun == 1:
            self._lesson = Lesson(data, self.cycle)

    def _parse(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._whole, self._begun = False, 0
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._wire = None
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()
        except httptools.HttpParserError:
            self._wire = None
            self._refuse(*self._why)
            return
        if self._in_head and not self._whole:
            # Nothing but the head of a request, or a part of one that the parser has not told of yet.
            self._came += len(data)
            if self._came > self.limits.header_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header_bytes")
            elif self._timer is None and not self._busy:
                self._wait(self.limits.header_seconds, "slow_headers")

    def handle_websocket_upgrade(self) -> None:
        """From here on it is counted as a WebSocket."""
        self._leave()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self._in_head, self._between = True, False
        self._begun += 1
        if self._timer is None:
            self._wait(self.limits.header_seconds, "slow_headers")
        if len(self.pipeline) >= PIPELINED:
            self._stop(HTTPStatus.TOO_MANY_REQUESTS, "pipelined")
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Counted."""
        super().on_url(url)
        if len(self.url) > self.limits.header_bytes:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG, "header_bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counted; those after a body, too."""
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if len(self.headers) > self.limits.headers or self._head > self.limits.header_bytes:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers")

    def on_headers_complete(self) -> None:
        """The body is waited for, so long and no longer."""
        self._in_head, self._in_body = False, True
        self._wait(self.limits.body_seconds, "slow_body")
        super().on_headers_complete()
        if cycle := self._newest:
            cycle.transport = cast(asyncio.Transport, ending := _Ending(self))
            cast(dict[str, Any], self.scope)[HOLD] = ending.hold
            self._keeps, cycle.keep_alive = cycle.keep_alive, False  # who is answered before the body has come

    def on_message_complete(self) -> None:
        """It has come whole."""
        self._in_body, self._in_head, self._whole, self._between = False, True, True, True
        self._head = self._came = 0
        self._rest()
        if (cycle := self._newest) and not cycle.response_started:
            cycle.keep_alive = self._keeps
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request, unless it has ended."""
        if not self._ended:
            super().on_response_complete()
            self._rests = self._between and not self._came and not self._busy
            if self._wire and (lesson := self._lesson):
                self._wire.learn(lesson, self)
        self._lesson = None

    def timeout_keep_alive_handler(self) -> None:
        """It was idle for so long, unless it was answered since by the wire, which sets no timer."""
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._stay_alive(left)
        else:
            self._rests = False
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """The client does not read what it asked for."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.answer_seconds, self._give_up)

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        self._read()

    def shutdown(self) -> None:
        """A request that has not come whole is not waited for, nor an answer that has no end of its own."""
        self._rests = False
        if self._busy and self.cycle.scope.get(ENDLESS):
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self.transport.close()
        elif self._in_body and (cycle := self._newest) and not cycle.response_started:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "shutting_down")
        else:
            super().shutdown()

    def finish(self) -> None:
        """End it, when the client can have read the last answer: one that still sends is not listened to any more."""
        if self._ended or self.transport.is_closing():
            return
        self._ended, self._rests = True, False
        self._rest()
        self._unset_keepalive_if_required()
        if self._in_body and self.transport.can_write_eof():
            self.transport.write_eof()
            self.flow.resume_reading()
            self._timer = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)
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

    def _stay_alive(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

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
            self.among.remove(self.host)


class CountedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket, among the connections."""

    among: ConnectionCounter

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
