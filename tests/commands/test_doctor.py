"""`server.py doctor`: each thing that can be broken is broken, and it is told with what to do."""

import asyncio
import datetime as dt
import json
import os
import re
import shutil
import sqlite3
from contextlib import asynccontextmanager, closing
from functools import partial

import structlog
from typer.testing import CliRunner

from auth.audit_entry import Reader
from auth.caller import Audience
from auth.keyed_hasher import KeyedHasher
from connectors.kit.clock import SystemClock
from connectors.registry import CONNECTORS
from engine.commands.doctor import rounds
from engine.commands.doctor import store as store_examiner
from sandbox.registry import environment
from sandbox.server import running
from server import cli
from store.audit.audit_log import AuditLog
from store.kit.database import Database
from store.kit.migrating import revisions
from tests.kit.test_causes import Authority
from tests.profiles import here

PASSWORD = "geheim-9f3c"
FILE = here("""
[city]
name = "Kota Contoh"
code = "${city}"
timezone = "Asia/Jakarta"

[identity]
issuer = "{sandbox}/identity"
audience = "simpul"

[agencies.bapenda]
domain = "tax"
connector = "opensipkd"
name = "Bapenda Contoh"
url = "{sandbox}/bapenda/ws"
credentials = {{ user_id = "env:SANDBOX_BAPENDA_USER_ID", rpc_key = "file:rpc_key" }}

[agencies.jdih]
domain = "jdih"
connector = "jdihn"
name = "JDIH Contoh"
url = "{sandbox}/jdih-kota"
options = {{ level = "CITY", path = "/integrasi/document.json" }}
""")
NOBODY = Reader(
    audience=Audience.ADMIN, person="x", agency=None, app=None, purpose=None, case=None, operation=None, digest=None
)


class Skewed(SystemClock):
    """The machine's clock, set wrong."""

    def __init__(self, by):
        self._by = dt.timedelta(seconds=by)

    def now(self):
        return super().now() + self._by


class Patient:
    """A hub that could run, in a folder of its own, and the environment that it would have."""

    def __init__(self, folder, sandbox, patch):
        self.folder, self.sandbox, self.patch = folder, sandbox, patch
        self.clock = SystemClock()
        self.secrets = folder / "secrets"
        self.secrets.mkdir(mode=0o700)
        self.write("secrets/rpc_key", environment()["SANDBOX_BAPENDA_RPC_KEY"])
        self.write("secrets/simpul_identity_secret", "x" * 40)
        self.file = self.write("agencies.toml", FILE.format(sandbox=sandbox.url), 0o644)
        patch.delenv("SIMPUL_IDENTITY_SECRET", raising=False)
        self.set(
            AGENCIES=self.file,
            SECRETS_DIR=self.secrets,
            STORE_URL=f"sqlite:///{folder}/store.db",
            HEADS=folder / "heads",
        )
        patch.setenv("SANDBOX_BAPENDA_USER_ID", environment()["SANDBOX_BAPENDA_USER_ID"])

    def write(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def set(self, **settings):
        for name, value in settings.items():
            self.patch.setenv(f"SIMPUL_{name}", str(value))

    def change(self, old, new):
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")

    async def examined(self, within=20.0):
        """What is not well, by its part: the verdict, and the words with what to do."""
        patient, read = rounds.received(CONNECTORS, os.environ, self.clock)
        symptoms = await rounds.examine(patient, read, within)
        assert PASSWORD not in str(symptoms)
        return symptoms


def ill(symptoms):
    found = [each for each in symptoms if each.verdict.value in {"warning", "failed"}]
    assert all(each.todo for each in found)
    return [(each.part, each.verdict.value, f"{each.about}: {each.said}") for each in found]


@asynccontextmanager
async def shown(patient, **made):
    """The agency behind TLS, with a certificate of ours."""

    async def hello(_reader, writer):
        writer.close()

    authority = Authority(patient.folder)
    server = await asyncio.start_server(hello, "127.0.0.1", 0, ssl=authority.server("localhost", **made))
    port = server.sockets[0].getsockname()[1]
    patient.change(f"{patient.sandbox.url}/bapenda/ws", f"https://localhost:{port}/bapenda/ws")
    try:
        yield port
    finally:
        server.close()
        await asyncio.sleep(0)


async def migrated(url):
    database = Database(url)
    await database.migrate()
    return database


async def with_a_reader(database, url):
    """The address for somebody who may read and not write."""
    name = url.partition("?")[0].rpartition("/")[2]
    for statement in (
        f"CREATE ROLE reader_{name} LOGIN",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}",
    ):
        await database.write(partial(_executed, statement=statement))
    return url.replace("//postgres:@", f"//reader_{name}:@")


def _executed(connection, statement):
    connection.exec_driver_sql(statement)


async def not_there(patient):
    yield []
    name = patient.folder / "store.db"
    yield [("store", "warning", f"{name}: there is no store yet")]
    assert not name.exists()


