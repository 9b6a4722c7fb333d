"""Kept answers before routing: a request without credentials that was answered before has its answer at once.

What stands in this file is a short way to the same answer. A request that is not known goes on as if it were not here.
"""

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.caller import ANYBODY
from connectors.kit.clock import Clock
from connectors.kit.urgency import Urgency
from engine.execution.known_accounts import WINDOW
from engine.execution.quota import Quota, network_of
from engine.execution.urgencies import urgency_of
from engine.http.authentication import CREDENTIALS, DECLARING
from engine.http.kept_reply import REPLY, KeptReply, ShownReply
from engine.http.remembered import BEHIND, RememberedReplies, RememberedReply
from engine.http.timeout import TIMEOUT

PATH = "/graphql"
HOLD = "simpul.hold"
"""What the server sets in a scope: called before an answer that is there as a whole, so that it is written at once."""
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
SURE = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))

_Headers = list[tuple[bytes, bytes]]


class _Question(NamedTuple):
    """What of a request determines its answer, but for its body; and the tags of what the client has already."""

    head: bytes
    length: int
    tags: str


class _KnownAnswer(RememberedReply):
    """An answer at one moment, ready to be sent: `above` are its headers, and `bare` those of a 304."""

    __slots__ = ("above", "bare", "body", "joined", "policy")

    def __init__(self, asked: bytes, owner: str, reply: KeptReply, policy: bytes | None) -> None:
        super().__init__(asked, owner, reply)
        self.policy = policy
        self.joined = 0.0

    def renew(self, now: float) -> bool:
        """Put it together for this moment; whether there is an answer now."""
        self.count()
        if not self._put(self.reply.shown(now)):
            return False
        self.until = min(self.body.until, now + BEHIND)
        return True

    async def join(self, urgency: Urgency, clock: Callable[[], float]) -> bool:
        """Wait for the answer that is being made for somebody. It is for those who wait; whether there is one."""
        self.count()
        kept = await self.reply.landed(urgency)
        if kept is None:
            return False
        now = clock()
        if kept is not self.kept or now >= self.joined + BEHIND:
            self.until, self.joined = 0.0, now
            return self._put(self.reply.given(kept, now))
        return True

    def _put(self, found: ShownReply | None) -> bool:
        if found is None:
            return False
        self.kept, self.body = self.reply.kept, found.body
        lines = [(name.encode(), value.encode("latin-1")) for name, value in found.headers.items()]
        lines += [(b"simpul-cost", b"%d" % self.cost), *SURE]
        if self.policy:
            lines.append((b"ratelimit-policy", self.policy))
        self.bare = [each for each in lines if each[0] != b"content-type"]
        self.above = [*lines, (b"content-length", b"%d" % len(self.body.body))]
        return True


class EarlyAnswers(RememberedReplies[_KnownAnswer]):
    """Goes around everything else that the hub answers over HTTP. `at_once`: each answer is told by itself."""

    def __init__(self, app: ASGIApp, clock: Clock, quota: Quota | None, *, at_once: bool = False) -> None:
        super().__init__(clock, quota)
        self._app = app
        self._at_once = at_once

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass it on, unless it may be answered here."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        question = _question(scope) if scope["path"] == PATH else None
        return self._pass(scope, receive, send) if question is None else self._answer(question, scope, receive, send)

    async def _answer(self, question: _Question, scope: Scope, receive: Receive, send: Send) -> None:
        began, come, body = time.perf_counter(), None, b""
        if question.length:
            come = await receive()
            body = come.get("body", b"")
        again = receive if come is None else _again(come, receive)
        if come is not None and (come["type"] != "http.request" or come.get("more_body")):
            await self._pass(scope, again, send)
            return
        if len(body) != question.length:
            await self._pass(scope, again, send)
            return
        asked = question.head + body
        known = self.find(asked)
        if known is not None and await self._given(known, question.tags, scope, send, began):
            return
        await self._pass(scope, again, send)
        reply: KeptReply | None = scope.get(REPLY)
        if reply is not None:
            self._remember(asked, scope, reply.at("early", ""))

    async def _given(self, known: _KnownAnswer, tags: str, scope: Scope, send: Send, began: float) -> bool:
        """Give it; False if it cannot be given at once, or if the client has no quota left."""
        now = self.now()
        if now >= known.until or not known.kept.holds(now):
            if not known.renew(now):
                urgency = urgency_of(ANYBODY, Headers(scope=scope), ())
                if not await known.join(urgency, self.now):
                    return False
            now = self.now()
        shown, public = known.body, known.reply.served.public
        status, headers, body = 200, known.above, shown.body
        if tags and public and shown.matches(tags):
            status, headers, body = 304, known.bare, b""
        if self.quota:
            account = self.quota.at(scope["client"][0] if scope["client"] else "")
            left = account.take(known.cost, now)
            if left is None:
                charged = await account.charge(known.cost)
                if not charged.allowed:
                    return False
                left = charged.remaining
            headers = [*headers, (b"ratelimit", b'"cost";r=%d;t=%d' % (left, WINDOW))]
        self.given(known, time.perf_counter() - began)
        if self._at_once:
            self.tell()
        scope[REPLY] = known.reply.at("wire", tags)
        if hold := scope.get(HOLD):
            hold()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return True

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer. What was given here is told first."""
        self.pass_on()
        await self._app(scope, receive, send)

    def _remember(self, asked: bytes, scope: Scope, reply: KeptReply) -> None:
        owner, policy = network_of(scope["client"][0] if scope["client"] else ""), None
        if self.quota:
            policy = self.quota.policy
        self.put(_KnownAnswer(asked, owner, reply, policy), reply.kept.size, self.now())


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


def _again(come: Message, receive: Receive) -> Receive:
    """What came once more, and then what comes."""
    waiting = [come]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving
