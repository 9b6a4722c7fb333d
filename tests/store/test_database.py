"""The store on both databases: tables by migration, moments with their zone, writers that wait for each other."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from store.kit.database import Database, StoreBroken
from store.kit.tables import FEEDS, METADATA

INDEX_OF_WORDS = {("regulations", "words"), ("regulations", "regulations_words")}
JAKARTA = timezone(timedelta(hours=7))


def a_feed(**values):
    row = {"agency": "a", "name": "f", "generation": 0, "sweeping": False, "documents": 0}
    row |= {"due_at": datetime(2026, 1, 1, tzinfo=UTC)} | values
    return lambda connection: connection.execute(insert(FEEDS).values(**row))


async def found(database, statement):
    """The first column of its rows."""
    return await database.read(lambda connection: connection.execute(statement).scalars().all())


async def test_the_migrations_make_the_tables_that_the_code_knows(database):
    differences = await database.read(
        lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"include_name": _known}), METADATA)
    )
    assert differences == []


def _known(name, kind, of):
    """All but the index of words, which each database has in its own way."""
    table = name if kind == "table" else of.get("table_name", "")
    return not (table or "").startswith("regulations_words") and (table, name) not in INDEX_OF_WORDS


async def test_a_migration_that_was_made_is_not_made_again(database):
    await database.migrate()
    made = await found(database, text("SELECT version_num FROM alembic_version"))
    assert "0008" in made
    await database.migrate()
    assert await found(database, text("SELECT version_num FROM alembic_version")) == made


async def test_of_many_processes_one_migrates_and_the_others_wait(new_database_url):
    several = [Database(new_database_url) for _ in range(5)]
    await asyncio.gather(*(each.migrate() for each in several))
    for each in several:
        await each.aclose()


async def test_a_moment_comes_back_as_utc(database):
    at = datetime(2026, 11, 23, 12, 0, tzinfo=JAKARTA)
    await database.write(a_feed(due_at=at))
    (due_at,) = await found(database, select(FEEDS.c.due_at))
    assert (due_at, due_at.tzinfo) == (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), UTC)


async def test_what_raises_leaves_nothing(database):
    def fails(connection):
        a_feed()(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fails)
    assert await found(database, select(FEEDS.c.agency)) == []


async def test_the_reads_of_one_piece_all_see_the_same_state(database):
    begun, written = threading.Event(), threading.Event()

    def read(connection):
        first = connection.execute(select(FEEDS.c.agency)).all()
        begun.set()
        assert written.wait(30)
        return first, connection.execute(select(FEEDS.c.agency)).all()

    reading = asyncio.create_task(database.read(read))
    await asyncio.to_thread(begun.wait, 30)
    await database.write(a_feed())
    written.set()
    assert await reading == ([], [])
    assert await found(database, select(FEEDS.c.agency)) == ["a"]


async def test_those_who_write_to_sqlite_get_their_turns_in_order(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.db")
    await database.migrate()
    turns = []

    async def write(who):
        await database.write(lambda _: turns.append(who))

    async def again_and_again():
        for _ in range(5):
            await write("often")

    await asyncio.gather(again_and_again(), *(write(number) for number in range(3)))
    await database.aclose()
    assert turns == ["often", 0, 1, 2, "often", "often", "often", "often"]


async def test_a_store_that_cannot_be_reached_is_told_without_its_address(unused_port):
    database = Database(f"postgresql://somebody:secret@127.0.0.1:{unused_port}/x")
    with pytest.raises(StoreBroken) as raised:
        await database.migrate()
    await database.aclose()
    assert str(raised.value) == "the store cannot be opened: OperationalError"


@pytest.mark.parametrize("url", ["", "mysql://u:secret@h/x", "sqlite://", "sqlite:///:memory:", "secret"])
def test_an_address_that_is_none_is_refused_without_being_quoted(url):
    with pytest.raises(ValueError, match="expected") as raised:
        Database(url)
    assert "secret" not in str(raised.value)
