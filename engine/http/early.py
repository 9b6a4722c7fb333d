"""Kept answers before routing: a request without credentials that was answered before has its answer at once.

What stands in this file is a short way to the same answer. A request that is not known goes on as if it were not here.
"""

import time
from collections.abc import Awaitable
from typing import NamedTuple

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.caller import ANYBODY
from engine.answers.answers import Served
from engine.execution.guard import BYTES, ENTRY
from engine.execution.quota import Charged, Quota
from engine.http.authentication import CREDENTIALS, DECLARING
from engine.http.kept_reply import REPLY, KeptReply
from engine.http.kept_response import EARLY, KeptResponses
from engine.http.timeout import TIMEOUT

PATH = "/graphql"
MOST = 16_384
"""Bytes of a body that is looked at here."""
BARRED = frozenset(
    name.encode()
    for name in (
        *(*CREDENTIALS, *DECLARING, TIMEOUT, "origin", "traceparent"),
        *("transfer-encoding", "content-encoding", "expect", "upgrade", "range"),
    )
)
"""With one of these headers, a request goes the long way."""
MEANT = frozenset((b"accept", b"accept-language", b"accept-encoding", b"content-type", b"content-length"))
"""The headers by which answers differ."""
SURE = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer"}


class _Question(NamedTuple):
    """What of a request determines its answer, but for its body; and the tags of what the client has already."""

    head: bytes
    length: int
    tags: str


class EarlyAnswers:
    """Goes around everything else that the hub answers over HTTP."""

    def __init__(self, app: ASGIApp, kept: KeptResponses, quota: Quota | None) -> None:
        self._app = app
        self._kept = kept
        self._quota = quota

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass it on, unless it may be answered here."""
        question = _question(scope) if scope["type"] == "http" and scope["path"] == PATH else None
        if question is None:
            return self._app(scope, receive, send)
        return self._answer(question, scope, receive, send)

    async def _answer(self, question: _Question, scope: Scope, receive: Receive, send: Send) -> None:
        started, come, body = time.perf_counter(), None, b""
        if question.length:
            come = await receive()
            body = come.get("body", b"")
        whole = come is None or (come["type"] == "http.request" and not come.get("more_body"))
        if whole and len(body) == question.length:
            scope[EARLY] = raw = question.head + body
            served = self._kept.answers.of_request(raw)
            if served and await self._given(served, question, scope, started, send):
                return
        await self._app(scope, receive if come is None else _again(come, receive), send)

    async def _given(self, served: Served, question: _Question, scope: Scope, started: float, send: Send) -> bool:
        """Give it; False if it cannot be given at once, or if the client has no quota left."""
        kept, now = served.answer, self._kept.answers.now()
        shown = kept.shown(now, served.encoding)
        if shown is None:
            return False
        cost, charged = ENTRY + question.length // BYTES + kept.content.cost, None
        if self._quota:
            charged = await self._quota.of(HTTPConnection(scope), ANYBODY).charge(cost)
            if not charged.allowed:
                return False
        self._kept.answers.metrics.count("hit", "early")
        self._kept.tell(kept, ANYBODY, cost=cost, seconds=time.perf_counter() - started)
        scope[REPLY] = KeptReply(self._kept, served, cost, question.tags)
        headers = self._kept.headers(served, shown, now) | _costs(cost, charged)
        status, body = 200, shown.body
        if served.public and kept.matches(question.tags, shown):
            status, body = 304, b""
            del headers["content-type"]
        else:
            headers["content-length"] = str(len(body))
        raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": [*raw_headers, *SURE.items()]})
        await send({"type": "http.response.body", "body": body})
        return True


def _question(scope: Scope) -> _Question | None:
    """What is asked; None if the request has to go the long way."""
    method = scope["method"]
    if method not in ("GET", "POST"):
        return None
    meant, length, tags = [method.encode(), scope["query_string"]], 0, ""
    for name, value in scope["headers"]:
        if name in BARRED:
            return None
        if name in MEANT:
            meant += (name, value)
            if name == b"content-length":
                length = int(value) if value.isdigit() else MOST + 1
        elif name == b"if-none-match":
            tags = ", ".join(filter(None, (tags, value.decode("latin-1"))))
    if length > MOST or (method == "GET") is bool(length):
        return None
    return _Question(b"\0".join(meant) + b"\0\0", length, tags)


def _costs(cost: int, charged: Charged | None) -> dict[str, str]:
    return {"simpul-cost": str(cost)} | (charged.headers() if charged else {})


def _again(come: Message, receive: Receive) -> Receive:
    """What came once more, and then what comes."""
    waiting = [come]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving
