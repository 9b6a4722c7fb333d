"""The database of an agency in a file of SQLite.

It is read and written in threads of its own, so an agency whose file is locked or slow keeps no thread from another.
A piece of work is one change of thread, however many statements it has.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from connectors.kit.agency import Agency

T = TypeVar("T")

SYNCHRONOUS = "FULL"
"""How a write waits for the disk: what the agency's file has taken survives a power cut."""
STEPS = 10_000
"""After so many steps of SQLite's machine a statement is looked at: whether its time is over."""


class SqliteFile:
    """One file, which must exist already. A thread cannot be cancelled; the agency's time limit ends its work."""

    def __init__(self, url: URL, agency: Agency) -> None:
        self._url = url
        self._agency = agency

    @cached_property
    def _reader(self) -> Engine:
        """It opens the file for each piece of work: an agency may lay another one over it at any time."""
        engine = self._engine("ro", poolclass=NullPool)
        listen(engine, "connect", _read_only)
        return engine

    @cached_property
    def _writer(self) -> Engine:
        """It keeps its connections as long as they lead to the file that stands at this place."""
        engine = self._engine("rw", pool_size=self._agency.limits.concurrency, max_overflow=0)
        listen(engine, "connect", _durable)
        listen(engine, "connect", self._opened)
        listen(engine, "checkout", self._checked_out)
        listen(engine, "begin", _immediately)
        return engine

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        """They are made when they are needed, and never more than calls at the same time."""
        return ThreadPoolExecutor(self._agency.limits.concurrency, thread_name_prefix=f"sql-{self._agency.code}")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of a function that only reads."""
        return await self._in_a_thread(self._reader, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of a function that writes, in one transaction that is on disk when it returns."""
        return await self._in_a_thread(self._writer, work)

    async def aclose(self) -> None:
        """Let the threads end, and close what nobody uses. The next piece of work makes new ones."""
        if threads := vars(self).pop("_threads", None):
            threads.shutdown(wait=False, cancel_futures=True)
        if "_writer" in vars(self):
            self._writer.dispose()

    async def _in_a_thread(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._worked, engine, work)

    def _worked(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        ends = time.monotonic() + self._agency.limits.timeout
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(lambda: int(time.monotonic() > ends), STEPS)
            with connection.begin():
                return work(connection)

    def _opened(self, _driver: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = self._identity()

    def _checked_out(self, _driver: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        identity = self._identity()
        if identity is None or record.info.get("file") != identity:
            raise DisconnectionError  # it is opened anew, or is missing

    def _identity(self) -> tuple[int, int] | None:
        """Which file stands at this place; None where there is none."""
        try:
            found = Path(self._url.database or "").stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _engine(self, mode: str, **pool: Any) -> Engine:
        place = f"file:{quote(self._url.database or '')}"
        url = self._url.set(drivername="sqlite+pysqlite", database=place, query={"mode": mode, "uri": "true"})
        patience = {"timeout": self._agency.limits.timeout}
        engine = create_engine(url, connect_args=patience, hide_parameters=True, **pool)
        listen(engine, "connect", _readable)
        return engine


def _read_only(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _readable(connection: Any, _record: object) -> None:
    """Decode texts with U+FFFD for invalid bytes.

    SQLite does not check them, and one such text must not cost the answer.
    """
    connection.text_factory = _text


def _text(sent: bytes) -> str:
    return sent.decode("utf-8", "replace")


def _durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys = ON")


def _immediately(connection: Connection) -> None:
    """Take the lock for writing at once: a transaction that begins as a reader cannot wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
