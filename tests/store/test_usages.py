"""The record on both databases: nothing in it changes unnoticed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.caller import Audience
from auth.seal import Seal
from auth.usage import Category, Reader
from store.database import Database
from store.pages import Window
from store.usages import START, Broken, Head, RecordBroken, Usages

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SEAL = Seal(b"a key for tests only" * 2)
READER = Reader(
    audience=Audience.OFFICER,
    person="0003",
    agency="bapenda",
    app=None,
    purpose="tax-service",
    case="PLY-1",
    operation="Taxpayer",
    digest="d" * 64,
)


@pytest.fixture
def usages(database):
    return Usages(database, SEAL)


async def wrong(usages, kept=START):
    return [each async for each in usages.broken(kept)]


async def fill(usages, times=3):
    for number in range(times):
        await usages.append({f"person-{number % 2}": {Category.TAXPAYER}}, READER, NOW + timedelta(minutes=number))


async def tamper(database, statement):
    """As one would who has the database's own rights."""
    async with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("ALTER TABLE usages DISABLE TRIGGER ALL"))
        else:
            for change in ("update", "delete"):
                await connection.execute(text(f"DROP TRIGGER usages_refuse_{change}"))
        await connection.execute(text(statement))


async def test_an_entry_says_who_read_what_kind_of_whom_and_when(usages):
    await usages.append({"a": [Category.TAXPAYER, Category.NIK], "b": [Category.NIK]}, READER, NOW)
    total, found = await usages.numbered(["a"], None, None, offset=0, limit=10)
    assert total == 1
    assert (found[0].sequence, found[0].at, found[0].subject) == (1, NOW, "a")
    assert (found[0].categories, found[0].reader) == ((Category.NIK, Category.TAXPAYER), READER)
    assert (await usages.head()).sequence == 2
    assert await usages.since() == NOW
    assert await wrong(usages) == []


async def test_an_empty_record_is_whole(usages):
    assert (await usages.head(), await usages.since(), await wrong(usages)) == (START, None, [])


async def test_pages_are_newest_first_and_within_the_time(usages):
    await fill(usages, 5)
    minute = timedelta(minutes=1)
    found = await usages.cut(["person-0"], NOW + minute, NOW + 4 * minute, Window(size=5))
    assert [each.sequence for _, each in found.items] == [3]
    found = await usages.cut(["person-0"], None, None, Window(size=2))
    assert ([each.sequence for _, each in found.items], found.total, found.after) == ([5, 3], 3, True)
    assert [each.sequence async for each in usages.all_of(["person-0"])] == [1, 3, 5]


async def test_those_who_write_at_once_make_one_chain(usages, new_database_url):
    other = Database(new_database_url)
    both = [usages, Usages(other, SEAL)]
    await asyncio.gather(*(fill(both[number % 2]) for number in range(10)))
    await other.aclose()
    assert (await usages.head()).sequence == 30
    assert await wrong(usages) == []


@pytest.mark.parametrize("statement", ["UPDATE usages SET subject = 'x'", "DELETE FROM usages"])
async def test_the_database_itself_refuses_a_change(usages, database, statement):
    await fill(usages)
    with pytest.raises(DBAPIError, match="only added to"):
        async with database.writing() as connection:
            await connection.execute(text(statement))
    assert await wrong(usages) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE usages SET subject = 'x' WHERE sequence = 2", (2, "its columns are not what its body says")),
        ("UPDATE usages SET link = lower(link) || '0' WHERE sequence = 2", (2, "it is not what was written")),
        ("DELETE FROM usages WHERE sequence = 2", (2, "it is not there, nor what followed it")),
        ("DELETE FROM usages WHERE sequence = 1", (1, "it is not there, nor what followed it")),
    ],
)
async def test_who_changes_it_all_the_same_is_found_out(usages, database, statement, found):
    await fill(usages)
    await tamper(database, statement)
    assert (await wrong(usages))[0] == Broken(sequence=found[0], problem=found[1])


async def test_a_body_that_was_changed_is_found_out(usages, database):
    await fill(usages)
    async with database.reading() as connection:
        body = (await connection.execute(text("SELECT body FROM usages WHERE sequence = 1"))).scalar_one()
    changed = bytes(body).replace(b"bapenda", b"dishub!").hex()
    literal = f"decode('{changed}', 'hex')" if database.dialect == "postgresql" else f"x'{changed}'"
    await tamper(database, f"UPDATE usages SET body = {literal} WHERE sequence = 1")  # noqa: S608  hexadecimal digits
    assert await wrong(usages) == [Broken(sequence=1, problem="it is not what was written")]


async def test_an_end_that_was_cut_off_is_found_out_by_a_head_that_was_kept(usages, database):
    await fill(usages)
    kept = Head.parse(str(await usages.head()))
    assert await wrong(usages, kept) == []
    await tamper(database, "DELETE FROM usages WHERE sequence = 3")
    assert await wrong(usages) == []
    assert await wrong(usages, kept) == [Broken(sequence=3, problem="it is not the entry that was kept elsewhere")]


async def test_who_has_not_the_key_cannot_have_written_it(usages, database):
    await fill(usages, 1)
    assert len(await wrong(Usages(database, Seal(b"another key, for tests only, too")))) == 1


@pytest.mark.parametrize("text", ["", "1", "x:" + "0" * 64, "1:0"])
def test_a_head_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="a head is"):
        Head.parse(text)


async def test_a_database_that_fails_is_said(new_database_url):
    database = Database(new_database_url)  # without its tables
    usages = Usages(database, SEAL)
    with pytest.raises(RecordBroken):
        await usages.append({"a": [Category.NIK]}, READER, NOW)
    with pytest.raises(RecordBroken):
        await usages.head()
    await database.aclose()


async def test_who_wants_to_know_is_told_after_each_commit(usages, database):
    told = []
    usages.when_written(lambda: told.append("written"))
    await fill(usages, 2)
    assert told == ["written", "written"]
    await tamper(database, "DROP TABLE usages")
    with pytest.raises(RecordBroken):
        await fill(usages, 1)
    assert told == ["written", "written"]
