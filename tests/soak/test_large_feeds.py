"""A feed of 50,000 documents is followed in the memory that one of 5,000 takes, and says how far it is."""

import asyncio
import json
import sys

import msgspec
import pytest
from aiohttp import web

from sandbox.regulations import many
from tests.conftest import ROOT

pytestmark = pytest.mark.soak


@pytest.fixture
async def address():
    async def documents(request):
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        separator = b"["
        for row in many(int(request.match_info["count"])):
            await answer.write(separator + msgspec.json.encode(row))
            separator = b","
        await answer.write(b"]")
        return answer

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
