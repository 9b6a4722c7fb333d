"""What is written over SQL, on a real PostgreSQL and on SQLite: one transaction, whole or not at all, never tried again."""

import asyncio
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from connectors.kit.agency import Agency, Limits
from connectors.kit.command import Command
from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from connectors.kit.sql import EXCLUSION, UNIQUE, Sql, Violated
from tests.clock import FakeClock

TABLES = {
    "sqlite": """CREATE TABLE bookings (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, at INTEGER);
      CREATE TRIGGER apart BEFORE INSERT ON bookings WHEN EXISTS (SELECT 1 FROM bookings WHERE at = NEW.at)
      BEGIN SELECT RAISE(ABORT, 'apart'); END;""",
    "postgresql": """CREATE TABLE bookings (id integer PRIMARY KEY, name text UNIQUE NOT NULL, at integer,
      EXCLUDE USING gist (int4range(at, at, '[]') WITH &&))""",
}
INSERT = text("INSERT INTO bookings VALUES (:id, :name, :at)")
COUNT = text("SELECT count(*) AS found FROM bookings")


def file_in(folder):
    with closing(sqlite3.connect(folder / "agency.db")) as connection:
        connection.executescript(TABLES["sqlite"])
    return f"sqlite:///{folder}/agency.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return file_in(tmp_path)
    address = request.getfixturevalue("new_postgres_url")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(TABLES["postgresql"])
    return address.replace("postgresql://", "postgresql+psycopg://")


def agency(url, **limits):
    return Agency(code="agency", domain="venues", connector="x", name="A", url=url, limits=Limits(**limits))


@pytest.fixture
async def sql(url):
    sql = Sql(agency(url), FakeClock(), writes=True)
    yield sql
    await sql.aclose()


def row(number, name="one", at=1):
    return {"id": number, "name": name, "at": at}


def insert(connection, *rows):
    for each in rows:
        connection.execute(INSERT, each)
    return len(rows)


async def count(sql):
    return (await sql.rows("count", COUNT, {}))[0]["found"]


async def test_all_of_it_holds_and_what_the_work_answers_is_answered(sql):
    assert await sql.write("book", lambda at: insert(at, row(1), row(2, "two", 2))) == 2
    assert await count(sql) == 2


async def test_nothing_of_it_holds_where_the_work_fails(sql):
    def fail(connection):
        insert(connection, row(1))
        raise LookupError("no")

    with pytest.raises(LookupError):
        await sql.write("book", fail)
    assert await count(sql) == 0


@pytest.mark.parametrize(
    ("second", "of"), [(row(2, "one", 2), UNIQUE), (row(1, "two", 2), UNIQUE), (row(2, "two", 1), EXCLUSION)]
)
async def test_what_a_constraint_forbids_is_told_apart(sql, second, of):
    with capture_logs() as lines, pytest.raises(Violated) as raised:
        await sql.write("book", lambda at: insert(at, row(1), second))
    assert raised.value.of is of
    assert await count(sql) == 0
    assert [line["outcome"] for line in lines[:1]] == ["book: a constraint forbids it"]


async def test_another_constraint_is_a_change(sql):
    with pytest.raises(AgencyChanged):
        await sql.write("book", lambda at: insert(at, row(1, None)))


async def test_what_is_only_read_cannot_be_written(url):
    sql = Sql(agency(url), FakeClock())
    with pytest.raises(TypeError):
        await sql.write("book", lambda at: insert(at, row(1)))
    await sql.aclose()


async def test_writers_wait_for_each_other(sql):
    await asyncio.gather(*(sql.write("book", lambda at, n=n: insert(at, row(n, str(n), n))) for n in range(50)))
    assert await count(sql) == 50


