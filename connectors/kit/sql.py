"""The one request path to an agency's database: read only, with a time limit, with bound parameters."""

import sqlite3
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import oracledb
import structlog
from sqlalchemy import URL, Executable, make_url, text
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.door import Door
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable

log = structlog.get_logger()

SCHEMES = ("postgresql+psycopg", "oracle+oracledb_async", "sqlite+aiosqlite")
"""How the address of an agency's database may begin."""

LOCAL = ("127.0.0.1", "::1", "localhost")

REFUSED = ("28", "42501")
"""SQLSTATE classes of PostgreSQL: invalid authorization, insufficient privilege."""

ORACLE_REFUSES = frozenset({1017, 1031, 1045, 28000, 28001, 28009})
"""Its codes: a wrong password, one that has expired, an account that is locked or may not begin, no privilege."""
ORACLE_MISSES = frozenset({904, 942})
"""A column or a table that is not there, or that we may not know of."""


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
        """What PostgreSQL is told as it connects."""
        dialect, seconds = self._engine.dialect.name, self._agency.limits.timeout
        if dialect == "postgresql":
            return
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if dialect == "sqlite":
            ends = time.monotonic() + seconds
            await driver.set_progress_handler(lambda: int(time.monotonic() > ends), 10_000)
        else:
            driver.call_timeout = int(seconds * 1000)
            await connection.execute(text("SET TRANSACTION READ ONLY"))

    def _as_agency_error(self, name: str, error: SQLAlchemyError) -> AgencyError:
        """By kind, without the driver's words: those may repeat a value."""
        original = error.orig if isinstance(error, DBAPIError) else None
        kind, told = _kind(error, original)
        return kind(self._agency.code, f"{name}: {type(error).__name__} {told}".rstrip())


def _kind(error: SQLAlchemyError, original: BaseException | None) -> tuple[type[AgencyError], str]:
    """What to call it, and what may be told of it: the database's own code."""
    state = str(getattr(original, "sqlstate", None) or "")
    number = getattr(original.args[0], "code", 0) if original and original.args else 0
    if number:
        state = f"ORA-{number:05}"
    if state.startswith(REFUSED) or number in ORACLE_REFUSES:
        return AgencyRejected, state
    if number in ORACLE_MISSES or (isinstance(original, sqlite3.OperationalError) and "no such" in str(original)):
        return AgencyChanged, f"{state} a table or column is missing".lstrip()
    if isinstance(error, ProgrammingError):
        return AgencyChanged, state
    if isinstance(error, OperationalError | InterfaceError):
        return AgencyUnavailable, state
    return AgencyChanged, state


def _engine(url: URL, agency: Agency) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, agency)
    limits, secured = agency.limits, _is_elsewhere(url) and not agency.tls_exception
    arguments: dict[str, Any]
    if url.get_backend_name() == "oracle":
        arguments = {"tcp_connect_timeout": limits.timeout, "dsn": _oracle_address(url, secured=secured)}
    else:
        milliseconds = int(limits.timeout * 1000)
        arguments = {
            "options": f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}",
            "connect_timeout": max(1, int(limits.timeout)),
        }
        if secured:
            arguments |= {"sslmode": "verify-full", "sslrootcert": "system"}
    return create_async_engine(
        url, connect_args=arguments, pool_size=limits.concurrency, max_overflow=0, hide_parameters=True
    )


def _oracle_address(url: URL, *, secured: bool) -> str:
    """As its driver takes it; SQLAlchemy's own has no TLS. What stands behind the slash is a SID."""
    service = url.query.get("service_name")
    params = oracledb.ConnectParams(
        host=url.host,
        port=url.port or 1521,
        sid=url.database,
        service_name=service if isinstance(service, str) else None,
        protocol="tcps" if secured else "tcp",
        ssl_server_dn_match=True,
    )
    return str(params.get_connect_string())


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
