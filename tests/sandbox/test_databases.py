"""Stand-ins that are databases, asked through the kit as a connector asks them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from connectors.kit.agency import Agency, Limits
from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from connectors.kit.sql import Sql
from sandbox import registry
from sandbox.server import running
from tests.clock import FakeClock
from tests.sandbox.conftest import NOW

CODE = "survei-contoh"


def fill(connection, now):
    connection.execute("CREATE TABLE m_pasar (name TEXT, made TEXT)")
    connection.execute("INSERT INTO m_pasar VALUES ('Pasar Contoh', ?)", (now.isoformat(),))


@pytest.fixture
def with_a_database(monkeypatch):
    monkeypatch.setattr(registry, "databases", lambda: {CODE: fill})


@pytest.fixture
async def sandbox(with_a_database):
    async with running(port=0, now=lambda: NOW) as started:
        yield started


@pytest.fixture
async def sql(caller):
    url = f"sqlite+aiosqlite:///{caller.sandbox.folder}/{CODE}.db"
    limits = Limits(timeout=0.3)
    agency = Agency(code=CODE, domain="prices", connector="survey", name="A", url=url, limits=limits)
    clock = FakeClock()
    sql = Sql(agency, clock)
    sql.clock = clock
    yield sql
    await sql.aclose()


async def rows(sql):
    return await sql.rows("markets", text("SELECT * FROM m_pasar"), {})


async def test_it_is_made_as_it_is_at_the_start(sql):
    assert await rows(sql) == [{"name": "Pasar Contoh", "made": "2026-05-04T06:00:00+00:00"}]


@pytest.mark.parametrize(
    ("mode", "kind"), [("down", AgencyUnavailable), ("slow", AgencyUnavailable), ("changed", AgencyChanged)]
)
async def test_it_is_as_ill_as_it_is_told_and_well_again(caller, sql, mode, kind):
    for _ in range(2):
        assert (await caller.control("PUT", f"/{CODE}", json={"mode": mode}))[0] == 204
        assert caller.sandbox.control.behaving(CODE) == mode
        with pytest.raises(kind):
            await rows(sql)
    assert (await caller.control("PUT", f"/{CODE}", json={"mode": "ok"}))[0] == 204
    sql.clock.advance(timedelta(seconds=6))  # its breaker has opened, and lets the next call through now
    assert len(await rows(sql)) == 1


async def test_all_well_after_a_reset(caller, sql):
    caller.sandbox.control.set(CODE, "down")
    await caller.control("DELETE")
    assert len(await rows(sql)) == 1


async def test_it_can_be_held_in_the_middle(caller, sql):
    caller.sandbox.control.hold(CODE)
    with pytest.raises(AgencyUnavailable):
        await rows(sql)
    caller.sandbox.control.release(CODE)
    assert len(await rows(sql)) == 1


@pytest.mark.parametrize("asked", [{"mode": "html"}, {"mode": "down", "times": 2}])
async def test_what_a_database_cannot_be_is_told(caller, sql, asked):
    status, body = await caller.control("PUT", f"/{CODE}", json=asked)
    assert status == 400
    assert b"ok, slow, down" in body
    assert len(await rows(sql)) == 1


async def test_a_sandbox_that_starts_again_writes_it_anew(with_a_database, tmp_path):
    for _ in range(2):
        async with running(port=0, now=lambda: NOW, folder=tmp_path) as started:
            started.control.set(CODE, "down")
        assert {path.name for path in tmp_path.iterdir()} == {f"{CODE}.db"}
