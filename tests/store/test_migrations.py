"""What a migration takes over: a store as an older hub left it, in both databases."""

import shutil
from datetime import UTC, datetime

import msgspec
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, insert, table, text

from store.audit.audit_log import AuditLog
from store.jdih.regulations import REGULATION_COPIES, RegulationCopies
from store.kit import migrating
from store.kit.copies import Copies
from store.kit.database import Database, StoreBroken
from store.kit.migrating import MIGRATIONS, revisions, scripts, standing
from tests.store.test_audit_log import READER, SEAL
from tests.store.test_follower import Script
from tests.store.test_regulations import found, keys, regulation


def upgrade(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture
async def before(new_database_url):
    """A store before 0004, with a copy of two regulations."""
    database = Database(new_database_url)

    def fill(connection):
        upgrade(connection, "0003")
        connection.execute(
            text("""INSERT INTO feeds (agency, name, position, generation, sweeping, documents, fetched_at, due_at)
              VALUES ('jdih', 'regulations', 'etag', 3, :no, 2, :then, :then)"""),
            {"then": datetime(2026, 11, 23, tzinfo=UTC).isoformat(" ") if database.dialect == "sqlite"
             else datetime(2026, 11, 23, tzinfo=UTC), "no": False},
        )  # fmt: skip
        for key, record in (regulation("a", number="8", year=2019), regulation("b", about="PASAR (1) D'ARTAGNAN: É_É")):
            body = msgspec.to_builtins(record)
            del body["statements"]
            columns = {
                **{name: value for name, value in REGULATION_COPIES._columns(record).items() if name in OLD_COLUMNS},
                "agency": "jdih", "key": key, "generation": 3, "body": msgspec.msgpack.encode(body),
                "words": f" {record.title.casefold().replace('(1)', '1').replace(':', '')} ",
            }  # fmt: skip
            connection.execute(insert(table("regulations", *map(column, columns))).values(columns))

    await database.write(fill)
    yield database
    await database.aclose()


OLD_COLUMNS = {"level", "kind", "abbreviation", "number", "year", "status", "newest", "subjects"}


async def test_the_copy_of_an_older_hub_is_readable_at_once_and_made_anew_with_the_next_pass(before, clock):
    await before.migrate()
    store, feed = RegulationCopies(before), Script(clock, code="jdih", name="regulations").feed
    assert sorted(keys(await found(store, ""))) == ["a", "b"]
    assert keys(await found(store, "8 2019")) == "a"
    assert keys(await found(store, "pasar")) == "b"
    assert (await store.get("jdih", "b")).regulation.statements == ()
    copy = await Copies(before).of(feed)
    assert (copy.position, copy.generation, copy.shown, copy.documents) == (None, 3, 3, 2)
    assert copy.due_at < copy.fetched_at


def test_the_revisions_are_those_that_alembic_finds():
    found = ScriptDirectory.from_config(scripts())
    assert revisions() == ({each.revision for each in found.walk_revisions()}, set(found.get_heads()))
    assert {each.down_revision for each in found.walk_revisions()} <= {None, *revisions()[0]}


NEWER = """import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}
{more}

def upgrade():
    {does}
"""
ADDS = 'op.add_column("usages", sa.Column("note", sa.String))'


@pytest.fixture
def version(tmp_path, monkeypatch):
    """Be a hub of another version: one that knows these migrations too, or one that does not know the last of ours."""
    places = migrating._places()

    def be(*files, without=()):
        folder = tmp_path / f"version-{len(files)}-{len(without)}"
        folder.mkdir(exist_ok=True)
        for place in places:
            for each in place.glob("*.py"):
                if each.stem.split("_")[0] not in without and each.name not in without:
                    shutil.copy(each, folder)
        for revision, before, more, does in files:
            text = NEWER.format(revision=revision, before=before and f'"{before}"', more=more, does=does)
            (folder / f"{revision}_x.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(migrating, "_places", lambda: [folder])
        migrating._migrations.cache_clear()
        migrating.revisions.cache_clear()

    yield be
    monkeypatch.undo()
    migrating._migrations.cache_clear()
    migrating.revisions.cache_clear()


async def stands(url):
    database = Database(url)
    try:
        return tuple(await database.read(standing))
    finally:
        await database.aclose()


async def started(url):
    """A hub of the version that is now, which starts on the store and writes into the record."""
    database = Database(url)
    try:
        await database.migrate()
        usages = AuditLog(database, SEAL)
        await usages.append({"a" * 32: ["NIK"]}, READER, datetime(2026, 11, 23, tzinfo=UTC))
        return (await usages.head()).sequence, [each async for each in usages.broken()]
    finally:
        await database.aclose()


async def test_two_versions_work_on_one_store_while_it_is_expanded_and_not_once_it_is_contracted(
    new_database_url, version
):
    newest = max(each for each in revisions()[1] if each.isdecimal())
    expand = ("9001", newest, f'SUITS = ("{newest}",)', ADDS)
    contract = ("9002", "9001", "SUITS = ()", "pass")
    version()
    assert await started(new_database_url) == (1, [])
    version(expand)
    assert await stands(new_database_url) == (1, (), ())
    assert await started(new_database_url) == (2, [])
    version()  # the older one starts again beside it, or in its place
    assert await stands(new_database_url) == (0, ("9001",), ())
    assert await started(new_database_url) == (3, [])
    version(expand)
    assert await started(new_database_url) == (4, [])
    version(expand, contract)
    assert await started(new_database_url) == (5, [])
    version(expand)
    assert await stands(new_database_url) == (0, (), ("9002",))
    with pytest.raises(StoreBroken, match="it is a newer hub's: its tables have the revision 9002"):
        await started(new_database_url)


async def test_a_domain_that_is_new_disturbs_no_hub_that_does_not_know_it(new_database_url, version):
    first = ("other_0001", None, 'branch_labels = ("other",)', "pass")
    second = ("other_0002", "other_0001", "", "pass")
    version(first, second)
    assert await started(new_database_url) == (1, [])
    version()
    assert await stands(new_database_url) == (0, ("other_0002",), ())
    assert await started(new_database_url) == (2, [])
    version(first)  # but one that knows half of it
    assert await stands(new_database_url) == (0, (), ("other_0002",))


async def test_the_store_of_the_version_before_is_brought_up_to_date_with_its_record(new_database_url, version):
    version(without=("0008_pages_by_index.py", "weather"))
    assert await started(new_database_url) == (1, [])
    version()
    assert (await stands(new_database_url))[1:] == ((), ())
    assert await started(new_database_url) == (2, [])
    assert await stands(new_database_url) == (0, (), ())
