"""A small app whose answers are kept and show all of their request, on two servers: with the wire, and without it.

The servers are driven without sockets, piece by piece, so that each piece comes as it was cut.
"""

import asyncio
import gzip
import json
from contextlib import asynccontextmanager
from itertools import count

from starlette.requests import HTTPConnection
from uvicorn.server import ServerState

from auth.caller import ANYBODY
from engine.http.connection_limits import ConnectionLimits
from engine.http.kept_reply import REPLY, ReplyForm
from engine.http.server import server_config
from engine.http.uvicorn_protocol import WIRE
from engine.http.wire import Wire

LIFE = 600.0
DATED = [(b"date", b"Mon, 23 Nov 2026 05:00:00 GMT")]


class KeptHere:
    def __init__(self, now):
        self.born, self.ends, self.dropped = now, now + LIFE, False

    def holds(self, now):
        return not self.dropped and now < self.ends


class ReplyHere:
    """What it shows of the moment: its age, in a header and in the body."""

    cost = 167

    def __init__(self, app, kept, shown, *, zipped, matches):
        self.app, self.kept, self.shown, self.zipped, self.matches = app, kept, shown, zipped, matches

    def form(self, now):
        if not self.kept.holds(now):
            return None
        age = int(now - self.kept.born)
        body = json.dumps({"data": self.shown, "ageSeconds": age}).encode()
        if self.zipped:
            body = gzip.compress(body, mtime=0)
        headers = {"age": str(age), "etag": f'"{age}"', "content-length": str(len(body))}
        if self.matches == f'"{age}"':
            return ReplyForm(304, {"age": str(age), "etag": f'"{age}"'}, b"", now + 1)
        return ReplyForm(200, headers, body, self.kept.born + age + 1)

    def told(self, times, seconds):
        assert seconds == 0
        self.app.told += times
        self.app.tellings.append(times)


class App:
    """Keeps what it answers, and says so of each answer that it gives again, whoever asks and however.

    What is asked of a town is not kept, and waits for its turn where somebody has `held` it.
    """

    def __init__(self, clock, quota=None):
        self.clock, self.quota = clock, quota
        self.calls = self.told = self.made = 0
        self.tellings = []
        self.kept = {}
        self.held: asyncio.Semaphore | None = None

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        self.calls += 1
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        slow = b"town" in body
        if slow and self.held:
            await self.held.acquire()
        asked = HTTPConnection(scope)
        charged = await self.quota.of(asked, ANYBODY).charge(ReplyHere.cost) if self.quota else None
        if charged and not charged.allowed:
            await self.send(send, 429, charged.headers(), b"{}")
            return
        shown = [scope["method"], scope["path"], scope["query_string"].decode(), body.decode("latin-1")]
        shown += sorted((name.decode(), value.decode("latin-1")) for name, value in scope["headers"])
        key, now = json.dumps(shown), self.clock.monotonic()
        kept = self.kept.get(key)
        again = kept is not None and kept.holds(now)
        if not again:
            self.made += 1
            kept = self.kept[key] = KeptHere(now)
        zipped = "gzip" in asked.headers.get("accept-encoding", "")
        reply = ReplyHere(self, kept, shown, zipped=zipped, matches=asked.headers.get("if-none-match"))
        form = reply.form(now)
        if again and not slow:
            scope[REPLY] = reply
        still = {"content-type": "application/json", "x-seen": asked.headers.get("host", "")}
        costs = {"simpul-cost": str(reply.cost)} | (charged.headers() if charged else {})
        await self.send(send, form.status, {**still, **form.headers, **costs}, form.body)

    async def send(self, send, status, headers, body):
        if status != 304:
            headers["content-length"] = str(len(body))
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


