"""The last room: a request whose bytes are those of one answered before is answered before it is parsed.

Why this is safe. The parser of a connection that rests between two requests makes the same of the same bytes each
time. So bytes are remembered only after the parser made one whole request of exactly them, in one piece, on a
connection that rested. It had no credentials, and no header that is not in `PLAIN`. The app said that its answer is one
that is kept for everybody. And the answer that is put together here was, byte for byte, the one that the app had sent.

Whatever is not so goes to the parser, untouched. What was answered here is told behind it: to the quota, the metrics
and the log, within `BEHIND` seconds, and before any other request of the process begins.
"""

import asyncio
import re
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakValueDictionary

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from connectors.kit.clock import Clock
from engine.execution.quota import WINDOW, Quota, QuotaAccount, network_of
from engine.http.kept_reply import REPLY, KeptReply

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
LARGEST = 500_000
"""Bytes of an answer that is given here."""
BYTES = 64_000_000
"""Bytes of all requests that are remembered, with their answers."""
PLACE = 16_000
"""Bytes that one counts at least, so that there are 4,000 of them at most."""
SHARE = BYTES // 8
"""Bytes of the requests that one address has taught."""
SEEN = 4_096
"""Requests that are noted when they come for the first time. One that comes again is remembered."""
BEHIND = 0.1
"""Seconds after which what was answered here has been told, and after which an answer is put together anew."""
IDLE = 10.0
"""Seconds after which a request is forgotten that nobody repeats, and whose answer is not kept any more."""
FRESH = 1.0
"""Seconds for which this process goes by what it knows of a quota."""
ENOUGH = 100_000
"""Of a quota that has less than this left, only the app knows whether an operation may run."""

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


class KnownAccount:
    """What one address has left of its quota, and what it owes.

    This process knows what is `left` `until` a moment. It is not `sure` of it while the app may be charging as well.
    """

    __slots__ = ("__weakref__", "left", "owed", "quota", "settling", "sure", "until")

    def __init__(self, quota: QuotaAccount) -> None:
        self.quota = quota
        self.left = self.owed = 0
        self.until = 0.0
        self.sure = self.settling = False


class _Known:
    """A request that is remembered, and its answer: what stands `before` the rest of a quota, and what `after` it."""

    __slots__ = (
        *("after", "asked", "before", "cost", "dated", "kept", "last", "lines"),
        *("owner", "reply", "shape", "size", "times", "until"),
    )

    def __init__(self, asked: bytes, owner: str, reply: KeptReply, lines: list[tuple[bytes, bytes]]) -> None:
        self.asked = asked
        self.owner = owner
        self.reply = reply
        self.kept = reply.kept
        self.shape: tuple[int | str, ...] = ()
        self.cost = reply.cost
        self.lines = lines
        self.before = self.after = b""
        self.dated: list[tuple[bytes, bytes]] = []
        self.until = self.last = 0.0
        self.size = self.times = 0

    def renew(self, now: float, dated: list[tuple[bytes, bytes]]) -> bool:
        """Put it together for this moment; whether there is an answer now."""
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


