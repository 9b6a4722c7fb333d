"""What every connector that speaks SQL has to bear, by one line: `TestConformance = sql_conformance(Sismiop)`.

For each of its reads there is a recording of the tables that it asks; they are made in a real database, and then taken
through the whole matrix of failures.
"""

import copy
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from structlog.testing import capture_logs

from connectors.kit.agency import Limits
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable
from connectors.kit.feed import Feed, names_of_feeds
from connectors.kit.read import Read, names_of_reads
from tests import mutation
from tests.breakers import never_opens
from tests.conformance import CLASS
from tests.playback import RECORDED, arguments, connect

ODD = mutation.in_sql()
TYPES = {bool: "INTEGER", int: "BIGINT", float: "NUMERIC", str: "TEXT"}


class RecordedTable(msgspec.Struct, forbid_unknown_fields=True):
    """Its rows; `types` says what a column is where its first value does not tell: `{"kd_blok": "CHAR(3)"}`."""

    rows: list[dict[str, Any]]
    types: dict[str, str] = {}

    @property
    def columns(self) -> dict[str, str]:
        columns: dict[str, str] = {}
        for row in self.rows:
            for name, value in row.items():
                if value is not None:
                    columns.setdefault(name, TYPES[type(value)])
        return columns | self.types


class RecordedTables(msgspec.Struct, forbid_unknown_fields=True):
    """One read. `mandatory`: a row without a value there is none; `optional`: one without is still one.

    Both are written `table.column`.
    """

    options: dict[str, Any]
    credentials: dict[str, str]
    arguments: list[Any]
    tables: dict[str, RecordedTable]
    mandatory: list[str]
    optional: list[str]

    def statements(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """What makes the tables, each with the rows that go in."""
        made: list[tuple[str, list[tuple[Any, ...]]]] = []
        for name, table in self.tables.items():
            columns = table.columns
            spelt = ", ".join(f"{column} {of}" for column, of in columns.items())
            made.append((f"CREATE TABLE {name} ({spelt})", []))
            holes = ", ".join("?" for _ in columns)
            rows = [tuple(row.get(column) for column in columns) for row in table.rows]
            made.append((f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({holes})", rows))  # noqa: S608
        return made

    def without_values(self, at: str, *, all_of_them: bool) -> "RecordedTables":
        """The same, with NULL there in all rows or in the first."""
        copied = copy.deepcopy(self)
        name, column = at.split(".")
        types = self.tables[name].columns
        copied.tables[name].types = types
        for row in copied.tables[name].rows if all_of_them else copied.tables[name].rows[:1]:
            row[column] = None
        return copied


class Opened:
    """One connector against one database file."""

    def __init__(self, kind: type[AnyConnector], read: str, played: RecordedTables, path: Path) -> None:
        self.kind, self.name, self.played, self.path = kind, read, played, path
        self.connectors: list[AnyConnector] = []
        self.make(played)

    def make(self, played: RecordedTables) -> None:
        self.path.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.path)) as connection:
            for statement, rows in played.statements():
                connection.executemany(statement, rows) if rows else connection.execute(statement)
            connection.commit()

    def run(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement)
            connection.commit()

    @property
    def findings(self) -> dict[str, int]:
        return self.connectors[-1].findings.counts

    async def records(self, **agency: Any) -> Any:
        url = agency.pop("url", f"sqlite+aiosqlite:///{self.path}")
        connector = connect(self.kind, self.played, url, **agency)
        self.connectors.append(connector)
        return (await getattr(connector, self.name)(*arguments(self.played)).fetch()).records

    async def error(self, **agency: Any) -> AgencyError:
        with pytest.raises(AgencyError) as raised:
            await self.records(**agency)
        assert raised.value.agency == "agency"
        assert not CLASS.search(raised.value.reason)
        return raised.value


def sql_conformance(kind: type[AnyConnector]) -> type:  # noqa: C901
    """The suite for one connector."""
    reads = names_of_reads(kind) + names_of_feeds(kind)
    whole = {read: _recording(kind, read) for read in reads}
    tables = [(read, table) for read in reads for table in whole[read].tables]
    columns = [(read, f"{table}.{column}") for read, table in tables for column in whole[read].tables[table].columns]
    mandatory = [(read, at) for read in reads for at in whole[read].mandatory]
    optional = [(read, at) for read in reads for at in whole[read].optional]
    several = [(read, at) for read, at in mandatory if len(whole[read].tables[at.split(".")[0]].rows) > 1]

    class Conformance:
        @pytest.fixture
        async def at(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
            read = request.node.callspec.params["read"]
            opened = Opened(kind, read, whole[read], tmp_path / "agency.db")
            yield opened
            for connector in opened.connectors:
                await connector.aclose()

        @pytest.mark.parametrize("read", reads)
        async def test_a_whole_answer_is_mapped_without_a_finding(self, at, read):
            assert await at.records()
            assert at.findings == {}

        @pytest.mark.parametrize("read", reads)
        async def test_postgresql_and_sqlite_answer_alike(self, at, read, new_postgres_url):
            with psycopg.connect(new_postgres_url, autocommit=True) as connection:
                for statement, rows in whole[read].statements():
                    filled = statement.replace("?", "%s")
                    connection.cursor().executemany(filled, rows) if rows else connection.execute(filled)
            url = new_postgres_url.replace("postgresql://", "postgresql+psycopg://")
            assert await at.records(url=url) == await at.records()
            assert at.findings == {}

        @pytest.mark.parametrize("read", reads[:1])
        async def test_its_probe_is_a_question_that_it_declares(self, at, read):
            await at.records()
            assert at.connectors[-1].probe().name in reads

        @pytest.mark.parametrize("read", reads)
        async def test_a_database_that_is_not_there_is_unavailable_and_is_not_made(self, at, read):
            at.path.unlink()
            assert type(await at.error()) is AgencyUnavailable
            assert not at.path.exists()

        @pytest.mark.parametrize("read", reads)
        async def test_a_database_that_is_locked_is_unavailable_at_the_time_limit(self, at, read):
            with closing(sqlite3.connect(at.path, isolation_level=None)) as lock:
                lock.execute("BEGIN EXCLUSIVE")
                assert type(await at.error(limits=Limits(timeout=0.2))) is AgencyUnavailable
            assert await at.records()

        @pytest.mark.parametrize("read", reads)
        async def test_what_is_no_database_is_no_answer(self, at, read):
            at.path.write_text("<html><h1>Sedang pemeliharaan</h1></html>" * 100)
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize(("read", "table"), tables)
        async def test_without_one_of_its_tables_it_is_a_change(self, at, read, table):
            at.run(f"ALTER TABLE {table} RENAME TO baru_{table}")
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize(("read", "column"), columns)
        async def test_without_one_of_its_columns_it_is_a_change(self, at, read, column):
            table, name = column.split(".")
            at.run(f"ALTER TABLE {table} RENAME COLUMN {name} TO baru_{name}")
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize("read", reads)
        async def test_a_column_that_nobody_knows_is_no_outage(self, at, read):
            before = await at.records()
            for table in at.played.tables:
                at.run(f"ALTER TABLE {table} ADD COLUMN unheard_of INTEGER")
            assert await at.records() == before
            assert at.findings == {}

        @pytest.mark.parametrize(("read", "column"), mandatory)
        async def test_without_a_mandatory_value_in_any_row_it_is_a_change(self, at, read, column):
            at.make(at.played.without_values(column, all_of_them=True))
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize(("read", "column"), several)
        async def test_one_row_without_a_mandatory_value_is_set_aside(self, at, read, column):
            before = await at.records()
            at.make(at.played.without_values(column, all_of_them=False))
            after = await at.records()
            assert after != before
            assert not isinstance(before, tuple) or len(after) == len(before) - 1
            assert sum(at.findings.values()) == 1

        @pytest.mark.parametrize(("read", "column"), optional)
        async def test_without_an_optional_value_it_is_still_an_answer(self, at, read, column):
            at.make(at.played.without_values(column, all_of_them=True))
            assert await at.records()

        @pytest.mark.parametrize("read", reads)
        async def test_fewer_rows_than_the_floor_are_a_change(self, at, read):
            found = await at.records()
            if isinstance(found, tuple):
                assert len(await at.records(at_least={read: len(found)})) == len(found)
                assert type(await at.error(at_least={read: len(found) + 1})) is AgencyChanged

        @pytest.mark.parametrize("read", reads)
        async def test_an_odd_value_costs_its_own_row_or_is_a_coded_error(self, at, read):
            escapes, tried = await _escapes(at, of_a_kind=1)
            assert not escapes, f"{len(escapes)} of {tried}: {escapes[:20]}"

        @pytest.mark.soak
        @pytest.mark.parametrize("read", reads)
        async def test_an_odd_value_in_any_row_costs_that_row_or_is_a_coded_error(self, at, read):
            escapes, tried = await _escapes(at, of_a_kind=None)
            print(f"{kind.__name__}.{read}: {tried} answers")
            assert not escapes, f"{len(escapes)} of {tried}: {escapes[:20]}"

        @pytest.mark.parametrize("read", reads)
        async def test_no_credential_and_no_argument_reaches_log_or_error(self, at, read):
            for table in at.played.tables:
                at.run(f"ALTER TABLE {table} RENAME TO baru_{table}")
            with capture_logs() as lines:
                error = await at.error()
            said = f"{lines} {error!r} {at.connectors[-1].__dict__}"
            secrets = [
                *at.played.credentials.values(),
                *(text for text in at.played.arguments if isinstance(text, str)),
            ]
            assert [line["event"] for line in lines] == ["agency.call", "agency.drift"]
            assert not [secret for secret in secrets if secret in said]

    return Conformance


async def _escapes(at: Opened, *, of_a_kind: int | None) -> tuple[list[str], int]:
    """What came of odd values and must not: an error of ours, lost rows beside the odd one, what cannot be answered."""
    escapes, tried = [], 0
    connector = connect(at.kind, at.played, f"sqlite+aiosqlite:///{at.path}")
    at.connectors.append(connector)
    never_opens(connector)
    asked = getattr(connector, at.name)(*arguments(at.played))
    everything = (await asked.fetch()).records
    with closing(sqlite3.connect(at.path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        for table, recorded in at.played.tables.items():
            for row in range(1, len(recorded.rows[:of_a_kind]) + 1):
                alone = len(recorded.rows) == 1  # a table of which nothing can be read is a change, whatever is beside
                without = None if alone else await _without(asked, database, table, row)
                beside = mutation.independent(everything, without)
                tries = (
                    (column, odd)
                    for at_place, column in enumerate(recorded.columns)
                    for odd in (mutation.one_in_three(ODD, at_place) if of_a_kind else ODD)
                )
                for column, odd in tries:
                    if odd in [each.get(column) for each in recorded.rows]:
                        continue  # it would be another row's, or no change
                    tried += 1
                    with _holding(database, table, column, row, odd):
                        wrong = await mutation.wrong(asked, beside)
                    if wrong:
                        escapes.append(f"{table}.{column}[{row}] = {mutation.shown(odd)}: {wrong}")
    return escapes, tried


async def _without(asked: Read[Any] | Feed[Any], database: sqlite3.Connection, table: str, row: int) -> Any:
    """The records without this row; None where there is no answer then."""
    database.execute(f"CREATE TABLE kept AS SELECT rowid AS at, * FROM {table} WHERE rowid = {row}")  # noqa: S608
    database.execute(f"DELETE FROM {table} WHERE rowid = {row}")  # noqa: S608
    try:
        return (await asked.fetch()).records
    except AgencyError:
        return None
    finally:
        names = ", ".join(each for _, each, *_ in database.execute(f"PRAGMA table_info({table})"))
        database.execute(f"INSERT INTO {table} (rowid, {names}) SELECT at, {names} FROM kept")  # noqa: S608
        database.execute("DROP TABLE kept")


@contextmanager
def _holding(database: sqlite3.Connection, table: str, column: str, row: int, odd: Any) -> Iterator[None]:
    """Whatever the column's type: that is what such a database takes."""
    (before,) = database.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", [row]).fetchone()  # noqa: S608
    value = "CAST(? AS TEXT)" if odd == mutation.HALF else "?"
    database.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = ?", [odd, row])  # noqa: S608
    try:
        yield
    finally:
        database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [before, row])  # noqa: S608


def _recording(connector: type[AnyConnector], read: str) -> RecordedTables:
    path = RECORDED / connector.domain / connector.protocol / f"{read}.json"
    return msgspec.json.decode(path.read_bytes(), type=RecordedTables)