class Pipe(asyncio.Transport):
    """The transport of one connection: what was written to it, and whether it was closed."""

    def __init__(self, host):
        super().__init__({"peername": (host, 40_000), "sockname": ("127.0.0.1", 80)})
        self.written, self.closed, self.paused = b"", False, False
        self.writes = 0

    def write(self, data):
        self.writes += 1
        if not self.closed:
            self.written += data

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    abort = close

    def can_write_eof(self):
        return False

    def pause_reading(self):
        self.paused = True

    def resume_reading(self):
        self.paused = False


class Server:
    """A server without sockets: `wire` is its last room, or None."""

    def __init__(self, app, wire, limits=None):
        self.app, self.wire = app, wire
        limits = limits or ConnectionLimits()
        self.config = server_config(app, limits=limits, keep_alive=75, shutdown=1, lifespan="off")
        self.config.load()
        self.state = ServerState()
        self.state.default_headers = DATED

    @asynccontextmanager
    async def connected(self, host="192.0.2.1"):
        pipe = Pipe(host)
        state = {WIRE: self.wire} if self.wire else {}
        protocol = self.config.http_protocol_class(self.config, self.state, state, asyncio.get_running_loop())
        protocol.connection_made(pipe)
        try:
            yield Client(self, pipe, protocol)
        finally:
            pipe.close()
            protocol.connection_lost(None)
            await settled(self)

    async def said(self, *pieces, host="192.0.2.1"):
        """All that is written to a new connection that sends these pieces, and whether it was closed."""
        async with self.connected(host) as client:
            for each in pieces:
                await client.send(each)
            return client.pipe.written, client.pipe.closed

    @asynccontextmanager
    async def listening(self):
        """The same as `said`, over real sockets: each piece is sent when the one before it has come."""
        made, loop = [], asyncio.get_running_loop()

        class Hearing(self.config.http_protocol_class):
            heard = 0

            def connection_made(self, transport):
                made.append(self)
                super().connection_made(transport)

            def data_received(self, data):
                self.heard += len(data)
                super().data_received(data)

        state = {WIRE: self.wire} if self.wire else {}
        server = await loop.create_server(lambda: Hearing(self.config, self.state, state, loop), "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()

        async def said(*pieces):
            reader, writer = await asyncio.open_connection(host, port)
            sent = 0
            for piece in pieces:
                writer.write(piece)
                sent += len(piece)
                while not made or (made[-1].heard < sent and not made[-1]._ended):
                    await asyncio.sleep(0)
                await settled(self)
                if made[-1]._ended:
                    break
            protocol = made.pop()
            closed = protocol._ended
            protocol.transport.close()
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer, closed

        async with server:
            yield said


class Client:
    def __init__(self, server, pipe, protocol):
        self.server, self.pipe, self.protocol = server, pipe, protocol

    async def send(self, piece):
        """What is written before nothing more happens."""
        before = len(self.pipe.written)
        if not self.pipe.closed:
            self.protocol.data_received(piece)
        await settled(self.server)
        return self.pipe.written[before:]


async def settled(server):
    """Until no answer is being made, but for those that wait for the rest of a request."""
    for turn in count():
        await asyncio.sleep(0)
        if (turn > 1 and not server.state.tasks) or turn > 12:
            return


def pair(clock, quota=None, **given):
    """Two servers over the same app, each with its own: with the wire, and without."""
    return (
        Server(App(clock, quota and quota(clock)), None, **given),
        wired(clock, quota and quota(clock), **given),
    )


def wired(clock, quota=None, **given):
    return Server(App(clock, quota), Wire(clock, quota), **given)


BODY = b'{"query": "{ city { name } }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: hub.example\r\nContent-Type: application/json\r\n"
KNOWN = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
GET = b"GET /graphql?documentId=1 HTTP/1.1\r\nHost: hub.example\r\nAccept-Encoding: gzip\r\n\r\n"


async def teach(*servers, asked=KNOWN, host="192.0.2.1"):
    """Ask until it is remembered: made, given again, and given again once more."""
    for server in servers:
        async with server.connected(host) as client:
            for _ in range(3):
                await client.send(asked)
