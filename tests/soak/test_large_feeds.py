"""A feed of 50,000 documents is followed in the memory that one of 5,000 takes, and nobody else waits for it.

Prints what it took with the index of words and, beside it, without; and how long others who write waited at most.
"""

import asyncio
import functools
import json
import sys
import time

import msgspec
import pytest
from aiohttp import web
from sqlalchemy import text, update

from sandbox.jdih.regulations import many
from store.jdih.regulations import RegulationCopies, RegulationOrder, RegulationsWanted
from store.kit.copies import LONG_AGO
from store.kit.database import Database
from store.kit.paging import PageRequest
from store.kit.tables import FEEDS
from tests.conftest import ROOT

pytestmark = pytest.mark.soak

DROPPED = {
    "sqlite": [*(f"DROP TRIGGER regulations_words_{each}" for each in ("insert", "update", "delete")),
               "DROP TABLE regulations_words"],
    "postgresql": ["ALTER TABLE regulations DROP COLUMN words"],
}  # fmt: skip
"""How a store loses its index."""


@functools.cache
def collection(count):
    """So many documents as they are sent; made once, and not while somebody is timed."""
    return msgspec.json.encode(list(many(count)))


@pytest.fixture
async def address():
    async def documents(request):
        body = await asyncio.to_thread(collection, int(request.match_info["count"]))
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/{count}", documents)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/large.db"
    return request.getfixturevalue("new_postgres_url")


@pytest.fixture
async def database(store):
    database = Database(store)
    await database.migrate()
    yield database
    await database.aclose()


async def followed(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.follow_once", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(said)


async def test_memory_stays_flat_and_progress_is_told(address, store):
    small = await followed("small", f"{address}/5000", store)
    large = await followed("large", f"{address}/50000", store)
    print(small, large)
    assert small["documents"] == 5_000
    assert large["after"] - small["after"] < 16
    assert large["told"] == list(range(5_000, 50_001, 5_000))
    assert large["documents"] == 50_000


async def changed(database, statement):
    await database.write(lambda connection: connection.execute(statement))


async def test_who_writes_from_another_process_waits_for_a_part_and_not_for_the_whole(address, store, database):
    """Twice: a first copy, and a second one whose forerunner is thrown away."""
    collection(50_000)
    waited = []

    async def others():
        while True:
            began = time.perf_counter()
            await changed(database, update(FEEDS).where(FEEDS.c.agency == "nobody").values(problem=None))
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)

    for number in range(2):
        await changed(database, update(FEEDS).values(position=None, due_at=LONG_AGO))
        writing = asyncio.create_task(others())
        large = await followed("large", f"{address}/50000", store)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        print(f"{large['took']:.1f} s for copy {number + 1}; {len(waited)} others, {max(waited):.2f} s at most")
    assert len(waited) > 50
    assert max(waited) < large["took"] / 10


async def test_what_the_index_costs_and_what_it_finds(address, store, database):
    took = {"with": (await followed("one", f"{address}/50000", store))["took"]}
    copies = RegulationCopies(database)
    for typed in ("perda 8 2019", "retribusi pasar", "contoh"):
        began = time.perf_counter()
        wanted = RegulationsWanted(text=typed)
        await copies.find(["one"], wanted, RegulationOrder.RELEVANCE, PageRequest(size=20))
        total = await copies.count(["one"], wanted)
        print(f"{typed!r}: {total} found in {(time.perf_counter() - began) * 1000:.0f} ms")
        assert total > 0
    for statement in DROPPED[database.dialect]:
        await changed(database, text(statement))
    took["without"] = (await followed("two", f"{address}/50000", store))["took"]
    print(f"{took['with']:.1f} s with the index, {took['without']:.1f} s without: {took['with'] / took['without']:.2f}")