@contextmanager
def kept_by_somebody_else(url):
    """Nobody else writes there inside."""
    if url.startswith("sqlite"):
        lock = sqlite3.connect(url.partition("///")[2], isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
    else:
        lock = psycopg.connect(url.replace("+psycopg", ""))
        lock.execute("LOCK TABLE bookings IN SHARE MODE")
    with closing(lock):
        yield


async def test_it_ends_at_the_time_limit_where_somebody_else_keeps_the_database(url):
    sql = Sql(agency(url, timeout=0.3), FakeClock(), writes=True)
    with kept_by_somebody_else(url), pytest.raises(AgencyUnavailable):
        await sql.write("book", lambda at: insert(at, row(1)))
    assert await count(sql) == 0
    await sql.aclose()


@pytest.mark.parametrize(("rows", "written"), [([row(1)], 1), ([row(1), row(1)], 0)])
async def test_who_leaves_does_not_stop_it_and_misses_no_failure_of_it(sql, url, rows, written):
    with kept_by_somebody_else(url):
        asking = asyncio.create_task(sql.write("book", lambda at: insert(at, *rows)))
        async with asyncio.timeout(10):
            while not sql._under_way:
                await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    await sql.aclose()
    assert await count(sql) == written


async def test_a_file_that_is_locked_keeps_no_thread_from_anybody_else(tmp_path):
    """Their work runs in threads of their own, and so does whatever else the hub does in threads."""
    urls = []
    for name in ("locked", "free"):
        (tmp_path / name).mkdir()
        urls.append(file_in(tmp_path / name))
    locked, free = (Sql(agency(url, timeout=20), FakeClock(), writes=True) for url in urls)
    with kept_by_somebody_else(urls[0]):
        waiting = [
            asyncio.create_task(locked.write("book", lambda at, n=n: insert(at, row(n, str(n), n)))) for n in range(50)
        ]
        async with asyncio.timeout(10):
            assert await free.write("book", lambda at: insert(at, row(1))) == 1
            assert await asyncio.gather(*(asyncio.to_thread(int) for _ in range(100))) == [0] * 100
        assert not any(each.done() for each in waiting)
    assert await asyncio.gather(*waiting) == [1] * 50
    for sql in (locked, free):
        await sql.aclose()


async def test_what_is_written_goes_into_the_file_that_stands_there_now(tmp_path):
    """A connection that is kept leads to a file that somebody has moved away, or has put another one for."""
    url, place = file_in(tmp_path), tmp_path / "agency.db"
    sql = Sql(agency(url), FakeClock(), writes=True)
    await sql.write("book", lambda at: insert(at, row(1)))
    place.rename(tmp_path / "away.db")
    with pytest.raises(AgencyUnavailable, match="book: file not found"):
        await sql.write("book", lambda at: insert(at, row(2, "two", 2)))
    (tmp_path / "agency.db-wal").unlink(missing_ok=True)
    file_in(tmp_path)
    assert await sql.write("book", lambda at: insert(at, row(3), row(4, "four", 4))) == 2
    assert await count(sql) == 2
    await sql.aclose()


async def test_no_value_reaches_the_log_or_the_error(sql):
    with capture_logs() as lines, pytest.raises(AgencyChanged) as raised:
        await sql.write(
            "book", lambda at: at.execute(text("INSERT INTO nowhere VALUES (:v)"), {"v": "9907014001900001"})
        )
    assert "9907014001900001" not in f"{lines}{raised.value!r}"
    assert (lines[0]["method"], lines[0]["path"]) == ("SQL", "book")


class TestAct:
    @staticmethod
    def act(do, timeout=5.0):
        return Command(agency=agency("x", timeout=timeout), clock=FakeClock(), name="book", do=do)

    async def test_it_is_done_when_it_is_told_to_and_each_time(self):
        done = []

        async def do():
            done.append(1)
            return len(done)

        act = self.act(do)
        assert done == []
        assert [(await act.execute()).records for _ in range(2)] == [1, 2]

    async def test_after_the_time_limit_nobody_knows(self):
        with pytest.raises(AgencyUnavailable, match="book: no answer within"):
            await self.act(lambda: asyncio.sleep(60), timeout=0.01).execute()
