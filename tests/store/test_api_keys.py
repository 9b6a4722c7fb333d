"""Keys of apps, on both databases: found by their hash, known for a few seconds, never kept."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auth.api_key import ApiKey
from auth.keyed_hasher import KeyedHasher
from store.kit.database import Database, StoreBroken
from store.kit.paging import PageRequest
from store.platform.api_keys import KNOWN_FOR, PREFIX, ApiKeys
from store.platform.tables import API_KEYS
from tests.clock import FakeClock

SEAL = KeyedHasher(b"a key for tests, and for tests only")


def key(clock, code="k1", app="notaris", **more):
    return ApiKey(
        **{
            "code": code,
            "app": app,
            "label": "Tests",
            "scopes": ("NIK",),
            "quota": None,
            "origins": (),
            "created_at": clock.now(),
            "created_by": "admin",
            "expires_at": clock.now() + timedelta(days=1),
            **more,
        }
    )


@pytest.fixture
def keys(database, clock):
    return ApiKeys(database, SEAL, clock)


@pytest.fixture
def others(database, clock):
    """The same keys, as another process of the hub knows them."""
    return ApiKeys(database, SEAL, clock)


async def test_a_key_is_found_and_kept_nowhere(keys, database, clock):
    wanted = key(clock)
    made = await keys.make(wanted)
    assert await keys.find(made) == wanted
    assert (made.startswith(PREFIX), len(made)) == (True, len(PREFIX) + 43)
    row = await database.read(lambda connection: connection.execute(sa.select(API_KEYS)).one())
    assert made.removeprefix(PREFIX) not in repr(tuple(row))
    assert row.digest == SEAL.api_key(made)


@pytest.mark.parametrize("given", ["", "simpul_", "k1", "'", "\x00", "é"])
async def test_another_opens_nothing(keys, clock, given):
    await keys.make(key(clock))
    assert await keys.find(given) is None


async def test_under_another_secret_it_is_another_key(keys, database, clock):
    made = await keys.make(key(clock))
    assert await ApiKeys(database, KeyedHasher(b"another key for tests, of tests"), clock).find(made) is None


async def test_a_key_ends_at_its_time_and_not_before(keys, clock):
    made = await keys.make(key(clock))
    clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert await keys.find(made)
    clock.advance(timedelta(seconds=1))
    assert await keys.find(made) is None


async def test_revoked_it_opens_nothing_here_at_once_and_elsewhere_in_seconds(keys, others, clock):
    made = await keys.make(key(clock))
    assert await others.find(made)
    assert (await keys.revoke("k1")).revoked_at == clock.now()
    assert await keys.find(made) is None
    clock.advance(timedelta(seconds=KNOWN_FOR - 0.1))
    assert await others.find(made)
    clock.advance(timedelta(seconds=0.2))
    assert await others.find(made) is None


async def test_revoking_again_changes_nothing_and_what_is_not_there_is_not_revoked(keys, clock):
    await keys.make(key(clock))
    first = await keys.revoke("k1")
    clock.advance(timedelta(hours=1))
    assert await keys.revoke("k1") == first
    assert await keys.revoke("k2") is None


async def test_many_who_ask_at_once_read_the_table_once(keys, database, clock):
    made = await keys.make(key(clock))
    read = []
    sa.event.listen(database._engine, "before_cursor_execute", lambda *args: read.append(args[2]))
    found = await asyncio.gather(*(keys.find(made) for _ in range(50)), *(keys.find("x") for _ in range(50)))
    assert (found.count(None), len([each for each in read if "api_keys.digest" in each])) == (50, 1)


async def test_origins_are_those_of_keys_that_hold(keys, clock):
    await keys.make(key(clock, "a", origins=("https://a.example",)))
    await keys.make(key(clock, "b", origins=("https://b.example",)))
    await keys.make(key(clock, "c", origins=("https://c.example",), expires_at=clock.now() + timedelta(minutes=1)))
    await keys.revoke("b")
    assert await keys.origins() == {"https://a.example", "https://c.example"}
    clock.advance(timedelta(minutes=1))
    assert await keys.origins() == {"https://a.example"}


async def test_they_are_listed_by_app_page_by_page_revoked_ones_too(keys, clock):
    for code, app in (("1", "b"), ("2", "a"), ("3", "b")):
        await keys.make(key(clock, code, app))
    await keys.revoke("3")
    found = await keys.cut(None, PageRequest(size=2))
    assert [(each.app, each.code) for _, each in found.items] == [("a", "2"), ("b", "1")]
    rest = await keys.cut(None, PageRequest(size=2, after=found.items[-1][0]))
    assert [(each.code, each.revoked_at) for _, each in rest.items] == [("3", clock.now())]
    assert (len((await keys.cut("b", PageRequest(size=9))).items), await keys.count("b")) == (2, 2)


async def test_a_database_that_is_gone_is_said_and_not_taken_for_no_key(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    keys = ApiKeys(database, SEAL, FakeClock())
    for ask in (keys.find("x"), keys.origins(), keys.revoke("x"), keys.make(key(FakeClock()))):
        with pytest.raises(StoreBroken):
            await ask
    await database.aclose()
