"""Why an agency failed, in words: each at a real socket, a real database, a real file."""

import asyncio
import datetime as dt
import re
import sqlite3
import ssl
from contextlib import closing
from pathlib import Path

import aiohttp.connector
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from connectors.kit.agency import Agency, Limits, TlsException
from connectors.kit.call import Call
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable
from connectors.kit.http import Http
from connectors.kit.outcome import Outcome
from connectors.kit.signatures import unsigned
from connectors.kit.sql import Sql
from tests.clock import FakeClock
from tests.kit.test_throttle import agency_at_a_socket, answer

CLASS = re.compile(r"\w+(Error|Exception|Timeout|Mismatch)\b")
UNREACHABLE, TIMEOUT, FAILED, REJECTED, CHANGED = (
    Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.FAILED, Outcome.REJECTED, Outcome.CHANGED
)  # fmt: skip


async def failing(url, asks, **agency):
    """The error of one call, and the lines of the log: neither names a class."""
    limits = Limits(retries=0, timeout=agency.pop("timeout", 10))
    agency = Agency(code="agency", domain="x", connector="x", name="A", url=url, limits=limits, **agency)
    with capture_logs() as lines, pytest.raises(AgencyError) as raised:
        await asks(agency)
    error = raised.value
    assert not CLASS.search(f"{error.reason} {error.cause} {lines}")
    assert [line["outcome"] for line in lines if line["event"] == "agency.call"] in ([], ["cancelled"], [error.reason])
    return error


async def over_http(agency):
    http = Http(agency, unsigned(), FakeClock())
    try:
        await http.json(Call(path="/x/{nik}", into={"nik": "9907400101900001"}))
    finally:
        await http.aclose()


def over_sql(statement="SELECT 1", **login):
    async def ask(agency):
        sql = Sql(agency, FakeClock(), **login)
        try:
            await sql.rows("bill", text(statement), {})
        finally:
            await sql.aclose()

    return ask


