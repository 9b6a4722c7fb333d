"""The database of the hub: SQLite by default, or PostgreSQL. Its tables are brought up to date at the start."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from connectors.kit.at_once import refuse_to_wait
from connectors.kit.engines import postgresql_tls
from store.kit.broken import StoreBroken
from store.kit.migrating import migrated
from store.kit.pieces import watch
from store.kit.pulse import Pulse
from store.kit.workers import StoreObserver, Workers

__all__ = ["Database", "StoreBroken"]

T = TypeVar("T")

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}

SWITCHES = 100
"""How often a process tries to switch a new file to write-ahead logging, if others try at the same time."""

READERS = 8
"""How many connections read at the same time."""
WRITERS = {"sqlite": 1, "postgresql": 4}
"""How many connections write at the same time. SQLite has one writer; others wait for their turn, in order."""
SYNCHRONOUS = "FULL"
"""How SQLite waits for the disk: what is committed survives a power cut."""
PING = 1.0
"""Seconds in which a database that lives answers the least question."""
TIMEOUT = 10.0
"""Seconds for one function on the database, including the wait for a connection."""
BEHIND = 120.0
"""The same for work in the background, for which nobody waits."""
MIGRATING_FOR = 3600.0
"""The same for a migration, including the wait for another process."""


class Database:
    """Functions run on it, each in one transaction. Readers do not wait for a writer."""

    def __init__(
        self,
        url: str,
        *,
        readers: int = READERS,
        timeout: float = TIMEOUT,
        tls_exception: str | None = None,
        observer: StoreObserver | None = None,
    ) -> None:
        """`sqlite:///path` or `postgresql://…`; raises ValueError for anything else, without quoting it.

        `tls_exception` is the reason why a PostgreSQL on another machine is used without TLS or without proof of its
        identity.
        """
        try:
            parsed = make_url(url)
            self.dialect = parsed.get_backend_name()
            parsed = parsed.set(drivername=DRIVERS[self.dialect])
        except (ArgumentError, KeyError):
            raise ValueError("expected sqlite:///path/to/file or postgresql://…") from None
        self._timeout = timeout
        if self.dialect == "sqlite":
            self._file: str | None = _file(parsed)
            arguments: dict[str, Any] = {}
        else:
            self._file = None
            arguments = _patient(timeout) | ({} if tls_exception else postgresql_tls(parsed))
        writers = WRITERS[self.dialect]
        self._engine: Engine = create_engine(
            parsed, connect_args=arguments, pool_size=readers + writers + 1, max_overflow=0, hide_parameters=True
        )
        watch(self._engine)
        if self._file:
            event.listen(self._engine, "connect", _prepare_sqlite)
        event.listen(self._engine, "begin", self._begin)
        observer = observer or StoreObserver()
        self._readers = Workers(self._engine, readers, "read", observer)
        self._writers = Workers(self._engine, writers, "write", observer)
        self._asker = Workers(self._engine, 1, "pulse", StoreObserver())
        self._pulse = Pulse(self._ping, self._readers.give_all_up)
        self._reads = {} if self._file else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    async def migrate(self) -> None:
        """Bring the tables up to date. One process does it, the others wait. Raises `StoreBroken`."""
        try:
            if self._file:
                await asyncio.to_thread(_log_ahead, self._file)
            await self.write(migrated, within=MIGRATING_FOR)
        except (StoreBroken, sqlite3.Error, OSError) as error:
            told = error if isinstance(error, StoreBroken) else type(error).__name__
            raise StoreBroken(f"the store cannot be opened: {told}") from None

    async def read(self, work: Callable[[Connection], T], *, within: float | None = None) -> T:
        """The result of a function of a connection. All its reads see the same state. Raises `StoreBroken`."""
        refuse_to_wait()
        self._pulse.refuse_silence()
        within = within or self._timeout
        answer = self._readers.do(work, within, {**self._reads, "within": within})
        self._pulse.begins(answer)
        return await answer

    async def write(self, work: Callable[[Connection], T], *, within: float | None = None) -> T:
        """The same for a function that writes: if it raises, nothing is written.

        In SQLite those that wait for their turn share one commit, unless they name a time limit of their own. Such a
        function may run twice, so it keeps nothing outside the database.
        """
        refuse_to_wait()
        self._pulse.refuse_silence()
        shares, within = self._file is not None and within is None, within or self._timeout
        answer = self._writers.do(work, within, {"writes": True, "within": within}, shares=shares)
        self._pulse.begins(answer)
        return await answer

    async def aclose(self) -> None:
        """Close all connections after the work under way has ended."""
        await self._pulse.aclose()
        for workers in (self._writers, self._readers, self._asker):
            await workers.aclose(self._timeout)
        self._engine.dispose()

    async def _ping(self) -> None:
        await self._asker.do(lambda connection: connection.exec_driver_sql("SELECT 1").scalar(), PING, {"within": PING})

    def _begin(self, connection: Connection) -> None:
        """Begin a transaction. A writer of SQLite takes its lock at once: a reader cannot become a writer later."""
        options = connection.get_execution_options()
        within, writes = int(options.get("within", self._timeout) * 1000), options.get("writes")
        if self._file:
            pooled = connection.connection
            driver: Any = pooled.driver_connection
            if pooled.info.get("busy_timeout") != within:
                driver.execute(f"PRAGMA busy_timeout = {within}")
                pooled.info["busy_timeout"] = within
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        elif within != int(self._timeout * 1000):
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {within}")


def _file(url: URL) -> str:
    """The file.

    It and the two files beside it belong to their owner alone: SQLite gives those the rights of the first.
    """
    if not url.database or url.database == ":memory:":
        raise ValueError("expected a file, as in sqlite:///path/to/file: several connections share it")
    file = Path(url.database)
    file.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # the file belongs to another user, who lets the hub use it
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            if each.exists() and each.stat().st_mode & 0o077:
                each.chmod(0o600)
    return url.database


def _patient(timeout: float) -> dict[str, Any]:
    """The time limits of PostgreSQL and of its driver."""
    milliseconds = int(timeout * 1000)
    return {
        "connect_timeout": max(1, int(timeout)),
        "options": f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={milliseconds}",
    }


def _log_ahead(file: str) -> None:
    """Switch the file to write-ahead logging for good, so that readers do not wait for a writer.

    SQLite does not wait for a process that does the same at this moment, whatever the timeout says.
    """
    for attempt in range(1, SWITCHES + 1):
        connection = sqlite3.connect(file, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == SWITCHES:
                raise
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.close()
