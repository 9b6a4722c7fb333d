"""Where an address of PostgreSQL leads decides whether TLS is spoken, for agencies and for the hub's own store alike."""

import pytest
from sqlalchemy import event, make_url

from connectors.kit.agency import Agency, TlsException
from connectors.kit.engines import engine_for, postgresql_tls
from store.kit.database import Database

VERIFIED = {"sslmode": "verify-full", "sslrootcert": "system"}
HERE = (
    "127.0.0.1/db",
    "user:secret@localhost:5433/db",
    "[::1]/db",
    "/db",
    "/db?host=/run/postgresql",
    "/db?host=127.0.0.1:5433&host=localhost:5434",
    "localhost/db?hostaddr=127.0.0.1",
)
ELSEWHERE = (
    "db.example/db",
    "127.0.0.2/db",
    "127.0.0.1/db?hostaddr=192.0.2.1",
    "localhost/db?hostaddr=127.0.0.1,192.0.2.1",
    "127.0.0.1/db?host=db.example",
    "127.0.0.1/db?host=127.0.0.1&host=db.example:5432",
    "/db?host=/run/postgresql,db.example",
    "/db?host=@abstract",
    "127.0.0.1/db?service=city",
    "127.0.0.1/db?service=city&hostaddr=127.0.0.1",
    "127.0.0.1.db.example/db?sslmode=disable",
)


def told(address):
    return postgresql_tls(make_url(f"postgresql+psycopg://{address}"))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


def test_only_what_can_be_nowhere_but_here_needs_no_tls():
    assert {address: told(address) for address in HERE} == {address: {} for address in HERE}
    assert {address: told(address) for address in ELSEWHERE} == dict.fromkeys(ELSEWHERE, VERIFIED)


@pytest.mark.parametrize(
    ("name", "address"), [("PGHOST", "/db"), ("PGHOSTADDR", "127.0.0.1/db"), ("PGSERVICE", "127.0.0.1/db")]
)
def test_what_the_environment_adds_counts(monkeypatch, name, address):
    monkeypatch.setenv(name, "192.0.2.1")
    assert told(address) == VERIFIED


def test_authorities_of_one_s_own_may_vouch():
    assert told("db.example/db?sslrootcert=/ca.pem") == VERIFIED | {"sslrootcert": "/ca.pem"}


@pytest.mark.parametrize("address", ["db.example/db", "127.0.0.1/db?hostaddr=192.0.2.1", "127.0.0.1/db?service=city"])
async def test_agencies_and_the_store_follow_the_same_rule(address):
    async def agency_told(**exception):
        url = make_url(f"postgresql+psycopg://{address}")
        agency = Agency(code="a", domain="x", connector="x", name="x", url="x", **exception)
        engine = engine_for(url, agency)
        arguments = _arguments(engine.sync_engine)
        await engine.dispose()
        return arguments

    async def store_told(**exception):
        database = Database(f"postgresql://{address}", **exception)
        arguments = _arguments(database._engine)
        await database.aclose()
        return arguments

    why = "it stands in the same locked rack"
    assert await agency_told() == await store_told() == VERIFIED
    assert await agency_told(tls_exception=TlsException(reason=why)) == await store_told(tls_exception=why) == {}


def _arguments(engine):
    """What of TLS its driver is told."""
    found = {}

    class Seen(Exception):
        pass

    def look(_dialect, _record, _positional, arguments):
        found.update({name: arguments[name] for name in VERIFIED if name in arguments})
        raise Seen

    event.listen(engine, "do_connect", look)
    with pytest.raises(Seen):
        engine.raw_connection()
    return found
