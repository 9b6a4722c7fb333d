"""The one request path to an agency's database: read only, with a time limit, with bound parameters."""

import sqlite3
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy import URL, Executable, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.door import Door
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable

log = structlog.get_logger()

SCHEMES = ("postgresql+psycopg", "sqlite+aiosqlite")
"""How the address of an agency's database may begin."""

LOCAL = ("127.0.0.1", "::1", "localhost")

REFUSED = ("28", "42501")
"""SQLSTATE classes of PostgreSQL: invalid authorization, insufficient privilege."""


class Sql:
    """One agency's database. The agency's `url` is SQLAlchemy's, without user and password; TLS is verified."""

    def __init__(self, agency: Agency, clock: Clock, *, user: str | None = None, password: str | None = None) -> None:
        self._agency = agency
        self._clock = clock
        self._door = Door(agency)
        self._engine = _engine(make_url(agency.url).set(username=user, password=password), agency)

    async def rows(
        self, name: str, statement: Executable, parameters: Mapping[str, object], *, at_most: int = 10_000
    ) -> list[dict[str, Any]]:
        """The rows of a statement built with `select()` or `text()`; values go in as `parameters`, never as text.

        `name` is what the log calls it. More than `at_most` rows is `AgencyChanged`.
        """
        if not isinstance(statement, Executable):
            raise TypeError("a statement is built with select() or text(), never a plain string")
        started = self._clock.monotonic()
        outcome, rows = "cancelled", list[dict[str, Any]]()
        try:
            async with self._door.passed():
                rows = await self._read(name, statement, parameters, at_most)
            outcome = "ok"
        except AgencyError as error:
            outcome = error.reason
            raise
        finally:
            log.info(
                "agency.call",
                agency=self._agency.code,
                method="SQL",
                path=name,
                outcome=outcome,
                rows=len(rows),
                ms=round((self._clock.monotonic() - started) * 1000, 1),
            )
        return rows

    async def aclose(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    async def _read(
        self, name: str, statement: Executable, parameters: Mapping[str, object], at_most: int
    ) -> list[dict[str, Any]]:
        try:
            async with self._engine.connect() as connection:
                await self._begin(connection)
                result = await connection.execute(statement, dict(parameters))
                rows = [dict(row) for row in result.mappings().fetchmany(at_most + 1)]
                result.close()
        except SQLAlchemyError as error:
            raise self._as_agency_error(name, error) from None
        except OSError as error:
            raise AgencyUnavailable(self._agency.code, f"{name}: {type(error).__name__}") from None
        if len(rows) > at_most:
            raise AgencyChanged(self._agency.code, f"{name}: more than {at_most} rows")
        return rows

    async def _begin(self, connection: AsyncConnection) -> None:
        if self._engine.dialect.name == "sqlite":
            ends = time.monotonic() + self._agency.limits.timeout
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            await driver.set_progress_handler(lambda: int(time.monotonic() > ends), 10_000)

    def _as_agency_error(self, name: str, error: SQLAlchemyError) -> AgencyError:
        """By kind, without the driver's words: those may repeat a value."""
        code, reason = self._agency.code, f"{name}: {type(error).__name__}"
        original = error.orig if isinstance(error, DBAPIError) else None
        state = str(getattr(original, "sqlstate", None) or "")
        if state.startswith(REFUSED):
            return AgencyRejected(code, f"{reason} {state}")
        if isinstance(original, sqlite3.OperationalError) and "no such" in str(original):
            return AgencyChanged(code, f"{reason}: a table or column is missing")
        if isinstance(error, ProgrammingError):
            return AgencyChanged(code, f"{reason} {state}".rstrip())
        if isinstance(error, OperationalError | InterfaceError):
            return AgencyUnavailable(code, f"{reason} {state}".rstrip())
        return AgencyChanged(code, reason)


def _engine(url: URL, agency: Agency) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, agency)
    limits = agency.limits
    milliseconds = int(limits.timeout * 1000)
    arguments: dict[str, Any] = {
        "options": f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}",
        "connect_timeout": max(1, int(limits.timeout)),
    }
    if _is_elsewhere(url) and not agency.tls_exception:
        arguments |= {"sslmode": "verify-full", "sslrootcert": "system"}
    return create_async_engine(
        url, connect_args=arguments, pool_size=limits.concurrency, max_overflow=0, hide_parameters=True
    )


def _is_elsewhere(url: URL) -> bool:
    """Neither this machine nor a socket on it; the driver takes its hosts from the address's query, too."""
    named = url.query.get("host", url.host or "")
    hosts = named.split(",") if isinstance(named, str) else named
    return any(host and not host.startswith("/") and host not in LOCAL for host in hosts)


def _sqlite(url: URL, agency: Agency) -> AsyncEngine:
    """A file that is there already, opened anew for each statement, so that it is missed when it has gone."""
    file = url.set(database=f"file:{quote(url.database or '')}", query={"mode": "ro", "uri": "true"})
    engine = create_async_engine(
        file, connect_args={"timeout": agency.limits.timeout}, poolclass=NullPool, hide_parameters=True
    )
    listen(engine.sync_engine, "connect", _read_only)
    return engine


def _read_only(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()
