"""The record on both databases: nothing in it changes unnoticed."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from auth.audit_entry import Reader
from auth.caller import Audience
from auth.keyed_hasher import KeyedHasher
from store.audit.audit_log import AuditLog, AuditLogBroken
from store.audit.chain import START, Broken, Head
from store.kit.database import Database
from store.kit.paging import PageRequest

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SEAL = KeyedHasher(b"a key for tests only" * 2)
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
    return AuditLog(database, SEAL)


async def wrong(usages, *kept):
    return [each async for each in usages.broken(kept)]


async def fill(usages, times=3):
    for number in range(times):
        await usages.append({f"person-{number % 2}": {"TAXPAYER"}}, READER, NOW + timedelta(minutes=number))


GUARDS = ("usages_refuse_update", "usages_refuse_delete", "usages_follow", "usages_replace_none")


async def execute(database, *statements):
    """All of these in one transaction."""
    await database.write(lambda connection: [connection.execute(text(each)) for each in statements])


async def tamper(database, *statements):
    """As one would who has the database's own rights."""

    def change(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE usages DISABLE TRIGGER ALL"))
        else:
            for guard in GUARDS:
                connection.execute(text(f"DROP TRIGGER {guard}"))
        for statement in statements:
            connection.execute(text(statement))

    await database.write(change)


async def test_an_entry_says_who_read_what_kind_of_whom_and_when(usages):
    await usages.append({"a": ["TAXPAYER", "NIK"], "b": ["NIK"]}, READER, NOW)
    total, found = await usages.numbered(["a"], None, None, offset=0, limit=10)
    assert total == 1
    assert (found[0].sequence, found[0].at, found[0].subject) == (1, NOW, "a")
    assert (found[0].categories, found[0].reader) == (("NIK", "TAXPAYER"), READER)
    assert (await usages.head()).sequence == 2
    assert await usages.since() == NOW
    assert await wrong(usages) == []


async def test_an_empty_record_is_whole(usages):
    assert (await usages.head(), await usages.since(), await wrong(usages)) == (START, None, [])


async def test_pages_are_newest_first_and_within_the_time(usages):
    await fill(usages, 5)
    minute = timedelta(minutes=1)
    found, _ = await usages.cut(["person-0"], NOW + minute, NOW + 4 * minute, PageRequest(size=5))
    assert [each.sequence for _, each in found.items] == [3]
    found, head = await usages.cut(["person-0"], None, None, PageRequest(size=2))
    assert ([each.sequence for _, each in found.items], found.after) == ([5, 3], True)
    await usages.append({"person-0": ["NIK"]}, READER, NOW)
    assert await usages.count(["person-0"], None, None, head) == 3
    assert [each.sequence async for each in usages.all_of(["person-0"])] == [1, 3, 5, 6]


async def test_those_who_write_at_once_make_one_chain(usages, new_database_url):
    other = Database(new_database_url)
    both = [usages, AuditLog(other, SEAL)]
    await asyncio.gather(*(fill(both[number % 2]) for number in range(10)))
    await other.aclose()
    assert (await usages.head()).sequence == 30
    assert await wrong(usages) == []


COPY = "INSERT INTO usages SELECT {number}, at, subject, body, link FROM usages WHERE sequence = {of}"
BY_ROWID = (
    "REPLACE INTO usages (rowid, sequence, at, subject, body, link) "
    "SELECT {rowid}, 4, at, subject, body, link FROM usages WHERE sequence = 1"
)
REFUSED = {
    "both": [
        "UPDATE usages SET subject = 'x'",
        "UPDATE usages SET subject = subject",
        "DELETE FROM usages",
        "DELETE FROM usages WHERE sequence = 3",
        *(COPY.format(number=number, of=1) for number in (-5, 0, 1, 3, 5, 2**62)),
        COPY.format(number=1, of=1) + " ON CONFLICT (sequence) DO UPDATE SET subject = 'x'",
        COPY.format(number="6 - sequence", of="sequence"),
    ],
    "sqlite": [
        "INSERT OR REPLACE INTO usages SELECT 2, at, subject, body, link FROM usages WHERE sequence = 1",
        "REPLACE INTO usages SELECT 3, at, subject, body, link FROM usages WHERE sequence = 1",
        "UPDATE OR REPLACE usages SET sequence = 2 WHERE sequence = 1",
        *(BY_ROWID.format(rowid=rowid) for rowid in (1, 2, 3)),
        COPY.format(number=1, of=1).replace("INSERT", "INSERT OR IGNORE"),
        "INSERT INTO usages SELECT 'x', at, subject, body, link FROM usages WHERE sequence = 1",
        "INSERT INTO usages SELECT 4.5, at, subject, body, link FROM usages WHERE sequence = 1",
        "INSERT INTO usages SELECT x'04', at, subject, body, link FROM usages WHERE sequence = 1",
    ],
    "postgresql": [
        "TRUNCATE usages",
        "MERGE INTO usages USING (SELECT 2 AS two) o ON sequence = two WHEN MATCHED THEN UPDATE SET subject = 'x'",
        "MERGE INTO usages USING (SELECT 2 AS two) o ON sequence = two WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM usages WHERE sequence = 3 RETURNING *) SELECT * FROM gone",
    ],
}


async def test_the_database_itself_takes_the_next_entry_and_nothing_else(usages, database):
    await fill(usages)
    taken = []

    def attempt(connection, statement):
        try:
            connection.execute(text(statement))
            taken.append(statement)
        except DBAPIError as error:
            assert "only added to" in str(error), statement  # noqa: PT017  each of them is told by its statement
            connection.rollback()

    for statement in REFUSED["both"] + REFUSED[database.dialect]:
        await database.write(partial(attempt, statement=statement))
    assert taken == []
    await fill(usages, 2)
    assert ((await usages.head()).sequence, await wrong(usages)) == (5, [])


CHANGED = "it is not what was written"
LATER = "it does not follow from what stands before it"
GONE = "it is not there"
UNSHOWN = "what it follows is not there, so nothing shows that it was written"
PUT_IN = "it was put in: no entry has this number, or another has it"
COLUMN = "its columns are not what its body says"
FORM = "it is not of the form in which entries are written"
UNDER = "UPDATE usages SET {what} WHERE sequence = {number}"
OTHER_BODY = "body = (SELECT body FROM usages WHERE sequence = 1)"
OTHER_LINK = "link = '" + "a" * 64 + "'"
TAMPERED = {
    "both": [
        ([UNDER.format(what="subject = 'x'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = (SELECT at FROM usages WHERE sequence = 3)", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what=OTHER_LINK, number=2)], [(2, CHANGED)]),
        ([UNDER.format(what=OTHER_LINK, number=5)], [(5, CHANGED)]),
        ([UNDER.format(what="body = (SELECT body FROM usages WHERE sequence = 3)", number=2)], [(2, CHANGED)]),
        (
            [UNDER.format(what=f"{OTHER_BODY}, {OTHER_LINK}", number=2)],
            [(2, CHANGED), (3, LATER)],
        ),
        ([UNDER.format(what="body = substr(body, 2)", number=2)], [(2, CHANGED)]),
        (["DELETE FROM usages WHERE sequence = 1"], [(1, GONE), (2, UNSHOWN)]),
        (["DELETE FROM usages WHERE sequence = 2"], [(2, GONE), (3, UNSHOWN)]),
        (["DELETE FROM usages WHERE sequence IN (2, 3)"], [(2, GONE, 3), (4, UNSHOWN)]),
        (["DELETE FROM usages WHERE sequence IN (1, 3)"], [(1, GONE), (2, UNSHOWN), (3, GONE), (4, UNSHOWN)]),
        ([COPY.format(number=-5, of=2)], [(-5, PUT_IN)]),
        ([COPY.format(number=-(2**63), of=2)], [(-(2**63), PUT_IN)]),
        ([COPY.format(number=0, of=2)], [(0, PUT_IN)]),
        ([COPY.format(number=0, of=2), COPY.format(number=-1, of=3)], [(-1, PUT_IN), (0, PUT_IN)]),
        ([COPY.format(number=6, of=5)], [(6, CHANGED)]),
        ([COPY.format(number=6, of=5), COPY.format(number=7, of=5)], [(6, CHANGED), (7, LATER)]),
        ([COPY.format(number=2**62, of=5)], [(6, GONE, 2**62 - 1), (2**62, UNSHOWN)]),
        (
            [UNDER.format(what="sequence = -1", number=2), UNDER.format(what="sequence = 2", number=3)],
            [(-1, PUT_IN), (2, CHANGED), (3, GONE), (4, UNSHOWN)],
        ),
        (["DELETE FROM usages WHERE sequence = 4", COPY.format(number=4, of=1)], [(4, CHANGED), (5, LATER)]),
        (
            [
                COPY.format(number=-5, of=2),
                UNDER.format(what="subject = 'x'", number=1),
                "DELETE FROM usages WHERE sequence = 3",
                COPY.format(number=9, of=2),
            ],
            [(-5, PUT_IN), (1, COLUMN), (3, GONE), (4, UNSHOWN), (6, GONE, 8), (9, UNSHOWN)],
        ),
    ],
    "sqlite": [
        ([UNDER.format(what="at = 'x'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = at || '+07:00'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = replace(at, ' ', 'T')", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = 12", number=2)], [(2, FORM)]),
        ([UNDER.format(what="subject = x'ff'", number=2)], [(2, FORM)]),
        ([UNDER.format(what="subject = CAST(x'ff' AS TEXT)", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="body = CAST(body AS TEXT)", number=2)], [(2, FORM)]),
        ([UNDER.format(what="body = 12", number=2)], [(2, FORM)]),
        ([UNDER.format(what="link = CAST(x'ff' AS TEXT)", number=2)], [(2, CHANGED)]),
        ([UNDER.format(what="link = x'00'", number=2)], [(2, FORM)]),
        ([COPY.format(number="'x'", of=2)], [(None, "1 were put in, without a number or with one that another has")]),
        ([COPY.format(number="1.5", of=2)], [(None, "1 were put in, without a number or with one that another has")]),
        ([COPY.format(number="x'ff'", of=2)], [(None, "1 were put in, without a number or with one that another has")]),
    ],
    "postgresql": [
        ([UNDER.format(what="at = 'infinity'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = '-infinity'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = '2026-11-23 05:01:00+00 BC'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = '12026-11-23 05:01:00+00'", number=2)], [(2, COLUMN)]),
        ([UNDER.format(what="at = at + interval '1 microsecond'", number=2)], [(2, COLUMN)]),
    ],
}


async def test_who_changes_it_all_the_same_is_found_out_whatever_it_is(usages, database):
    await fill(usages, 5)
    await tamper(database, "CREATE TABLE whole AS SELECT * FROM usages")
    for statements, expected in TAMPERED["both"] + TAMPERED[database.dialect]:
        await execute(database, *statements)
        found = [
            (each.sequence, each.problem)
            if each.until in {None, each.sequence}
            else (each.sequence, each.problem, each.until)
            for each in await wrong(usages)
        ]
        assert found == expected, statements
        await execute(database, "DELETE FROM usages", "INSERT INTO usages SELECT * FROM whole")
        assert await wrong(usages) == []


async def test_entries_of_one_number_are_found_where_the_key_was_taken_away(usages, database):
    await fill(usages)
    await tamper(
        database,
        "ALTER TABLE usages RENAME TO old",
        "CREATE TABLE usages AS SELECT * FROM old",
        COPY.format(number=2, of=1),
        "INSERT INTO usages SELECT * FROM old WHERE sequence = 3",
    )
    assert sorted((each.sequence, each.problem) for each in await wrong(usages)) == [(2, PUT_IN), (3, PUT_IN)]


async def test_an_entry_that_the_hub_cannot_read_is_told_and_what_follows_is_looked_at(usages, database):
    """As one of a newer hub would be: with a reader of another shape, and closed under the same key."""
    await fill(usages, 2)
    second = text("SELECT body, link FROM usages WHERE sequence = 2")
    row = await database.read(lambda connection: connection.execute(second).one())
    body = bytes(row.body).replace(b'"sequence":2', b'"sequence":3').replace(b'"reader":{', b'"reader":7,"other":{')
    link, none = SEAL.link(row.link, body), SEAL.link(SEAL.link(row.link, body), b"\xff[")
    statement = text("INSERT INTO usages SELECT :number, at, subject, :body, :link FROM usages WHERE sequence = 2")
    added = [{"number": 3, "body": body, "link": link}, {"number": 4, "body": b"\xff[", "link": none}]
    await database.write(lambda connection: connection.execute(statement, added))
    await fill(usages, 1)
    assert [(each.sequence, each.problem) for each in await wrong(usages)] == [
        (3, "it cannot be read"),
        (4, "it cannot be read"),
    ]
    with pytest.raises(AuditLogBroken):
        await usages.numbered(["person-1"], None, None, offset=0, limit=10)
    with pytest.raises(AuditLogBroken):
        await usages.cut(["person-1"], None, None, PageRequest(size=5))
    with pytest.raises(AuditLogBroken):
        [each async for each in usages.all_of(["person-1"])]


async def test_a_record_without_its_key_is_broken_from_the_first_entry_on_and_all_is_told(usages):
    await fill(usages, 3)
    other = AuditLog(usages._database, KeyedHasher(b"another key, for tests only, too"))
    assert [each.sequence for each in await wrong(other)] == [1, 2, 3]


async def test_a_body_that_was_changed_is_found_out(usages, database):
    await fill(usages)
    first = text("SELECT body FROM usages WHERE sequence = 1")
    body = await database.read(lambda connection: connection.execute(first).scalar_one())
    changed = bytes(body).replace(b"bapenda", b"dishub!").hex()
    literal = f"decode('{changed}', 'hex')" if database.dialect == "postgresql" else f"x'{changed}'"
    await tamper(database, f"UPDATE usages SET body = {literal} WHERE sequence = 1")  # noqa: S608  hexadecimal digits
    assert await wrong(usages) == [Broken(sequence=1, problem=CHANGED)]


async def test_an_end_that_was_cut_off_is_found_out_by_a_head_that_was_kept(usages, database):
    await fill(usages)
    kept = Head.parse(str(await usages.head()))
    assert await wrong(usages, kept) == []
    await tamper(database, "DELETE FROM usages WHERE sequence = 3")
    assert await wrong(usages) == []
    fallen = Broken(sequence=3, problem="it is not the entry that was kept elsewhere")
    assert (await wrong(usages, kept), await usages.stands(kept)) == ([fallen], False)
    await fill(usages, 1)
    assert (await wrong(usages), await wrong(usages, START, kept)) == ([], [fallen])
    assert await usages.stands(await usages.head())
    assert await usages.stands(START)


@pytest.mark.parametrize("text", ["", "1", "x:" + "0" * 64, "1:0", "1:" + "g" * 64, "9" * 30 + ":" + "0" * 64])
def test_a_head_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="a head is"):
        Head.parse(text)


async def test_a_database_that_fails_is_said(new_database_url):
    database = Database(new_database_url)  # without its tables
    usages = AuditLog(database, SEAL)
    with pytest.raises(AuditLogBroken):
        await usages.append({"a": ["NIK"]}, READER, NOW)
    with pytest.raises(AuditLogBroken):
        await usages.head()
    await database.aclose()


async def test_who_wants_to_know_is_told_after_each_commit(usages, database):
    told = []
    usages.when_written(lambda: told.append("written"))
    await fill(usages, 2)
    assert told == ["written", "written"]
    await tamper(database, "DROP TABLE usages")
    with pytest.raises(AuditLogBroken):
        await fill(usages, 1)
    assert told == ["written", "written"]


async def test_all_that_waits_is_written_in_one_transaction(usages, database):
    commits = []
    event.listen(database._engine, "commit", lambda _: commits.append(1))
    await asyncio.gather(*(usages.append({f"person-{number}": ["NIK"]}, READER, NOW) for number in range(100)))
    assert len(commits) == 1
    assert (await usages.head()).sequence == 100
    assert await wrong(usages) == []


async def test_what_cannot_be_written_costs_no_neighbour(usages, database):
    """One that cannot be encoded, and one that PostgreSQL does not take: it keeps no zero."""
    readers = [READER, msgspec.structs.replace(READER, operation="a\ud83d"), READER, READER]
    subjects = ["a", "b", "c\0" if database.dialect == "postgresql" else "c", "d"]
    outcomes = await asyncio.gather(
        *(usages.append({subject: ["NIK"]}, reader, NOW) for subject, reader in zip(subjects, readers, strict=True)),
        return_exceptions=True,
    )
    written = {subject for subject, outcome in zip(subjects, outcomes, strict=True) if outcome is None}
    assert written == ({"a", "d"} if database.dialect == "postgresql" else {"a", "c", "d"})
    assert all(isinstance(each, AuditLogBroken) for each in outcomes if each is not None)
    assert [each.subject async for each in usages.all_of(written)] == sorted(written)
    assert await wrong(usages) == []


async def test_who_leaves_does_not_take_back_what_was_read(usages):
    leaving = [asyncio.create_task(usages.append({"a": ["NIK"]}, READER, NOW)) for _ in range(3)]
    await asyncio.sleep(0)
    for each in leaving[:2]:
        each.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    assert (await usages.head()).sequence == 3
