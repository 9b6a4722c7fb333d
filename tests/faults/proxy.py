"""A proxy between a hub and its agencies that the tests own: one door for each agency, each on a port of its own.

A door hands each request on to the stand-in and its answer back, or does what a fault says instead. A fault is a
function of an `Exchange`; the faults stand in `catalogue.py`.
"""

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp
from yarl import URL

PAUSE = 0.05
"""Seconds between the drops of a slow answer."""
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
CONDITIONS = {"if-none-match", "if-modified-since"}
SEEN_WITHIN = 30.0
"""Seconds after which a fault that waits for the hub gives up; no test waits so long."""


class Answer(NamedTuple):
    """An answer of a stand-in. `headers` are those that belong to the content."""

    status: int
    headers: dict[str, str]
    body: bytes

    def but(self, body: bytes | None = None, status: int | None = None, **headers: str) -> "Answer":
        """The same with another body, status, or further headers."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(
            self.status if status is None else status, self.headers | more, self.body if body is None else body
        )

    def plain(self) -> "Answer":
        """The same without a content encoding."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-encoding"}
        encoded = len(headers) < len(self.headers)
        return Answer(self.status, headers, gzip.decompress(self.body) if encoded else self.body)

    def head(self, *, length: int | None = None, version: str = "1.1", framed: bool = True) -> bytes:
        """The status line and the headers; `length` instead of the body's own."""
        lines = [f"HTTP/{version} {self.status} X", *(f"{name}: {value}" for name, value in self.headers.items())]
        if framed:
            lines.append(f"Content-Length: {len(self.body) if length is None else length}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Exchange:
    """One request of the hub at one door, and what may be done with it. Before a request was read, `head` is empty.

    `times` says how often this was asked at the door, `served` how many requests the connection has had before.
    """

    def __init__(self, door: "Door", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.door = door
        self.times = 0
        self.served = 0
        self.head = b""
        self.body = b""
        self._reader, self._writer = reader, writer

    @property
    def target(self) -> str:
        """The path and the query that were asked."""
        return self.head.split(b" ", 2)[1].decode("ascii")

    async def answer(self) -> Answer:
        """What the stand-in says, as to somebody who asks for the first time."""
        method = self.head.split(b" ", 1)[0].decode("ascii")
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        kept = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP | CONDITIONS}
        async with self.door.session.request(
            method, self.door.behind(self.target), data=self.body or None, headers=kept, allow_redirects=False
        ) as response:
            told = {name: value for name, value in response.headers.items() if name.lower() not in HOP_BY_HOP}
            return Answer(response.status, told, await response.read())

    async def write(self, *parts: bytes) -> None:
        """Bytes as they are, each part on its way before the next."""
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()

    async def send(self, answer: Answer) -> None:
        """An answer as HTTP has it."""
        await self.write(answer.head() + answer.body)

    async def drip(self, data: bytes, size: int = 1) -> None:
        """A few bytes, and then a pause, again and again."""
        for at in range(0, len(data), size):
            await self.write(data[at : at + size])
            await asyncio.sleep(PAUSE)

    def close(self) -> None:
        """Close the connection in order."""
        self._writer.close()

    def reset(self) -> None:
        """Close the connection with RST."""
        taken: socket.socket = self._writer.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def left(self) -> None:
        """Until the hub has closed the connection."""
        async with asyncio.timeout(SEEN_WITHIN):
            while await self._reader.read(65_536):
                pass

    async def read(self) -> bool:
        """Read a request; false where the hub sends no further one."""
        try:
            self.head = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        lengths = [line for line in self.head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        self.body = await self._reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
        self.door.calls += 1
        asked = (self.head.split(b"\r\n", 1)[0], self.body)
        self.times = self.door.asked[asked] = self.door.asked[asked] + 1
        return True


Spoil = Callable[[Exchange], Awaitable[None]]


class Door:
    """The way to one agency. `calls` counts the requests that came, `connections` the connections.

    `elsewhere` is an address to which a redirect may lead.
    """

    def __init__(self, code: str, url: str, session: aiohttp.ClientSession, tls: ssl.SSLContext | None) -> None:
        self.code = code
        self.elsewhere = ""
        self.session = session
        self.calls = 0
        self.connections = 0
        self.asked = Counter[tuple[bytes, bytes]]()
        self.port = 0
        self._url = url
        self._tls: ssl.SSLContext | None = None
        self._certificate = tls
        if tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.sni_callback = self._present  # type: ignore[assignment]  # the stub knows a narrower type
        self._server: asyncio.Server | None = None
        self._open = set[asyncio.StreamWriter]()
        self._deaf: list[socket.socket] = []
        self._connected: Spoil | None = None
        self._asked: Spoil | None = None

    def behind(self, target: str) -> URL:
        """Where the stand-in has what was asked for."""
        return URL(self._url + target, encoded=True)

    @property
    def listens(self) -> bool:
        """Whether anybody can come in."""
        return self._server is not None

    def spoil(self, *, connected: Spoil | None = None, asked: Spoil | None = None) -> None:
        """From now on: do this with each new connection, or with each request. Connections that are kept end."""
        self._connected, self._asked = connected, asked
        self.calls = self.connections = 0
        self.asked.clear()
        for writer in self._open:
            writer.transport.abort()

    async def listen(self) -> None:
        """Open the door, again on its port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def certify(self, tls: ssl.SSLContext) -> None:
        """Speak TLS with another certificate from now on."""
        self._certificate = tls
        self.spoil()

    def _present(self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _first: ssl.SSLContext) -> None:
        if self._certificate:
            connection.context = self._certificate

    def shut(self) -> None:
        """Nobody listens any more, and nobody is connected."""
        if self._server:
            self._server.close()
            self._server = None
        while self._deaf:
            self._deaf.pop().close()
        self.spoil()

    def deafen(self) -> None:
        """Somebody listens and accepts nobody, and the queue of those who wait is full."""
        self.shut()
        listener = socket.create_server(("127.0.0.1", self.port), backlog=0)
        self._deaf = [listener]
        for _ in range(2):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self._deaf.append(waiting)

    async def heal(self) -> None:
        """As if nothing had been."""
        if self._server is None:
            self.shut()
            await self.listen()
        self.spoil()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        exchange = Exchange(self, reader, writer)
        with contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLError, aiohttp.ClientError):
            if self._connected:
                await self._connected(exchange)
            while not writer.is_closing() and await exchange.read():
                if self._asked:
                    await self._asked(exchange)
                else:
                    await exchange.send(await exchange.answer())
                exchange.served += 1
        self._open.discard(writer)
        writer.transport.abort() if self._asked else writer.close()


class Proxy:
    """All doors of one hub, by the code of the agency."""

    def __init__(self, doors: Iterable[Door], begins: str) -> None:
        self.doors = {door.code: door for door in doors}
        self._begins = begins

    def url(self, code: str) -> str:
        """The address of a door."""
        return f"{self._begins}:{self.doors[code].port}"

    def __getitem__(self, code: str) -> Door:
        return self.doors[code]


@asynccontextmanager
async def proxied(codes: Iterable[str], url: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[Proxy]:
    """A door for each of these agencies before their stand-ins at `url`; with `tls` it speaks TLS."""
    async with aiohttp.ClientSession(
        auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0)
    ) as session:
        proxy = Proxy(
            (Door(code, url, session, tls) for code in codes), "https://localhost" if tls else "http://127.0.0.1"
        )
        try:
            for door in proxy.doors.values():
                await door.listen()
            yield proxy
        finally:
            for door in proxy.doors.values():
                door.shut()
            await asyncio.sleep(0)
