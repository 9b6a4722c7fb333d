"""One database, SQLite by default or PostgreSQL, brought up to date when the hub starts."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}

MIGRATING = 0x51_3D_9A_11
"""The number under which processes of PostgreSQL wait for each other's migration."""


SWITCHES = 100
"""How often a process tries to switch a new file over to write-ahead logging, beside others who try."""


class StoreBroken(Exception):
    """The database cannot be reached or brought up to date; its text holds no address and no password."""


class Database:
    """Connections to it. Readers do not wait for a writer; writers wait for each other."""

    def __init__(self, url: str) -> None:
        """`sqlite:///path` or `postgresql://…`; raises ValueError for anything else, without quoting it."""
        try:
            parsed = make_url(url)
            driver = DRIVERS[parsed.get_backend_name()]
        except (ArgumentError, KeyError):
            raise ValueError("expected sqlite:///path/to/file or postgresql://…") from None
        if driver == DRIVERS["sqlite"]:
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("expected a file, as in sqlite:///path/to/file: several connections share it")
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self._file = parsed.database if driver == DRIVERS["sqlite"] else None
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self._file else nullcontext()
        self._engine: AsyncEngine = create_async_engine(parsed.set(drivername=driver), hide_parameters=True)
        if driver == DRIVERS["sqlite"]:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    async def migrate(self) -> None:
        """Bring the tables up to date; of several processes one does it, the others wait. Raises `StoreBroken`."""
        try:
            if self._file:
                await asyncio.to_thread(_log_ahead, self._file)
            async with self.writing() as connection:
                await connection.run_sync(_migrate)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StoreBroken(f"the store cannot be opened: {type(error).__name__}") from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose reads all see the same state."""
        async with self._engine.connect() as connection:
            if self._file is None:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose writes all hold, or none if the block raises.

        Within this process those who wait for SQLite's lock get it in turn: SQLite itself knows no turns, and one who
        writes often would keep the others waiting.
        """
        async with self._turn, self._engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                yield connection

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _log_ahead(file: str) -> None:
    """Write-ahead logging, which the file then keeps: readers do not wait for a writer.

    SQLite does not wait for others who switch it over at the same moment, whatever the timeout says.
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
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one that began as a reader could not wait for it."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
