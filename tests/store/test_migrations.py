"""What a migration takes over: a store as an older hub left it, in both databases."""

from datetime import UTC, datetime

import msgspec
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, insert, table, text

from store.jdih.regulations import REGULATION_COPIES, RegulationCopies
from store.kit.copies import Copies
from store.kit.database import Database
from store.kit.migrating import MIGRATIONS, revisions, scripts
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
