"""What a hub leaves for later when it starts: libraries that it may not need, and schemas that nobody asked for yet."""

import asyncio
import json
import os
import subprocess
import sys

import pytest

from engine import app
from sandbox.registry import environment
from tests.conftest import ROOT, listening

LATE = {
    "aiocache", "aiohttp", "alembic", "cryptography", "feedparser", "icalendar", "joserfc", "opentelemetry", "oracledb",
    "psycopg", "redis", "sandbox", "sqlalchemy.ext.asyncio", "sqlalchemy.orm",
}  # fmt: skip
START = """
import gc, json, os, sys
gc.disable()
import server
server.create_app(server.read_all(server.CONNECTORS, os.environ).configuration, server.Settings())
import schema.root
print(json.dumps([sorted(sys.modules), schema.root.build.cache_info().currsize]))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The modules of a process that has made a hub with all agencies of the committed file, and how many schemas."""
    folder = tmp_path_factory.mktemp("start")
    environ = os.environ | environment() | {"SIMPUL_STORE_URL": f"sqlite:///{folder}/store.db"}
    made = subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=environ, check=True, capture_output=True)
    return json.loads(made.stdout)


def test_a_hub_starts_without_the_libraries_that_it_may_not_need(started):
    modules, _ = started
    assert {"sqlalchemy", "strawberry", "uvicorn", "schema.root"} <= {*modules}
    assert not LATE & {*modules}


def test_a_hub_starts_with_the_whole_schema_and_those_of_no_audience(started):
    assert started[1] == 1


async def test_what_will_be_asked_for_is_made_when_the_hub_listens(configuration, clock, monkeypatch):
    monkeypatch.setattr(app, "SOON", 0)
    asked = []
    monkeypatch.setattr(app.OperationRunner, "get_ready", lambda _, audience: asked.append(audience))
    async with listening(configuration, clock) as hub:
        await hub.data("{ city { name } }")
        async with asyncio.timeout(10):
            while len(asked) < len(app.Audience):
                await asyncio.sleep(0)
    assert asked == [*app.Audience]