class Authority:
    """Signs certificates for servers on this machine; nobody but these tests trusts it."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority of the tests")])
        self.certificate = self._made(self.name, self.key.public_key(), ca=True)
        self.trusting = ssl.create_default_context(
            cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        )

    def _made(self, name, public, *, host=None, until=dt.datetime(2099, 1, 1, tzinfo=dt.UTC), since=None, ca=False):
        builder = x509.CertificateBuilder(self.name, name, public, x509.random_serial_number())
        builder = builder.not_valid_before(since or dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).not_valid_after(until)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, host, **made):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        certificate = self._made(name, key.public_key(), host=host, **made)
        (self.folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return context


@pytest.fixture
def authority(tmp_path, monkeypatch):
    made = Authority(tmp_path)
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", made.trusting)
    return made


async def at_tls(context, **agency):
    async def hello(_reader, writer):
        writer.close()

    server = await asyncio.start_server(hello, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    error = await failing(f"https://localhost:{port}", over_http, **agency)
    server.close()
    await asyncio.sleep(0)
    return error


class TestHttp:
    async def test_nobody_listens(self):
        error = await failing("http://127.0.0.1:1", over_http)
        assert (type(error), error.cause, error.outcome) == (AgencyUnavailable, "port closed: 127.0.0.1:1", UNREACHABLE)
        assert (error.reason, error.reached) == ("/x/{nik}: port closed: 127.0.0.1:1", False)

    @pytest.mark.parametrize("code", ["EAI_NONAME", "EAI_AGAIN"])
    async def test_a_name_that_does_not_resolve(self, monkeypatch, code):
        async def resolve(*_, **__):
            raise aiohttp.connector.socket.gaierror(getattr(aiohttp.connector.socket, code), "not known")

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        error = await failing("http://ak1.disnaker.internal", over_http)
        says = {"EAI_NONAME": "host name not found: ak1.disnaker.internal"}
        assert error.cause == says.get(code, "no name server answers for ak1.disnaker.internal")
        assert (type(error), error.outcome, error.reached) == (AgencyUnavailable, UNREACHABLE, False)

    @pytest.mark.parametrize(
        ("says", "cause", "outcome"),
        [
            (b"", "the connection was closed before an answer", FAILED),
            (None, "no answer within 0.2 s", TIMEOUT),
            (answer(200)[:-1], "the connection was closed in the middle of the answer", FAILED),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer is not HTTP", FAILED),
            (answer(503), "answered 503", FAILED),
            (answer(401), "credentials refused", REJECTED),
            (answer(404), "answered 404", REJECTED),
            (answer(302), "answered 302", CHANGED),
            (answer(200).replace(b"json\r\n", b"json\r\nContent-Encoding: gzip\r\n"),
             "the answer is not in the encoding that it names", CHANGED),
        ],
    )  # fmt: skip
    async def test_what_its_answer_is(self, says, cause, outcome):
        async with agency_at_a_socket(says) as socket:
            socket.ends = True
            error = await failing(socket.url, over_http, timeout=10 if says is not None else 0.2)
        assert (error.cause, error.outcome) == (cause, outcome)

    @pytest.mark.parametrize(
        ("host", "made", "cause"),
        [
            ("localhost", {"until": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, "certificate expired on 2026-11-01"),
            ("localhost", {"since": dt.datetime(2098, 1, 1, tzinfo=dt.UTC)}, "certificate is not valid yet"),
            ("agency.invalid", {}, "certificate is for another host name"),
        ],
    )
    async def test_a_certificate_that_is_no_good(self, authority, host, made, cause):
        error = await at_tls(authority.server(host, **made))
        assert (type(error), error.cause) == (AgencyChanged, cause)
        assert (error.outcome, error.reached) == (UNREACHABLE, False)

    async def test_a_certificate_of_an_authority_that_nobody_knows(self, tmp_path):
        error = await at_tls(Authority(tmp_path).server("localhost"))
        assert (type(error), error.cause) == (AgencyChanged, "certificate signed by an unknown authority")

    async def test_another_certificate_than_the_one_that_is_excepted(self, authority):
        other = TlsException(reason="its authority is not public", sha256="0" * 64)
        error = await at_tls(authority.server("localhost"), tls_exception=other)
        assert error.cause == "certificate is not the one that agencies.toml names"

    async def test_a_port_without_tls(self):
        async def plain(reader, writer):
            await reader.read(16)
            writer.write(answer(400))
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        error = await failing(f"https://localhost:{server.sockets[0].getsockname()[1]}", over_http)
        server.close()
        assert (type(error), error.outcome) == (AgencyChanged, UNREACHABLE)
        assert error.cause == "the port does not speak TLS"


@pytest.fixture(scope="module")
def guarded(postgres):
    """A database that asks one account for its password, and has one that may not log in."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'; CREATE ROLE locked NOLOGIN")
        rules = Path(connection.execute("SHOW hba_file").fetchone()[0])
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text(encoding='utf-8')}", encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")
    return postgres.replace("postgresql://", "postgresql+psycopg://").replace("postgres:@", "")


