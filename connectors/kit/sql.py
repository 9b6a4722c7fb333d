"""The one request path to the database of an agency: time limits, bound parameters, and only reading unless declared.

A write is one transaction. The hub never repeats it by itself, because it cannot know whether the first one was done.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, CursorResult, Executable, RowMapping, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError
from connectors.kit.sql_causes import of_database
from connectors.kit.sql_server import SqlServer
from connectors.kit.sqlite_file import SqliteFile
from connectors.kit.throttle import Throttle
from connectors.kit.values import encodable

log = structlog.get_logger()

T = TypeVar("T")

WRITABLE = ("postgresql+psycopg", "sqlite", "sqlite+aiosqlite")
SCHEMES = (*WRITABLE, "oracle+oracledb_async")
"""How the address of an agency's database may begin. The hub can write only into those of `WRITABLE`.

`sqlite+aiosqlite` is what addresses of files began with earlier; it means the same as `sqlite`.
"""

States = frozenset[str | int]
UNIQUE: States = frozenset({"23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
EXCLUSION: States = frozenset({"23P01", sqlite3.SQLITE_CONSTRAINT_TRIGGER})
"""The codes of a violated constraint in PostgreSQL and SQLite. In SQLite a trigger that aborts excludes rows."""


class Violated(Exception):
    """A constraint of the database forbids the write, and nothing was written. `of` is `UNIQUE` or `EXCLUSION`."""

    def __init__(self, of: States) -> None:
        super().__init__("a constraint forbids it")
        self.of = of


class Sql:
    """The database of one agency. `url` is an address of SQLAlchemy without user and password. TLS is verified."""

    def __init__(
        self,
        agency: Agency,
        clock: Clock,
        throttle: Throttle | None = None,
        *,
        user: str | None = None,
        password: str | None = None,
        writes: bool = False,
    ) -> None:
        self._agency = agency
        self._clock = clock
        self._throttle = throttle or Throttle(agency, clock)
        self._url = url = make_url(agency.url).set(username=user, password=password)
        self._database = SqliteFile(url, agency) if url.get_backend_name() == "sqlite" else SqlServer(url, agency)
        self._writes = writes
        self._under_way = set[asyncio.Task[Any]]()

    async def rows(
        self, name: str, statement: Executable, parameters: Mapping[str, object], *, at_most: int = 10_000
    ) -> list[dict[str, Any]]:
        """The rows of a statement that was built with `select()` or `text()`. Values are bound parameters, never text.

        `name` is the name of the call in the log. More than `at_most` rows is `AgencyChanged`.
        """
        if not isinstance(statement, Executable):
            raise TypeError("a statement is built with select() or text(), never a plain string")
        return await self._called(name, lambda: self._read(name, statement, parameters, at_most))

    async def write(self, name: str, work: Callable[[Connection], T]) -> T:
        """The result of `work`, in one transaction: if it raises, nothing is written.

        `work` is a plain function that waits for nothing but its connection. Raises `Violated` if a constraint forbids
        the write. The transaction goes on to its end even if the caller leaves.
        """
        task = asyncio.create_task(self._called(name, lambda: self._written(name, work)))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Close the connections after all writes under way have ended."""
        await self._throttle.aclose()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._database.aclose()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may have left, and then nobody else reads it

    async def _called(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Call through the throttle, with one line in the log."""
        async with self._throttle.passed(name):
            started = self._clock.monotonic()
            outcome, rows = "cancelled", 0
            try:
                answer = await ask()
                outcome, rows = "ok", len(answer) if isinstance(answer, list) else 0
            except AgencyError as error:
                outcome = error.reason
                raise
            except Violated:
                outcome = f"{name}: a constraint forbids it"
                raise
            finally:
                log.info(
                    "agency.call",
                    agency=self._agency.code,
                    method="SQL",
                    path=name,
                    outcome=outcome,
                    rows=rows,
                    ms=round((self._clock.monotonic() - started) * 1000, 1),
                )
            return answer

    async def _read(
        self, name: str, statement: Executable, parameters: Mapping[str, object], at_most: int
    ) -> list[dict[str, Any]]:
        def work(connection: Connection) -> list[dict[str, Any]]:
            return self._fetched(name, connection.execute(statement, dict(parameters)), at_most)

        try:
            rows = await self._database.read(work)
        except (SQLAlchemyError, OSError) as error:
            raise self._as_agency_error(name, error) from None
        if len(rows) > at_most:
            raise AgencyChanged(self._agency.code, f"{name}: more than {at_most} rows")
        return rows

    def _fetched(self, name: str, result: CursorResult[Any], at_most: int) -> list[dict[str, Any]]:
        """The rows, and one more than allowed, so that the caller can see it.

        SQLite keeps any value in any column. A value that does not fit the type of its column is `AgencyChanged`.
        """
        try:
            rows = [_encodable(row) for row in result.mappings().fetchmany(at_most + 1)]
        except (ValueError, TypeError, OverflowError):
            raise AgencyChanged(self._agency.code, f"{name}: a value that is none of its column's type") from None
        result.close()
        return rows

    async def _written(self, name: str, work: Callable[[Connection], T]) -> T:
        if not self._writes:
            raise TypeError("this database is only read")
        try:
            return await self._database.write(work)
        except IntegrityError as error:
            raise self._as_violation(error) or self._as_agency_error(name, error) from None
        except (SQLAlchemyError, OSError) as error:
            raise self._as_agency_error(name, error) from None

    @staticmethod
    def _as_violation(error: IntegrityError) -> Violated | None:
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorcode", None)
        return next((Violated(of) for of in (UNIQUE, EXCLUSION) if state in of), None)

    def _as_agency_error(self, name: str, error: SQLAlchemyError | OSError) -> AgencyError:
        kind, cause = of_database(error, self._url, self._agency.limits.timeout)
        reason = f"{name}: {cause.words}"
        return kind(self._agency.code, reason, reached=cause.reached, cause=cause.words, outcome=cause.outcome)


def _encodable(row: RowMapping) -> dict[str, Any]:
    return {name: encodable(value) if isinstance(value, str) else value for name, value in row.items()}
