"""A store that hangs, dies, is full, or is another hub's: told in time, with one code, and by nobody else's fields."""

import asyncio
import contextlib
import os
import signal
import stat
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from auth.caller import Audience
from store.kit import copies
from store.kit.database import Database, StoreBroken
from tests.conftest import AGENCIES, listening
from tests.profiles import CITY_NAME

SLEEP = {"sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
         "postgresql": "SELECT pg_sleep(600)"}  # fmt: skip
STORED = "{ venues(first: 1) { nodes { name } } }"
BOTH = """{ hospitals(first: 1) { nodes { name } } regulations(first: 1) { totalCount }
  venues(first: 1) { nodes { name } } }"""
MINE = "{ me { bookings { totalCount } } }"
TEXTS = {
    "id": "Basis data simpul sedang tidak menjawab; coba lagi sebentar lagi.",
    "en": "The hub's own store does not answer now; try again in a moment.",
}


def one(connection):
    return connection.execute(text("SELECT 1")).scalar_one()


@contextlib.contextmanager
def stopped(url):
    """The server goes on running and says nothing: its processes of this database, and the one that makes them."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    postmaster = Path(folder, "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
    pids = [*(pid for (pid,) in rows), int(postmaster)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_takes_too_long_is_given_up_and_the_connection_serves_again(kind, tmp_path, request):
    url = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else request.getfixturevalue("new_postgres_url")
    database = Database(url, readers=1, timeout=0.2)
    with pytest.raises(StoreBroken, match=r"it does not answer in time|OperationalError"):
        await database.read(lambda connection: connection.execute(text(SLEEP[kind])).all())
    ends = asyncio.get_running_loop().time() + 30
    while True:
        with contextlib.suppress(StoreBroken):  # the thread may be on its way still
            assert await database.read(one) == 1
            break
        assert asyncio.get_running_loop().time() < ends
    await database.aclose()


async def test_a_postgresql_that_hangs_is_told_in_time_and_serves_again(new_postgres_url):
    database = Database(new_postgres_url, readers=1, timeout=0.3)
    assert await database.read(one) == 1
    with stopped(new_postgres_url):
        with pytest.raises(StoreBroken, match="it does not answer in time"):
            await database.read(one)
        with pytest.raises(StoreBroken):
            await database.write(one)
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(StoreBroken):
                assert await database.read(one) == 1
                break
    await database.aclose()


async def test_a_connection_that_died_meanwhile_is_made_anew(new_postgres_url):
    database = Database(new_postgres_url, readers=1)
    mine = await database.read(lambda connection: connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    with psycopg.connect(new_postgres_url, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 10000)", [mine]).fetchone() == (True,)
    assert await database.read(one) == 1
    await database.aclose()


async def test_who_finds_all_connections_taken_is_told_and_is_not_begun(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.db", readers=1, timeout=30)
    go_on, begun = threading.Event(), []
    taken = asyncio.create_task(database.read(lambda _: go_on.wait(30)))
    await asyncio.sleep(0)
    database._timeout = 0.05
    with pytest.raises(StoreBroken, match="all its connections are taken"):
        await database.read(begun.append)
    go_on.set()
    assert await taken
    database._timeout = 30
    assert (await database.read(one), begun) == (1, [])
    await database.aclose()


async def test_who_leaves_stops_nothing_and_what_nobody_wants_is_not_begun(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.db", readers=1, timeout=30)
    go_on, done = threading.Event(), []

    def slow(_):
        go_on.wait(30)
        done.append("the one that had begun")

    begun, waiting = asyncio.create_task(database.read(slow)), asyncio.create_task(database.read(done.append))
    await asyncio.sleep(0)
    begun.cancel()
    waiting.cancel()
    await asyncio.gather(begun, waiting, return_exceptions=True)
    go_on.set()
    assert await database.read(one) == 1
    assert done == ["the one that had begun"]
    await database.aclose()


def copied(url, clock):
    """As if there were a first copy of each feed, in which nothing is."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE feeds SET fetched_at = %s", [clock.now()])


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_hub_whose_store_hangs_answers_what_needs_none(
    configuration, clock, new_postgres_url, headers_of, language, monkeypatch
):
    monkeypatch.setattr(copies, "KNOWN_FOR", 0.0)  # nothing that is known of the copies is believed
    limits = {"store_url": new_postgres_url, "store_timeout": 0.3, "store_connections": 2}
    mine, spoken = headers_of(Audience.CITIZEN), {"accept-language": language}
    async with listening(configuration, clock, **limits) as hub:
        copied(new_postgres_url, clock)
        assert "errors" not in await hub.ask(BOTH)
        assert "errors" not in await hub.ask(MINE, **mine)
        with stopped(new_postgres_url):
            answer, own = await hub.ask(BOTH, **spoken), await hub.ask(MINE, **mine)
            plain = {}
            for path in ("readyz", "data-tracker/usagePeriod"):
                async with hub.session.get(f"{hub.url}/{path}") as response:
                    plain[path] = (response.status, await response.json())
    assert [(each["path"], each["message"], each["extensions"]) for each in answer["errors"]] == [
        ([field], TEXTS[language], {"code": "STORE_UNAVAILABLE", "retryable": True})
        for field in ("regulations", "venues")
    ]
    assert len(answer["data"]["hospitals"]["nodes"]) == 1
    assert {each["extensions"]["code"] for each in own["errors"]} == {"STORE_UNAVAILABLE"}
    status, told = plain["readyz"]
    assert (status, told.pop("city"), told.pop("agencies")) == (503, CITY_NAME, len(AGENCIES))
    assert told.pop("problem") in {"the store: it does not answer in time", "the store: all its connections are taken"}
    assert told == {"status": "not ready"}
    status, told = plain["data-tracker/usagePeriod"]
    assert (status, told["code"]) == (503, "RECORD_UNAVAILABLE")


