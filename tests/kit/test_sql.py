"""The request path over SQL, on a real PostgreSQL and on SQLite."""

import asyncio
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import bindparam, literal_column, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from structlog.testing import capture_logs

from connectors.kit.agency import Agency, Limits
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyUnavailable
from connectors.kit.moment import Moment
from connectors.kit.sql import Sql
from tests.clock import FakeClock

ROWS = "CREATE TABLE sppt (nop TEXT, amount INTEGER); INSERT INTO sppt VALUES ('999', 1000), ('998', 2000);"
SELECT = text("SELECT nop, amount FROM sppt WHERE nop = :nop").bindparams(bindparam("nop"))
FOR_EVER = {
    "postgresql": text("SELECT pg_sleep(60)"),
    "sqlite": text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"),
}


@pytest.fixture(scope="session")
def postgresql(postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(ROWS)
        connection.execute("CREATE ROLE reader LOGIN; CREATE TABLE secret (n INTEGER);")
    return postgres.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory):
    path: Path = tmp_path_factory.mktemp("sqlite") / "agency.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(ROWS)
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request):
    return request.getfixturevalue({"postgresql": "postgresql", "sqlite": "sqlite_file"}[request.param])


def connected(url, *, user=None, **limits):
    agency = Agency(code="agency", domain="tax", connector="sismiop", name="A", url=url, limits=Limits(**limits))
    return Sql(agency, FakeClock(), user=user)


@pytest.fixture
async def sql(url, request):
    sql = connected(url)
    yield sql
    await sql.aclose()


async def test_rows_are_read_with_bound_parameters(sql):
    assert await sql.rows("bill", SELECT, {"nop": "999"}) == [{"nop": "999", "amount": 1000}]
    assert await sql.rows("bill", SELECT, {"nop": "' OR '1'='1"}) == []


async def test_a_plain_string_is_no_statement(sql):
    with pytest.raises(TypeError):
        await sql.rows("bill", "SELECT 1", {})


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM sppt", "INSERT INTO sppt VALUES ('1', 1)", "DROP TABLE sppt", "CREATE TABLE x (n INTEGER)"],
)
async def test_nothing_can_be_written(sql, statement):
    with pytest.raises((AgencyUnavailable, AgencyChanged, AgencyRejected)):
        await sql.rows("write", text(statement), {})
    assert len(await sql.rows("all", text("SELECT * FROM sppt"), {})) == 2


async def test_a_statement_that_takes_too_long_is_ended(url):
    sql = connected(url, timeout=0.3)
    with pytest.raises(AgencyUnavailable):
        await sql.rows("slow", FOR_EVER["sqlite" if url.startswith("sqlite") else "postgresql"], {})
    assert len(await sql.rows("after", text("SELECT * FROM sppt"), {})) == 2
    await sql.aclose()


@pytest.mark.parametrize("statement", ["SELECT none FROM sppt", "SELECT 1 FROM nowhere"])
async def test_a_table_or_column_that_went_is_a_change(sql, statement):
    with pytest.raises(AgencyChanged):
        await sql.rows("gone", text(statement), {})


async def test_more_rows_than_allowed_are_a_change(sql):
    with pytest.raises(AgencyChanged):
        await sql.rows("all", text("SELECT * FROM sppt"), {}, at_most=1)
    assert len(await sql.rows("all", text("SELECT * FROM sppt"), {}, at_most=2)) == 2


async def test_a_table_that_we_may_not_read_is_rejected(postgresql):
    sql = connected(postgresql, user="reader")
    with pytest.raises(AgencyRejected):
        await sql.rows("secret", text("SELECT * FROM secret"), {})
    await sql.aclose()


async def test_a_login_that_is_refused_is_rejected(postgresql):
    sql = connected(postgresql, user="nobody")
    with pytest.raises((AgencyRejected, AgencyUnavailable)):
        await sql.rows("bill", SELECT, {"nop": "999"})
    await sql.aclose()


async def test_a_database_that_is_not_there_is_unavailable(tmp_path):
    for url in (f"sqlite:///{tmp_path}/no/such/file", f"postgresql+psycopg:///x?host={tmp_path}"):
        sql = connected(url, timeout=1)
        with pytest.raises(AgencyUnavailable):
            await sql.rows("bill", SELECT, {"nop": "999"})
        await sql.aclose()


