"""Functions on the database run in threads, each on one connection and within a time limit.

The event loop hands a function over and gets its result back. A caller that leaves stops nothing that is half done.
"""

import asyncio
import contextlib
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolFull

from connectors.kit.late import late

T = TypeVar("T")

if TYPE_CHECKING:
    import psycopg
    from alembic import util as migrations
else:
    psycopg, migrations = late("psycopg"), late("alembic.util")


@cache
def failures() -> tuple[type[Exception], ...]:
    """What the database and its drivers raise."""
    return (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError, migrations.CommandError)


@cache
def no_answer() -> tuple[type[Exception], ...]:
    """Failures that do not depend on the statement."""
    return (OperationalError, InterfaceError, PoolFull, sqlite3.OperationalError, psycopg.OperationalError, OSError)


class StoreBroken(Exception):
    """The database cannot be reached, does not answer in time, or refuses. The text holds no address and no value.

    `refused` is true if the database answered and did not accept the statement.
    """

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


class StoreObserver:
    """Is told of each function, in the event loop and in the context of its caller. This one does nothing."""

    def store_ended(self, work: str, waited: float, seconds: float, *, failed: bool) -> None:
        """A function ended. `work` is `read` or `write`. `waited`: seconds before it began, of the `seconds` in all."""


class Workers:
    """A fixed number of threads, which take functions in order. Each has a connection of the engine while it works."""

    def __init__(self, engine: Engine, threads: int, name: str, observer: StoreObserver) -> None:
        self._engine = engine
        self._name = name
        self._observer = observer
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._under_way: set[_Piece[Any]] = set()

    def do(self, work: Callable[[Connection], T], within: float, options: Mapping[str, Any]) -> asyncio.Future[T]:
        """The result of a function, in one transaction; `StoreBroken` also if it takes longer than `within`.

        `options` are those of the connection. A function that nobody waits for any more is not begun. One that has
        begun goes on to its end, unless it takes too long.
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
            piece.answer.add_done_callback(lambda _: self._tell(piece))
        return piece.answer

    def _tell(self, piece: "_Piece[Any]") -> None:
        now = time.perf_counter()
        error = None if piece.answer.cancelled() else piece.answer.exception()
        failed = isinstance(error, StoreBroken) and not error.refused
        waited, seconds = (piece.begun_at or now) - piece.asked_at, now - piece.asked_at
        self._observer.store_ended(self._name, waited, seconds, failed=failed)

    def give_all_up(self) -> None:
        """Tell all who wait that the database does not answer."""
        for piece in list(self._under_way):
            piece.is_late()

    async def aclose(self, patience: float) -> None:
        """Wait `patience` seconds for the work under way, then give it up."""
        self._threads.shutdown(wait=False)
        begun = [asyncio.wrap_future(piece.begun) for piece in self._under_way if piece.begun]
        if begun:
            await asyncio.wait(begun, timeout=patience)
        for piece in self._under_way:
            piece.give_up()
        await asyncio.to_thread(self._threads.shutdown)


_HERE = threading.local()
"""The work of this thread."""


class _Piece(Generic[T]):
    """One function under way between the event loop and a thread."""

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
        self.asked_at = time.perf_counter()
        self.begun_at: float | None = None
        self._ended = ended
        self._lock = threading.Lock()
        self._driver: Any = None
        self._given_up = False

    def run(self) -> None:
        """Run in a thread."""
        self.begun_at = time.perf_counter()
        _HERE.piece = self
        try:
            outcome: T | BaseException = self._worked()
            failed = False
        except BaseException as error:  # noqa: BLE001  the caller is told
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
        except failures() as error:
            raise StoreBroken(type(error).__name__, refused=not isinstance(error, no_answer())) from None

    def _tell(self, outcome: Any, failed: bool) -> None:
        self._ended(self)
        if not self.answer.done():
            if failed:
                self.answer.set_exception(outcome)
            else:
                self.answer.set_result(outcome)

    def left(self, answer: asyncio.Future[T]) -> None:
        """The caller has left, or the result is there."""
        if answer.cancelled() and self.begun and self.begun.cancel():
            self._ended(self)

    def is_late(self) -> None:
        """The time limit is reached, during the work or before it began."""
        if self.answer.done():
            return
        if self.begun and self.begun.cancel():
            self._ended(self)
            self.answer.set_exception(StoreBroken("all its connections are taken"))
        else:
            self.give_up()
            self.answer.set_exception(StoreBroken("it does not answer in time"))

    def holds(self, driver: Any) -> None:
        """Remember the driver's connection; raises TimeoutError if the work was given up."""
        with self._lock:
            self._driver = driver
            if driver is not None and self._given_up:
                raise TimeoutError

    def give_up(self) -> None:
        """Give the work up, from any thread: what it waits for ends with an error."""
        with self._lock:
            self._given_up = True
            if self._driver is not None:
                _cut(self._driver)


def _cut(driver: Any) -> None:
    """Interrupt the connection. Nothing else ends a wait for a server that has stopped without a word."""
    with contextlib.suppress(*failures()):
        if isinstance(driver, sqlite3.Connection):
            driver.interrupt()
        else:
            with socket.socket(fileno=os.dup(driver.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)


def watch(engine: Engine) -> None:
    """Tell each function its connection before it is used, and replace a connection that has died."""

    def connected(driver: Any, _record: object) -> None:
        if piece := getattr(_HERE, "piece", None):
            piece.holds(driver)

    def checked_out(driver: Any, record: object, _proxy: object) -> None:
        connected(driver, record)
        if not isinstance(driver, sqlite3.Connection):
            try:
                engine.dialect.do_ping(driver)
            except psycopg.Error:
                connected(driver, record)  # if the work was given up, it must not wait for another connection
                raise DisconnectionError from None

    event.listen(engine, "connect", connected, insert=True)
    event.listen(engine, "checkout", checked_out)
