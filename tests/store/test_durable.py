"""What is committed waits for the disk, in the hub's own store and in an agency's file; only tests leave that out."""

import importlib.util
import sqlite3
import sys
from contextlib import closing

import pytest
from sqlalchemy import make_url

from connectors.kit import sqlite_file
from connectors.kit.agency import Agency
from store.kit import database

FULL = 2


@pytest.mark.parametrize("known", [database, sqlite_file])
def test_outside_of_tests_a_commit_waits_for_the_disk(known):
    spec = importlib.util.find_spec(known.__name__)
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert known is sys.modules[known.__name__]
    assert (fresh.SYNCHRONOUS, known.SYNCHRONOUS) == ("FULL", "OFF")


def synchronous(connection):
    return connection.exec_driver_sql("PRAGMA synchronous").scalar_one()


async def test_each_connection_that_writes_is_told_so(tmp_path, monkeypatch):
    for module in (database, sqlite_file):
        monkeypatch.setattr(module, "SYNCHRONOUS", "FULL")
    own = database.Database(f"sqlite:///{tmp_path}/own.db")
    with closing(sqlite3.connect(tmp_path / "agency.db")) as made:
        made.execute("CREATE TABLE x (n INTEGER)")
    url = f"sqlite:///{tmp_path}/agency.db"
    agency = Agency(code="a", domain="x", connector="x", name="A", url=url)
    theirs = sqlite_file.SqliteFile(make_url(url), agency)
    assert (await own.write(synchronous), await theirs.write(synchronous)) == (FULL, FULL)
    await theirs.aclose()
    await own.aclose()
