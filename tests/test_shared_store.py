"""Hubs on one store, SQLite and PostgreSQL: one of them follows, all of them answer, and a new one finds it all there."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.conftest import listening

FEEDS = {"gor-contoh": 2 + 16, "jdih-kota": 1, "jdih-provinsi": 1, "jdih-pusat": 1}
QUERY = """{ regulations(first: 1) { totalCount nodes { id title } }
  venues(sport: "futsal", first: 1) { totalCount nodes { name slots(first: 1) { totalCount } } } }"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shared.db"
    return request.getfixturevalue("new_postgres_url")


def calls(sandbox):
    return {code: sandbox.control.hits(code) for code in FEEDS}


async def test_one_follows_all_answer_and_a_new_one_finds_it_there(sandbox, configuration, clock, empty_store):
    one_of = {"store_url": empty_store}
    async with listening(configuration, clock, **one_of) as one, listening(configuration, clock, **one_of) as two:
        await asyncio.gather(one.follow(), two.follow())
        assert calls(sandbox) == FEEDS
        first, second = await one.data(QUERY), await two.data(QUERY)
    assert first == second
    assert (first["regulations"]["totalCount"], first["venues"]["totalCount"]) == (1_500, 6)
    assert first["venues"]["nodes"][0]["slots"]["totalCount"] > 0
    async with listening(configuration, clock, **one_of) as new:
        await new.follow()
        assert await new.data(QUERY) == first
        assert calls(sandbox) == FEEDS
        clock.advance(timedelta(hours=1))
        await new.follow()
    assert calls(sandbox) == {**FEEDS, "gor-contoh": 20, "jdih-kota": 2, "jdih-provinsi": 2, "jdih-pusat": 2}


async def test_a_hub_follows_by_itself_and_says_how_far_it_is(sandbox, configuration, clock, empty_store):
    sandbox.control.hold("jdih-kota")
    async with listening(configuration, clock, store_url=empty_store, follow=True) as hub, asyncio.timeout(30):

        async def copies():
            async with hub.session.get(f"{hub.url}/readyz") as response:
                found = json.loads(await response.text())["copies"]
            return {(each["agency"], each["feed"]): each for each in found}

        while (held := (await copies())["jdih-kota", "regulations"])["receiving"] is None:
            await asyncio.sleep(0.05)
        assert (held["documents"], held["receiving"], held["fetchedAt"], held["problem"]) == (0, 0, None, None)
        sandbox.control.release("jdih-kota")
        while not all(each["fetchedAt"] for each in (await copies()).values()):
            await asyncio.sleep(0.05)
        done = (await copies())["jdih-kota", "regulations"]
        assert (done["documents"], done["receiving"]) == (500, None)
    assert calls(sandbox) == FEEDS