async def test_a_database_file_that_is_not_there_is_not_made(tmp_path):
    sql = connected(f"sqlite:///{tmp_path}/agency.db")
    with pytest.raises(AgencyUnavailable):
        await sql.rows("bill", SELECT, {"nop": "999"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["//127.0.0.2:{port}/tax", "///tax?host=127.0.0.2&port={port}"])
async def test_a_database_elsewhere_is_asked_over_tls_or_not_at_all(address):
    """It says no to TLS, and so is told nothing: neither user nor password nor what is asked."""
    heard = asyncio.Queue()

    async def no_tls(reader, writer):
        heard.put_nowait(await reader.read(8))
        writer.write(b"N")
        heard.put_nowait(await reader.read())
        writer.close()

    server = await asyncio.start_server(no_tls, "127.0.0.2", 0)
    port = server.sockets[0].getsockname()[1]
    sql = connected(f"postgresql+psycopg:{address.format(port=port)}", user="reader", timeout=2)
    with pytest.raises(AgencyUnavailable):
        await sql.rows("bill", SELECT, {"nop": "999"})
    await sql.aclose()
    assert [await heard.get(), await heard.get()] == [b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b""]
    server.close()


ORACLE = "oracle+oracledb_async://reader:not-a-secret@{host}:{port}/?service_name=pbb"


async def test_an_oracle_that_is_not_there_is_unavailable():
    sql = connected(ORACLE.format(host="127.0.0.1", port=1), timeout=2)
    with pytest.raises(AgencyUnavailable):
        await sql.rows("bill", SELECT, {"nop": "999"})
    await sql.aclose()


@pytest.mark.parametrize(("host", "begins"), [("127.0.0.1", b"\x00"), ("127.1", b"\x16\x03")])
async def test_an_oracle_elsewhere_is_asked_over_tls(host, begins):
    """There is no Oracle here; what it is told first is a TLS handshake, and on this machine its own protocol."""
    heard = asyncio.Queue()

    async def listen(reader, writer):
        heard.put_nowait(await reader.read(len(begins)))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sql = connected(ORACLE.format(host=host, port=port), timeout=2)
    asking = asyncio.create_task(sql.rows("bill", SELECT, {"nop": "999"}))
    async with asyncio.timeout(5):
        assert await heard.get() == begins
    asking.cancel()
    await asyncio.wait([asking])
    await sql.aclose()
    server.close()


@pytest.mark.parametrize(
    ("number", "raised", "kind", "cause"),
    [
        (1017, DatabaseError, AgencyRejected, "password refused"),
        (28000, DatabaseError, AgencyRejected, "account locked"),
        (1031, DatabaseError, AgencyRejected, "the account has no privilege for this"),
        (942, DatabaseError, AgencyChanged, "a table or column is missing"),
        (904, DatabaseError, AgencyChanged, "a table or column is missing"),
        (1456, DatabaseError, AgencyChanged, "the database refused it (ORA-01456)"),
        (12541, OperationalError, AgencyUnavailable, "port closed: 127.0.0.1:1"),
        (12514, OperationalError, AgencyUnavailable, "database not found: pbb"),
        (1013, OperationalError, AgencyUnavailable, "no answer within 2 s"),
    ],
)
async def test_the_numbers_of_oracle_say_what_to_do_next(number, raised, kind, cause):
    class Told(Exception):
        code = number

    sql = connected(ORACLE.format(host="127.0.0.1", port=1))
    error = sql._as_agency_error("bill", raised("SELECT", {}, Told(Told("a name of somebody"))))
    await sql.aclose()
    assert type(error) is kind
    assert (error.cause, error.reason) == (cause, f"bill: {cause}")
    assert "somebody" not in repr(error)


async def test_no_value_reaches_log_or_error(sql):
    with capture_logs() as lines, pytest.raises(AgencyChanged) as raised:
        await sql.rows("bill", text("SELECT nowhere FROM sppt WHERE nop = :nop"), {"nop": "990701099900100010"})
    assert "990701099900100010" not in f"{lines}{raised.value!r}"
    (line,) = lines
    assert (line["event"], line["method"], line["path"], line["rows"]) == ("agency.call", "SQL", "bill", 0)


@pytest.mark.parametrize(
    "odd",
    ["'infinity'::timestamp", "'-infinity'::timestamptz", "'infinity'::date", "'0044-03-15 BC'::date",
     "'10000-01-01'::timestamptz", "'24:00'::time"],
)  # fmt: skip
async def test_what_postgresql_can_mean_and_python_cannot_is_a_change(postgresql, odd):
    sql = connected(postgresql)
    with pytest.raises(AgencyChanged, match="bill: the answer has a value that the hub cannot read"):
        await sql.rows("bill", text(f"SELECT {odd} AS odd"), {})
    await sql.aclose()


async def test_bytes_that_are_no_text_cost_themselves(sqlite_file):
    sql = connected(sqlite_file)
    found = await sql.rows("bill", text("SELECT CAST(x'4b61eda0bd' AS TEXT) AS odd, 'utuh' AS whole"), {})
    await sql.aclose()
    assert found == [{"odd": "Ka\ufffd\ufffd\ufffd", "whole": "utuh"}]


@pytest.mark.parametrize("sent", ["''", "'kemarin'", "1", "0.5", "x'00'"])
async def test_what_is_none_of_its_columns_type_is_a_change_of_the_agency_and_no_fault_of_the_hub(sqlite_file, sent):
    sql = connected(sqlite_file)
    asked = select(literal_column(sent, Moment()).label("at"))
    with capture_logs() as lines, pytest.raises(AgencyChanged, match="a value that is none of its column's type"):
        await sql.rows("bookings", asked, {})
    await sql.aclose()
    assert [line["event"] for line in lines] == ["agency.call"]