class TestPostgresql:
    @pytest.mark.parametrize(
        ("login", "kind", "cause"),
        [
            ({"user": "guarded", "password": "wrong"}, AgencyRejected, "password refused"),
            ({"user": "guarded"}, AgencyRejected, "no password is configured"),
            ({"user": "locked"}, AgencyRejected, "account locked"),
            ({"user": "nobody"}, AgencyRejected, "account not found"),
        ],
    )
    async def test_a_login_that_is_refused(self, guarded, login, kind, cause):
        error = await failing(guarded, over_sql(**login))
        assert (type(error), error.cause, error.outcome) == (kind, cause, REJECTED)

    async def test_a_database_that_is_not_there(self, guarded):
        error = await failing(guarded.replace("/postgres?", "/pbb?"), over_sql(user="postgres"))
        assert (type(error), error.cause) == (AgencyUnavailable, "database not found: pbb")

    @pytest.mark.parametrize(
        ("statement", "kind", "cause"),
        [
            ("SELECT pg_sleep(60)", AgencyUnavailable, "no answer within 0.3 s"),
            ("SELECT 1 FROM nowhere", AgencyChanged, "a table or column is missing"),
            ("SELECT nothing", AgencyChanged, "a table or column is missing"),
            ("SELECT 1/0", AgencyChanged, "the database refused the statement (22012)"),
            ("SELECT pg_terminate_backend(pg_backend_pid())", AgencyUnavailable, "the database was shut down"),
        ],
    )
    async def test_a_statement_that_fails(self, guarded, statement, kind, cause):
        error = await failing(
            guarded, over_sql(statement, user="postgres"), timeout=0.3 if "sleep" in statement else 10
        )
        assert (type(error), error.cause) == (kind, cause)
        assert (error.outcome is TIMEOUT) == ("sleep" in statement)

    async def test_nobody_listens(self, tmp_path):
        error = await failing("postgresql+psycopg://127.0.0.1:1/pbb", over_sql(user="reader"))
        assert (error.cause, error.outcome, error.reached) == ("port closed: 127.0.0.1:1", UNREACHABLE, False)
        error = await failing(f"postgresql+psycopg:///pbb?host={tmp_path}", over_sql(user="reader"))
        assert (error.cause, error.outcome) == ("no database listens at its socket", UNREACHABLE)

    @pytest.mark.parametrize(
        ("said", "cause"),
        [
            ('connection to server at "db.invalid" failed: SSL error: certificate verify failed', "certificate does not verify"),
            ('server certificate for "a" does not match host name "b"', "certificate is for another host name"),
            ("failed to resolve host 'db.invalid': [Errno -2] Name or service not known", "host name not found: db.invalid"),
            ("connection failed: No route to host", "no route to host: db.invalid"),
            ("connection timeout expired", "no connection within 2 s: db.invalid:5432"),
            ("server does not support SSL, but SSL was required", "the port does not speak TLS"),
            ("FATAL: sorry, too many clients already", "the database has no free connection"),
            ("something new about 9907400101900001", "the database does not answer"),
        ],
    )  # fmt: skip
    async def test_what_only_its_driver_says(self, said, cause):
        agency = Agency(code="a", domain="x", connector="x", name="A", url="postgresql+psycopg://db.invalid:5432/pbb")
        error = Sql(agency, FakeClock())._as_agency_error(
            "bill", OperationalError("SELECT", {}, psycopg.OperationalError(said))
        )
        assert (error.cause, error.reason) == (cause, f"bill: {cause}")


async def test_oracle_at_a_port_that_is_closed():
    error = await failing("oracle+oracledb_async://127.0.0.1:1/?service_name=pbb", over_sql(user="u", password="p"))
    assert (error.cause, error.outcome, error.reached) == ("port closed: 127.0.0.1:1", UNREACHABLE, False)


class TestSqlite:
    async def test_a_file_that_is_not_there(self, tmp_path):
        error = await failing(f"sqlite:///{tmp_path}/no.db", over_sql())
        assert (type(error), error.cause) == (AgencyUnavailable, f"file not found: {tmp_path}/no.db")
        assert (error.outcome, error.reached) == (UNREACHABLE, False)

    async def test_a_file_that_is_no_database(self, tmp_path):
        (tmp_path / "pbb.db").write_bytes(b"PK\x03\x04" * 1000)
        error = await failing(f"sqlite:///{tmp_path}/pbb.db", over_sql("SELECT * FROM sppt"))
        assert (type(error), error.cause) == (AgencyChanged, f"file is no database: {tmp_path}/pbb.db")

    async def test_a_file_that_another_program_has_locked(self, tmp_path):
        with closing(sqlite3.connect(tmp_path / "pbb.db", isolation_level=None)) as other:
            other.execute("CREATE TABLE sppt (nop TEXT)")
            other.execute("BEGIN EXCLUSIVE")
            error = await failing(f"sqlite:///{tmp_path}/pbb.db", over_sql("SELECT * FROM sppt"), timeout=0.1)
        assert (type(error), error.cause) == (AgencyUnavailable, f"file locked by another program: {tmp_path}/pbb.db")

    async def test_a_statement_that_takes_too_long(self, tmp_path):
        sqlite3.connect(tmp_path / "pbb.db").close()
        for_ever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        error = await failing(f"sqlite:///{tmp_path}/pbb.db", over_sql(for_ever), timeout=0.1)
        assert (error.cause, error.outcome) == ("no answer within 0.1 s", TIMEOUT)
