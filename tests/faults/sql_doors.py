"""Doors before the databases of agencies, and what can go wrong there between a hub and a PostgreSQL.

A door hands on bytes over TCP. It knows when the hub has asked for something: the hub's first words on a connection,
and what its driver wants to know of the server, are no questions.
"""

import asyncio
import contextlib
import re
import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, closing
from typing import Any

import psycopg

from tests.faults.catalogue import NOTHING_AMISS, UNAVAILABLE, Fault
from tests.faults.proxy import PAUSE
from tests.venues.city import SCHEMAS

LATENCY = 0.02
QUESTION = re.compile(rb"\b(FROM|UPDATE|INSERT)\b")
OF_THE_DRIVER = b"pg_type"


class Line:
    """One connection of the hub, and the one behind it to the server."""

    def __init__(self, door: "SqlDoor", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.door = door
        self.reader, self.writer = reader, writer
        self.asked = False
        self.answered = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def serve(self) -> None:
        """Hand on both ways until one side ends."""
        behind, to_server = await asyncio.open_unix_connection(self.door.socket)
        try:
            self._tasks = [
                asyncio.create_task(self._asks(to_server)),
                asyncio.create_task(self._answers(behind)),
            ]
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            to_server.transport.abort()

    async def _asks(self, to_server: asyncio.StreamWriter) -> None:
        while data := await self.reader.read(65_536):
            if QUESTION.search(data) and OF_THE_DRIVER not in data:
                self.asked = True
                self.answered = 0
                self.door.calls += 1
                if self.door.at_question:
                    await self.door.at_question(self)
            to_server.write(data)
            await to_server.drain()

    async def _answers(self, behind: asyncio.StreamReader) -> None:
        while data := await behind.read(65_536):
            if self.asked and self.door.at_answer:
                await self.door.at_answer(self, data)
            else:
                await self.send(data)

    async def send(self, data: bytes) -> None:
        self.answered += len(data)
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Close the connection with RST."""
        if self.writer.is_closing():
            return
        taken: socket.socket = self.writer.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def close(self) -> None:
        """Close the connection in order."""
        self.writer.close()

    async def silence(self) -> None:
        """Nothing more comes until the hub leaves. Where an answer is held back, who reads of the hub sees that."""
        if self.answered:
            await asyncio.Event().wait()
        while await self.reader.read(65_536):
            pass


AtConnect = Callable[[Line], Awaitable[None]]
AtAnswer = Callable[[Line, bytes], Awaitable[None]]


class SqlDoor:
    """The way to one database; `calls` counts the questions that came, `connections` the connections."""

    def __init__(self, folder: str) -> None:
        self.socket = f"{folder}/.s.PGSQL.5432"
        self.port = 0
        self.calls = self.connections = 0
        self.at_connect: AtConnect | None = None
        self.at_question: AtConnect | None = None
        self.at_answer: AtAnswer | None = None
        self._server: asyncio.Server | None = None
        self._lines = set[Line]()
        self._serving = set[asyncio.Task[Any]]()

    @property
    def listens(self) -> bool:
        return self._server is not None

    async def listen(self) -> None:
        """Open the door, again on its port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def spoil(
        self,
        connect: AtConnect | None = None,
        question: AtConnect | None = None,
        answer: AtAnswer | None = None,
        *,
        end: bool = True,
    ) -> None:
        """From now on, do this. Connections that are kept end, unless `end` is false."""
        self.at_connect, self.at_question, self.at_answer = connect, question, answer
        self.calls = self.connections = 0
        if end:
            self.drop()

    def drop(self) -> None:
        """All connections end at once."""
        for line in list(self._lines):
            line.reset()

    def shut(self) -> None:
        """Nobody listens any more, and nobody is connected."""
        if self._server:
            self._server.close()
            self._server = None
        self.spoil()

    async def heal(self) -> None:
        """As if nothing had been."""
        if self._server is None:
            await self.listen()
        self.spoil()

    async def aclose(self) -> None:
        """End everything."""
        self.shut()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = Line(self, reader, writer)
        self._lines.add(line)
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            with contextlib.suppress(ConnectionError):
                if self.at_connect:
                    await self.at_connect(line)
                if not writer.is_closing():
                    await line.serve()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._lines.discard(line)
            writer.transport.abort() if self.at_answer else writer.close()


SQL_FAULTS: list[Fault] = []


def _fault(code: str | None, *, at: str, **more: Any) -> Callable[[Any], Any]:
    def declare(spoil: Any) -> Any:
        name = spoil.__name__.replace("_", " ")
        SQL_FAULTS.append(Fault(name, code, lambda door: door.spoil(**{at: spoil}), **more))
        return spoil

    return declare


SQL_FAULTS.append(Fault("port closed", UNAVAILABLE, SqlDoor.shut))
SQL_FAULTS.append(Fault("kept connections end while nobody uses them", NOTHING_AMISS, SqlDoor.drop))


@_fault(UNAVAILABLE, at="connect")
async def reset_at_connect(line: Line) -> None:
    line.reset()


@_fault(UNAVAILABLE, at="connect")
async def closed_at_connect(line: Line) -> None:
    line.close()


@_fault(UNAVAILABLE, at="connect")
async def another_protocol(line: Line) -> None:
    await line.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    line.close()


@_fault(UNAVAILABLE, at="connect", silent=True)
async def nobody_answers_a_connection(line: Line) -> None:
    await line.silence()


@_fault(UNAVAILABLE, at="question")
async def reset_after_the_question(line: Line) -> None:
    line.reset()


@_fault(UNAVAILABLE, at="question", silent=True)
async def hang_after_the_question(line: Line) -> None:
    await line.silence()


@_fault(UNAVAILABLE, at="answer")
async def closed_in_mid_answer(line: Line, data: bytes) -> None:
    await line.send(data[: len(data) // 2])
    line.close()


@_fault(UNAVAILABLE, at="answer")
async def reset_in_mid_answer(line: Line, data: bytes) -> None:
    await line.send(data[: len(data) // 2])
    line.reset()


@_fault(UNAVAILABLE, at="answer", silent=True)
async def hang_in_mid_answer(line: Line, data: bytes) -> None:
    await line.send(data[: len(data) // 2])
    await line.silence()


@_fault(UNAVAILABLE, at="answer", silent=True)
async def dripping(line: Line, data: bytes) -> None:
    for byte in data:
        await line.send(bytes([byte]))
        await asyncio.sleep(PAUSE)


@_fault(UNAVAILABLE, at="answer")
async def bytes_that_mean_nothing(line: Line, data: bytes) -> None:
    await line.send(b"\xff" * len(data))
    line.close()


@_fault(NOTHING_AMISS, at="answer")
async def latency(line: Line, data: bytes) -> None:
    await asyncio.sleep(LATENCY)
    await line.send(data)


@_fault(NOTHING_AMISS, at="answer")
async def in_small_parts(line: Line, data: bytes) -> None:
    for start in range(0, len(data), 1_000):
        await line.send(data[start : start + 1_000])
        await asyncio.sleep(0)


def taken_over(file: Any, url: str) -> None:
    """What stands in a database of the sandbox, in PostgreSQL."""
    with closing(sqlite3.connect(file)) as source, psycopg.connect(url, autocommit=True) as target:
        target.execute("SET TIME ZONE 'UTC'")
        tables = source.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        made = dict(tables.fetchall())
        if "bookings" in made:
            target.execute((SCHEMAS / "booking.postgresql.sql").read_text(encoding="utf-8"))
        for name, sql in made.items():
            if "bookings" not in made:
                target.execute(sql)
            cursor = source.execute(f"SELECT * FROM {name}")  # noqa: S608  a name of the sandbox
            columns = [each[0] for each in cursor.description]
            holes = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {name} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE VALUES ({holes})"  # noqa: S608  names of our own tables
            target.cursor().executemany(statement, cursor.fetchall())


@asynccontextmanager
async def sql_doors(codes: Iterable[str], folder: str) -> AsyncIterator[dict[str, SqlDoor]]:
    """A door for each of these agencies before the server with its socket in this folder."""
    doors = {code: SqlDoor(folder) for code in codes}
    try:
        for door in doors.values():
            await door.listen()
        yield doors
    finally:
        for door in doors.values():
            await door.aclose()