async def test_a_crowd_before_a_store_with_one_connection_is_told_so_and_is_no_fault_of_ours(
    configuration, clock, store_url
):
    limits, taken, go = {"store_connections": 1, "store_timeout": 0.2}, threading.Event(), threading.Event()
    async with listening(configuration, clock, store_url=store_url, **limits) as hub:

        def keep(_):
            taken.set()
            go.wait()

        first = asyncio.create_task(hub.state.store.copies._database.read(keep))
        await asyncio.to_thread(taken.wait)
        try:
            answers = await asyncio.gather(*(hub.ask(STORED + f" # {number}") for number in range(30)))
        finally:
            go.set()
            await asyncio.wait([first])
    codes = [each["extensions"]["code"] for answer in answers for each in answer.get("errors", ())]
    assert codes
    assert {*codes} == {"STORE_UNAVAILABLE"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_store_of_a_newer_hub_is_told_in_one_line_and_left_as_it_is(kind, tmp_path, request):
    url = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else request.getfixturevalue("new_postgres_url")
    database = Database(url)
    await database.migrate()
    known = await database.read(
        lambda it: it.execute(text("SELECT version_num FROM alembic_version ORDER BY 1")).scalars().all()
    )
    newer = text("UPDATE alembic_version SET version_num = '9999' WHERE version_num = '0008'")
    await database.write(lambda it: it.execute(newer))
    with pytest.raises(StoreBroken) as raised:
        await database.migrate()
    assert str(raised.value) == (
        "the store cannot be opened: it is a newer hub's: its tables have the revision 9999; this hub knows "
        f"{', '.join(known)}"
    )
    await database.aclose()


async def test_the_file_and_those_beside_it_are_their_owner_s_alone(tmp_path):
    def modes():
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    database = Database(f"sqlite:///{tmp_path}/store.db")
    await database.migrate()
    await database.read(one)
    assert modes() == {"store.db": 0o600, "store.db-shm": 0o600, "store.db-wal": 0o600}
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    again = Database(f"sqlite:///{tmp_path}/store.db")
    assert modes() == {"store.db": 0o600, "store.db-shm": 0o600, "store.db-wal": 0o600}
    for each in (again, database):
        await each.aclose()
