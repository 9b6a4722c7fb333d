"""A piece of work on the database, between the event loop that waits for it and the thread that does it."""

import asyncio
import contextlib
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from connectors.kit.late import late
from store.kit.broken import StoreBroken, as_broken, failures

T = TypeVar("T")

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = late("psycopg")

HERE = threading.local()
"""`HERE.piece` is the piece of this thread that asks for a connection."""


class Piece(Generic[T]):
    """One function. `ended` is called in the loop once no thread has to do with it any more.

    `shares`: it may be done in one transaction with others.
    """

    def __init__(
        self,
        work: Callable[[Connection], T],
        options: Mapping[str, Any],
        ended: Callable[["Piece[Any]"], None],
        *,
        shares: bool = False,
    ) -> None:
        self._work = work
        self.options = options
        self.shares = shares
        loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[T] = loop.create_future()
        self.over = loop.create_future()
        self.asked_at = time.perf_counter()
        self.begun_at: float | None = None
        self._ended = ended
        self._outcome: Any = None
        self._failed = False
        self._lock = threading.Lock()
        self._dropped = False
        self._driver: Any = None
        self._given_up = False

    def take(self) -> bool:
        """A thread begins it. False if nobody waits for it any more."""
        with self._lock:
            if not self._dropped:
                self.begun_at = time.perf_counter()
            return not self._dropped

    def do(self, connection: Connection) -> None:
        """Do it, and keep what comes of it until it is told."""
        self._outcome, self._failed = self._work(connection), False

    def fails(self, error: BaseException) -> None:
        """Keep why nothing came of it."""
        self._outcome, self._failed = as_broken(error), True

    def tell(self) -> None:
        """Tell the loop, from a thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
            self.answer.get_loop().call_soon_threadsafe(self._told)

    def _told(self) -> None:
        self._end()
        if not self.answer.done():
            if self._failed:
                self.answer.set_exception(self._outcome)
            else:
                self.answer.set_result(self._outcome)

    def _end(self) -> None:
        self.over.set_result(None)
        self._ended(self)

    def _drop(self) -> bool:
        """Leave it undone; False if it has begun."""
        with self._lock:
            self._dropped = dropped = self.begun_at is None
        if dropped:
            self._end()
        return dropped

    def left(self, answer: asyncio.Future[T]) -> None:
        """The caller has left, or the result is there."""
        if answer.cancelled():
            self._drop()

    def is_late(self) -> None:
        """The time limit is reached, during the work or before it began."""
        if self.answer.done():
            return
        if self._drop():
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
    """Tell each piece its connection before it is used, and replace a connection that has died."""

    def connected(driver: Any, _record: object) -> None:
        if piece := getattr(HERE, "piece", None):
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
