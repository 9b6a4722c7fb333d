"""The last room: a request whose bytes are those of one answered before is answered before it is parsed.

Why this is safe. The parser of a connection that rests between two requests makes the same of the same bytes each
time. So bytes are remembered only after the parser made one whole request of exactly them, in one piece, on a
connection that rested. It had no credentials, and no header that is not in `PLAIN`. The app said that its answer is one
that is kept for everybody. And the answer that is put together here was, byte for byte, the one that the app had sent.

Whatever is not so goes to the parser, untouched. What was answered here is told behind it (remembered.py), and before
any other request of the process is parsed.
"""

import re
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from connectors.kit.clock import Clock
from engine.execution.known_accounts import WINDOW
from engine.execution.quota import Quota, network_of
from engine.http.kept_reply import REPLY, KeptReply
from engine.http.remembered import BEHIND, RememberedReplies, RememberedReply

if TYPE_CHECKING:
    from engine.http.uvicorn_protocol import LimitedProtocol

PLAIN = frozenset(
    {
        *(b"host", b"connection", b"content-type", b"content-length", b"user-agent", b"referer", b"dnt", b"priority"),
        *(b"accept", b"accept-encoding", b"accept-language", b"if-none-match", b"x-requested-with"),
        *(b"apollo-require-preflight", b"apollographql-client-name", b"apollographql-client-version"),
        *(b"x-apollo-operation-name", b"x-apollo-operation-id", b"x-apollo-operation-type", b"graphql-preflight"),
        *(b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"),
        *(b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site", b"sec-fetch-user"),
    }
)
"""Headers of a request that may be remembered. They say nothing, or only how the answer is to look."""

LONGEST = 8_192
"""Bytes of a request that is remembered."""
SEEN = 4_096
"""Requests that are noted when they come for the first time. One that comes again is remembered."""

_REQUEST = re.compile(rb"(GET|POST) /[!-~]* HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[\t -~]*\r\n)+)\r\n")
_LEFT = re.compile(rb'\r\nratelimit: "cost";r=([0-9]+);t=%d\r\n' % WINDOW)


class Lesson:
    """One request that came whole, and what the app writes for it."""

    __slots__ = ("_write", "asked", "cycle", "written")

    def __init__(self, asked: bytes, cycle: RequestResponseCycle) -> None:
        self.asked = asked
        self.cycle = cycle
        self.written: list[bytes] = []
        self._write = cycle.transport.write
        cycle.transport.write = self._hear  # type: ignore[method-assign]  # each answer has a transport of its own

    def _hear(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))
        self._write(data)


class _Known(RememberedReply):
    """A request that is remembered, and its answer: what stands `before` the rest of a quota, and what `after` it."""

    __slots__ = ("after", "before", "dated", "lines", "shape")

    def __init__(self, asked: bytes, owner: str, reply: KeptReply, lines: list[tuple[bytes, bytes]]) -> None:
        super().__init__(asked, owner, reply)
        self.lines = lines
        self.shape: tuple[int | str, ...] = ()
        self.before = self.after = b""
        self.dated: list[tuple[bytes, bytes]] = []

    def renew(self, now: float, dated: list[tuple[bytes, bytes]]) -> bool:
        """Put it together for this moment; whether there is an answer now."""
        self.count()
        form = self.reply.form(now)
        if form is None or (self.shape and self.shape != (form.status, *form.headers)):
            return False
        self.kept, self.shape = self.reply.kept, (form.status, *form.headers)
        lines = [*dated]
        for name, value in self.lines:
            changed = form.headers.get(name.decode("latin-1"))
            lines.append((name, value if changed is None else changed.encode("latin-1")))
        head = STATUS_LINE[form.status] + b"".join(b"%b: %b\r\n" % each for each in lines)
        whole = b"%b\r\n%b" % (head, form.body)
        gap = _LEFT.search(head)
        self.before, self.after = (whole[: gap.start(1)], whole[gap.end(1) :]) if gap else (whole, b"")
        self.dated = dated
        self.until = min(form.until, now + BEHIND)
        return True


class Wire(RememberedReplies[_Known]):
    """The last room of one process."""

    def __init__(self, clock: Clock, quota: Quota | None) -> None:
        super().__init__(clock, quota)
        self._seen: set[int] = set()

    def answers(self, asked: bytes, connection: "LimitedProtocol") -> bool:
        """Whether the request was answered here. The connection rests, and its client reads."""
        if len(asked) > LONGEST or (known := self.find(asked)) is None:
            return False
        now = self.now()
        dated = connection.server_state.default_headers
        if (known.kept.dropped or now >= known.until or known.dated is not dated) and not known.renew(now, dated):
            return False
        if self.quota is None:
            whole = known.before
        else:
            account = connection.account
            if account is None:
                account = connection.account = self.quota.at(connection.host)
            left = account.take(known.cost, now)
            if left is None:
                return False
            whole = known.before + b"%d" % left + known.after
        connection.transport.write(whole)
        if known.times:
            known.times += 1
        else:
            self.given(known)
        return True

    def learn(self, lesson: Lesson, connection: "LimitedProtocol") -> None:
        """Remember the request, if its answer is kept, and if it has come before."""
        scope, asked = cast(dict[str, Any], lesson.cycle.scope), lesson.asked
        reply: KeptReply | None = scope.get(REPLY)
        if reply is None or scope["client"] != connection.client or len(asked) > LONGEST:
            return
        now, written = self.now(), b"".join(lesson.written)
        said = _LEFT.search(written, 0, written.find(b"\r\n\r\n") + 2)
        if self.quota and said is None:
            return
        known, dated = self.find(asked), connection.server_state.default_headers
        if known.renew(now, dated) if known else not self._comes_again(asked):
            return
        made = _made(asked, network_of(connection.host), reply, written, dated)
        if made and made.renew(now, dated) and made.before + (said[1] if said else b"") + made.after == written:
            self.put(made, len(written), now)

    def _comes_again(self, asked: bytes) -> bool:
        mark = hash(asked)
        if mark in self._seen:
            self._seen.discard(mark)
            return True
        if len(self._seen) >= SEEN:
            self._seen.clear()
        self._seen.add(mark)
        return False


def is_plain(asked: bytes) -> bool:
    """Whether these bytes are one request that says nothing of who asks, and nothing twice."""
    head = _REQUEST.match(asked)
    if head is None:
        return False
    headers: dict[bytes, bytes] = {}
    for line in head[2].split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        name = name.lower()
        if name not in PLAIN or name in headers:
            return False
        headers[name] = value.strip(b" \t")
    body, length = asked[head.end() :], headers.get(b"content-length")
    whole = length == b"%d" % len(body) if head[1] == b"POST" else length is None and not body
    return whole and b"host" in headers and headers.get(b"connection", b"keep-alive").lower() == b"keep-alive"


def _made(
    asked: bytes, owner: str, reply: KeptReply, written: bytes, dated: list[tuple[bytes, bytes]]
) -> _Known | None:
    """The request and the lines of its answer, without those that the server adds to each."""
    if not is_plain(asked):
        return None
    _, *lines = written.partition(b"\r\n\r\n")[0].split(b"\r\n")
    pairs = [(name, value) for name, _, value in (each.partition(b": ") for each in lines)]
    return _Known(asked, owner, reply, pairs[len(dated) :]) if pairs[: len(dated)] == dated else None