async def half_migrated(patient):
    name = patient.folder / "store.db"
    with closing(sqlite3.connect(name)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0003')")
        connection.commit()
    name.chmod(0o600)
    yield []
    missing = len(revisions()[0]) - 3  # the store has the first three
    yield [("store", "warning", f"{name}: {missing} migrations are missing")]


async def of_a_newer_hub(patient):
    name = patient.folder / "store.db"
    with closing(sqlite3.connect(name)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999' WHERE version_num = '0008'")
        connection.commit()
    yield []
    yield [("store", "failed", f"{name}: its tables are those of a newer hub (9999)")]


async def no_postgresql(patient):
    patient.set(STORE_URL=f"postgresql://simpul:{PASSWORD}@127.0.0.1:1/none")
    yield []
    yield [("store", "failed", "PostgreSQL: it does not answer: OperationalError")]


async def full_disk(patient):
    usage = shutil.disk_usage(patient.folder)._replace(free=100_000_000)
    patient.patch.setattr(store_examiner.shutil, "disk_usage", lambda _: usage)
    yield []
    yield [("store", "failed", f"{patient.folder}: 0.1 GB free")]


async def record_cut(patient):
    """An older backup was restored: the head that was kept names an entry that is not there."""
    patient.write("heads", f"2026-11-01T00:00:00+00:00 7:{'ab' * 32}\n")
    yield []
    yield [("store", "failed", f"record: entry 7 is not the one that {patient.folder / 'heads'} names")]


async def record_ahead(patient):
    """The newest entry is of tomorrow by this machine's clock."""
    database = await migrated(f"sqlite:///{patient.folder}/store.db")
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    await AuditLog(database, KeyedHasher(b"x" * 40)).append({"a" * 32: ["NIK"]}, NOBODY, tomorrow)
    await database.aclose()
    yield []
    yield [("clock", "failed", "s behind that of the newest entry of the record")]


async def clock_behind(patient):
    patient.clock = Skewed(-600)
    yield []
    yield [("clock", "failed", "s behind that of the identity provider")]


async def no_issuer(patient):
    patient.change(f"{patient.sandbox.url}/identity", "http://127.0.0.1:1/identity")
    yield []
    told = "AGENCY_UNAVAILABLE: /.well-known/openid-configuration: port closed: 127.0.0.1:1"
    yield [("identity", "failed", f"http://127.0.0.1:1/identity: {told}")]


async def another_issuer(patient):
    patient.change("/identity", "/identity/")
    yield []
    yield [("identity", "failed", None)]


async def agency_down(patient):
    patient.sandbox.control.set("bapenda", "down")
    yield []
    yield [("agency", "failed", None)]


async def agency_refuses(patient):
    patient.sandbox.control.set("jdih-kota", "rejecting")
    yield []
    yield [("agency", "failed", "jdih: AGENCY_REJECTED: /integrasi/document.json: HTTP 401")]


async def agency_not_filled_in(patient):
    patient.change(f"{patient.sandbox.url}/jdih-kota", "https://jdih.example")
    yield []
    yield [("agency", "failed", "jdih: url: a value of the example")]


async def certificate_expired(patient):
    async with shown(patient, until=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) as port:
        yield []
        yield [
            ("certificate", "failed", f"localhost:{port} (bapenda): expired on 2026-11-01"),
            ("agency", "failed", None),
        ]


async def certificate_ending(patient):
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=20, hours=1)
    async with shown(patient, until=ends) as port:
        yield []
        yield [
            ("certificate", "warning", f"localhost:{port} (bapenda): 20 days left, until {ends:%Y-%m-%d}"),
            ("agency", "failed", None),
        ]


async def open_files(patient):
    (patient.secrets / "rpc_key").chmod(0o644)
    (patient.secrets / "simpul_identity_secret").chmod(0o602)
    yield []
    yield [
        ("files", "warning", f"{patient.secrets}/rpc_key: all users of this machine may read it (-rw-r--r--)"),
        ("files", "failed", f"{patient.secrets}/simpul_identity_secret: others may change it (-rw-----w-)"),
    ]


async def broken_file(patient):
    """The rest is looked at all the same, as far as it can be."""
    patient.change('connector = "jdihn"', 'connector = "jdihm"')
    patient.set(QUOTTA=5)
    yield []
    yield [("configuration", "failed", None), ("configuration", "failed", None)]


async def no_secret(patient):
    (patient.secrets / "simpul_identity_secret").unlink()
    yield []
    told = "-: SIMPUL_IDENTITY_SECRET: missing; [identity] needs it, for the audit log"
    yield [("configuration", "failed", told)]


BROKEN = [
    not_there, half_migrated, of_a_newer_hub, no_postgresql, full_disk, record_cut, record_ahead, clock_behind, no_issuer,
    another_issuer, agency_down, agency_refuses, agency_not_filled_in, certificate_expired, certificate_ending, open_files,
    broken_file, no_secret,
]  # fmt: skip


async def test_each_broken_thing_is_told_alone_and_with_what_to_do(tmp_path, filled_store, monkeypatch):
    async with running(port=0) as sandbox:
        for break_ in BROKEN:
            folder = tmp_path / break_.__name__
            folder.mkdir()
            with monkeypatch.context() as patch:
                patient = Patient(folder, sandbox, patch)
                if break_ not in {not_there, half_migrated}:
                    shutil.copy(filled_store, folder / "store.db").chmod(0o600)
                breaking = break_(patient)
                await anext(breaking)
                found, expected = ill(await patient.examined()), await anext(breaking)
                await breaking.aclose()
                told = [(part, verdict) for part, verdict, _ in found]
                assert told == [(part, verdict) for part, verdict, _ in expected], (break_.__name__, found)
                for (_, _, said), (_, _, words) in zip(found, expected, strict=True):
                    assert words is None or words in said, (break_.__name__, said)
            for code in sandbox.control.agencies:
                if code in {"bapenda", "jdih-kota"}:
                    sandbox.control.set(code, "ok")


async def test_redis_and_postgresql_that_answer_and_that_do_not(
    tmp_path, new_postgres_url, redis_url, redis_server, monkeypatch
):
    async with running(port=0) as sandbox:
        patient = Patient(tmp_path, sandbox, monkeypatch)
        patient.set(STORE_URL=new_postgres_url, CACHE_URL=redis_url, SECRET="y" * 40, STORE_CONNECTIONS=1)
        database = await migrated(new_postgres_url)
        assert ill(await patient.examined()) == []
        redis_server.config_set("requirepass", PASSWORD)
        redis_server.execute_command("AUTH", PASSWORD)
        try:
            for url in (redis_url, f"{redis_url}?password=x{PASSWORD}"):
                patient.set(CACHE_URL=url)
                name = redis_url.removeprefix("unix://")
                told = ("redis", "failed", f"{name}: it does not accept the user or the password")
                assert ill(await patient.examined()) == [told]
            patient.set(CACHE_URL=f"{redis_url}?password={PASSWORD}")
            redis_server.config_set("maxmemory", 10_000_000_000)
            await database.write(
                lambda connection: connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO x")
            )
            found = ill(await patient.examined())
            assert [each[:2] for each in found] == [("store", "warning"), ("redis", "warning")]
            assert "refuses to write (noeviction)" in found[1][2]
            await database.write(
                lambda connection: connection.exec_driver_sql("ALTER TABLE x RENAME TO alembic_version")
            )
            patient.set(STORE_URL=await with_a_reader(database, new_postgres_url))
            found = ill(await patient.examined())
            assert [each[:2] for each in found] == [("store", "failed"), ("redis", "warning")]
            assert found[0][2].startswith("PostgreSQL: it can be read and not written: ")
            patient.clock = Skewed(7)
            patient.set(CACHE_URL="redis://127.0.0.1:1")
            found = ill(await patient.examined())
            assert [each[:2] for each in found] == [
                ("store", "failed"), ("redis", "failed"), ("clock", "warning"), ("clock", "warning")
            ]  # fmt: skip
            assert "s ahead of that of the PostgreSQL" in str(found)
        finally:
            redis_server.config_set("maxmemory", 0)
            redis_server.config_set("requirepass", "")
            await database.aclose()


async def test_what_does_not_answer_in_time_is_told_and_nobody_waits_longer(tmp_path, filled_store, monkeypatch):
    async with running(port=0) as sandbox:
        patient = Patient(tmp_path, sandbox, monkeypatch)
        shutil.copy(filled_store, tmp_path / "store.db").chmod(0o600)
        sandbox.control.hold("jdih-kota")
        try:
            found = ill(await patient.examined(within=0.5))
        finally:
            sandbox.control.release("jdih-kota")
    assert ("agency", "warning", "jdih: it still answers after 0.45 s") in found


async def test_the_command_ends_as_its_worst_finding_and_speaks_json(tmp_path, filled_store, monkeypatch):
    logging = structlog.get_config()
    async with running(port=0) as sandbox:
        patient = Patient(tmp_path, sandbox, monkeypatch)
        shutil.copy(filled_store, tmp_path / "store.db").chmod(0o600)
        well = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"])
        assert (well.exit_code, well.stderr) == (0, ""), well.stdout
        assert re.search(r"^well +agency +jdih: regulations answered in [0-9]+ ms", well.stdout, re.MULTILINE)
        assert re.search(r"\n1 not asked, [0-9]+ well\n$", well.stdout)
        (patient.secrets / "rpc_key").unlink()
        told = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--json"])
    structlog.configure(**logging)
    symptoms = json.loads(told.stdout)
    assert told.exit_code == 1
    failed = [each for each in symptoms if each["verdict"] == "failed"]
    assert [each["part"] for each in failed] == ["configuration", "files"]
    assert failed[0]["said"] == (
        f"{patient.file}:16: agencies.bapenda.credentials.rpc_key: the file {patient.secrets}/rpc_key cannot be read: "
        "no such file or directory"
    )
    assert {*symptoms[0]} == {"part", "about", "verdict", "said", "todo"}