class Wire:
    """Of one process. Without a `quota` nobody is charged."""

    def __init__(self, clock: Clock, quota: Quota | None) -> None:
        self._now = clock.monotonic
        self._quota = quota
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._sizes: Counter[str] = Counter()
        self._size = 0
        self._seen: set[int] = set()
        self._accounts: WeakValueDictionary[str, KnownAccount] = WeakValueDictionary()
        self._untold: list[_Known] = []
        self._owing: list[KnownAccount] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._swept = 0.0

    @property
    def remembered(self) -> int:
        """How many requests are."""
        return len(self._known)

    def answers(self, asked: bytes, connection: "LimitedProtocol") -> bool:
        """Whether the request was answered here. The connection rests, and its client reads."""
        if len(asked) > LONGEST or (known := self._known.get(asked)) is None:
            return False
        now = self._now()
        dated = connection.server_state.default_headers
        if (known.kept.dropped or now >= known.until or known.dated is not dated) and not known.renew(now, dated):
            return False
        if self._quota is None:
            whole = known.before
        else:
            account = connection.account
            if account is None or not account.sure or now >= account.until or account.left < ENOUGH:
                return False
            if not account.owed and not account.settling:
                self._owing.append(account)
            account.owed += known.cost
            account.left -= known.cost
            whole = known.before + b"%d" % account.left + known.after
        connection.transport.write(whole)
        if not known.times:
            self._untold.append(known)
            self._tell_soon()
        known.times += 1
        return True

    def passes(self, connection: "LimitedProtocol") -> None:
        """Something else comes on this connection. What was answered here is told first."""
        if self._untold or self._owing:
            self.tell()
        if connection.account:
            connection.account.sure = False

    def learn(self, lesson: Lesson, connection: "LimitedProtocol") -> None:
        """Remember the request, if its answer is kept, and if it has come before."""
        scope, asked = cast(dict[str, Any], lesson.cycle.scope), lesson.asked
        reply: KeptReply | None = scope.get(REPLY)
        if reply is None or scope["client"] != connection.client or len(asked) > LONGEST:
            return
        now, written = self._now(), b"".join(lesson.written)
        if self._quota and not self._credit(connection, written, now):
            return
        known, dated = self._known.get(asked), connection.server_state.default_headers
        if known.renew(now, dated) if known else not self._comes_again(asked):
            return
        made = _made(asked, network_of(connection.host), reply, written, dated)
        if made and made.renew(now, dated) and _same(made, written, connection.account):
            made.last = now
            self._remember(made)

    def tell(self) -> None:
        """Tell what was answered here since this was last told, and charge for it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = self._now()
        untold, self._untold = self._untold, []
        owing, self._owing = self._owing, []
        for known in untold:
            times, known.times, known.last = known.times, 0, now
            known.reply.told(times)
            if known.asked in self._known:
                self._known.move_to_end(known.asked)
        for account in owing:
            task = asyncio.get_running_loop().create_task(self._settle(account))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if now - self._swept >= IDLE:
            self._swept = now
            idle = [each for each in self._known.values() if now - each.last >= IDLE and not each.kept.holds(now)]
            for known in idle:
                self._forget(known)

    async def aclose(self) -> None:
        """Tell the rest, and charge for it."""
        self.tell()
        while self._tasks or self._owing:
            self.tell()
            await asyncio.wait(self._tasks)

    def _tell_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BEHIND, self.tell)

    async def _settle(self, account: KnownAccount) -> None:
        owed, account.owed, account.settling = account.owed, 0, True
        try:
            charged = await account.quota.charge(owed, done=True)
            account.left = charged.remaining - account.owed
            account.until = self._now() + FRESH
        finally:
            account.settling = False
            if account.owed:
                self._owing.append(account)
                self._tell_soon()

    def _credit(self, connection: "LimitedProtocol", written: bytes, now: float) -> bool:
        """Whether the app said what its client has left; then it is known for a while."""
        said = _LEFT.search(written, 0, written.find(b"\r\n\r\n") + 2)
        if said is None or self._quota is None:
            return False
        host = network_of(connection.host)
        if connection.account is None:
            connection.account = self._accounts.get(host) or KnownAccount(self._quota.at(host))
            self._accounts[host] = connection.account
        connection.account.left = int(said[1]) - connection.account.owed
        connection.account.until, connection.account.sure = now + FRESH, True
        return True

    def _comes_again(self, asked: bytes) -> bool:
        mark = hash(asked)
        if mark in self._seen:
            self._seen.discard(mark)
            return True
        if len(self._seen) >= SEEN:
            self._seen.clear()
        self._seen.add(mark)
        return False

    def _remember(self, known: _Known) -> None:
        """In place of the one that this address, or anybody, has not asked for longest, where there is no room."""
        if before := self._known.get(known.asked):
            self._forget(before)
        whole = len(known.before) + len(known.after)
        if whole > LARGEST:
            return
        known.size = max(PLACE, len(known.asked) + 2 * whole)  # the bytes here, and those of the kept answer
        while self._sizes[known.owner] + known.size > SHARE:
            self._forget(next(each for each in self._known.values() if each.owner == known.owner))
        while self._size + known.size > BYTES:
            self._forget(next(iter(self._known.values())))
        self._known[known.asked] = known
        self._sizes[known.owner] += known.size
        self._size += known.size

    def _forget(self, known: _Known) -> None:
        del self._known[known.asked]
        self._size -= known.size
        self._sizes[known.owner] -= known.size
        if not self._sizes[known.owner]:
            del self._sizes[known.owner]


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


def _same(made: _Known, written: bytes, account: KnownAccount | None) -> bool:
    """Whether what was put together is, byte for byte, what the app has sent."""
    left = b"" if account is None else b"%d" % (account.left + account.owed)
    return made.before + left + made.after == written
