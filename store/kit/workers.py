"""Work on the database: each piece runs whole, in a thread, on one connection, and nobody waits for it for ever.

A piece is a plain function of a connection, so that what a field needs of the store costs the loop one hop, and who
leaves stops nothing that is half done.
"""

import asyncio
import contextlib
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import psycopg
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolFull

T = TypeVar("T")

FAILURES = (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError, CommandError)
NO_ANSWER = (OperationalError, InterfaceError, PoolFull, sqlite3.OperationalError, psycopg.OperationalError, OSError)
"""Those failures that say nothing of what was asked."""


class StoreBroken(Exception):
    """The database cannot be reached, does not answer in time or refuses; its text holds no address and no value.

    `refused`: it answered, and what it does not take is the statement.
    """

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


class Workers:
    """So many threads, in the order in which they are asked; each has a connection of the engine's while it works."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._under_way: set[_Piece[Any]] = set()

    def do(self, work: Callable[[Connection], T], within: float, options: Mapping[str, Any]) -> asyncio.Future[T]:
        """What it answers, in one transaction; `StoreBroken` also where it takes longer than `within`.

        `options` are those of the connection. What nobody waits for any more is not begun; what is begun goes on to
        its end, unless it took too long.
        """
        loop = asyncio.get_running_loop()
        piece = _Piece(self._engine, work, options, loop.create_future(), self._under_way.discard)
        try:
            piece.begun = self._threads.submit(piece.run)
        except RuntimeError:
            piece.answer.set_exception(StoreBroken("it is closed"))
        else:
            self._under_way.add(piece)
            late = loop.call_later(within, piece.is_late)
            piece.answer.add_done_callback(lambda _: late.cancel())
            piece.answer.add_done_callback(piece.left)
        return piece.answer

    async def aclose(self, patience: float) -> None:
        """Wait for what is under way, so many seconds; then give it up."""
        self._threads.shutdown(wait=False)
        begun = [asyncio.wrap_future(piece.begun) for piece in self._under_way if piece.begun]
        if begun:
            await asyncio.wait(begun, timeout=patience)
        for piece in self._under_way:
            piece.give_up()
        await asyncio.to_thread(self._threads.shutdown)


_HERE = threading.local()
"""The piece that this thread works at."""


class _Piece(Generic[T]):
    """One piece of work on its way, between the loop and a thread."""

    def __init__(
        self,
        engine: Engine,
        work: Callable[[Connection], T],
        options: Mapping[str, Any],
        answer: asyncio.Future[T],
        ended: Callable[["_Piece[T]"], None],
    ) -> None:
        self._engine = engine
        self._work = work
        self._options = options
        self.answer = answer
        self.begun: Future[None] | None = None
        self._ended = ended
        self._lock = threading.Lock()
        self._driver: Any = None
        self._given_up = False

    def run(self) -> None:
        """In a thread."""
        _HERE.piece = self
        try:
            outcome: T | BaseException = self._worked()
            failed = False
        except BaseException as error:  # noqa: BLE001  who asked is told
            outcome, failed = error, True
        finally:
            _HERE.piece = None
        with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
            self.answer.get_loop().call_soon_threadsafe(self._tell, outcome, failed)

    def _worked(self) -> T:
        try:
            with self._engine.connect() as connection:
                try:
                    with connection.execution_options(**self._options).begin():
                        return self._work(connection)
                finally:
                    self.holds(None)
        except FAILURES as error:
            raise StoreBroken(type(error).__name__, refused=not isinstance(error, NO_ANSWER)) from None

    def _tell(self, outcome: Any, failed: bool) -> None:
        self._ended(self)
        if not self.answer.done():
            if failed:
                self.answer.set_exception(outcome)
            else:
                self.answer.set_result(outcome)

    def left(self, answer: asyncio.Future[T]) -> None:
        """Nobody waits any more, or all is done."""
        if answer.cancelled() and self.begun and self.begun.cancel():
            self._ended(self)

    def is_late(self) -> None:
        """It took too long, at its work or before it began."""
        if self.begun and self.begun.cancel():
            self._ended(self)
            self.answer.set_exception(StoreBroken("all its connections are taken"))
        else:
            self.give_up()
            self.answer.set_exception(StoreBroken("it does not answer in time"))

    def holds(self, driver: Any) -> None:
        """The driver's connection that it works on now; raises TimeoutError where nobody waits any more."""
        with self._lock:
            self._driver = driver
            if driver is not None and self._given_up:
                raise TimeoutError

    def give_up(self) -> None:
        """From any thread: what it waits for ends with an error."""
        with self._lock:
            self._given_up = True
            if self._driver is not None:
                _cut(self._driver)


def _cut(driver: Any) -> None:
    """Nothing else ends a wait for a server that has stopped without a word."""
    with contextlib.suppress(*FAILURES):
        if isinstance(driver, sqlite3.Connection):
            driver.interrupt()
        else:
            with socket.socket(fileno=os.dup(driver.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)


def watch(engine: Engine) -> None:
    """Let each piece know its connection before anything is asked over it, and take none that has died meanwhile."""

    def connected(driver: Any, _record: object) -> None:
        if piece := getattr(_HERE, "piece", None):
            piece.holds(driver)

    def checked_out(driver: Any, record: object, _proxy: object) -> None:
        connected(driver, record)
        if not isinstance(driver, sqlite3.Connection):
            try:
                engine.dialect.do_ping(driver)
            except psycopg.Error:
                connected(driver, record)  # nobody waits for another one, if it was given up
                raise DisconnectionError from None

    event.listen(engine, "connect", connected, insert=True)
    event.listen(engine, "checkout", checked_out)
