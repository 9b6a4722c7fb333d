"""The walk of one query: which functions of ours stand between the client's socket and the agency's answer."""

import asyncio
import sys
from pathlib import Path

import aiohttp

from tests.conftest import ROOT

QUERY = "{ hospitals(first: 3) { nodes { name beds { free source { agency } } } } }"
ROOMS = ("auth", "cache", "connectors", "engine", "resolvers", "schema", "store")
MOST = 25
"""Each of them is a hop that a reader has to take. One more needs a reason."""


def ours(filename, name):
    path = Path(filename)
    found = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
    return f"{found} {name}" if found.startswith(tuple(f"{room}/" for room in ROOMS)) else None


def walk_of(task):
    """What a task waits in, from the outside in; where it waits for a task, that is another walk."""
    found, at = [], task.get_coro()
    while hasattr(at, "cr_code"):
        found.append(ours(at.cr_code.co_filename, at.cr_code.co_qualname))
        at = at.cr_await
    return [each for each in found if each]


def here():
    """The same of the task that runs."""
    found, frame = [], sys._getframe(1)
    while frame:
        found.append(ours(frame.f_code.co_filename, frame.f_code.co_qualname))
        frame = frame.f_back
    return [each for each in reversed(found) if each]


async def test_a_cold_query_takes_few_hops_to_the_agency(hub, monkeypatch):
    walks = []
    request = aiohttp.ClientSession._request

    async def asked(self, *given, **named):
        if (last := here()) and not walks:
            walks.extend([*map(walk_of, asyncio.all_tasks() - {asyncio.current_task()}), last])
        return await request(self, *given, **named)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", asked)
    answer = await hub.ask(QUERY)
    assert [each["beds"]["source"]["agency"] for each in answer["data"]["hospitals"]["nodes"]] == [
        "rs-contoh-batuceper", "rs-contoh-benda", "rs-contoh-cibodas",
    ]  # fmt: skip
    request_walk = next(walk for walk in walks if "engine/http/endpoint.py GraphQLEndpoint.answer" in walk)
    field_walk = next(walk for walk in walks if "resolvers/beds/hospitals.py beds" in walk)
    read_walk = next(walk for walk in walks if "cache/envelope.py Cache.get" in walk)
    hops = request_walk + field_walk + read_walk + walks[-1]
    files = {hop.partition(" ")[0] for hop in hops}
    assert (hops[0], hops[-1]) == (
        "engine/http/middleware.py ResponseMiddleware.__call__",
        "connectors/kit/http.py Http._exchange",
    )
    assert len(hops) <= MOST, "\n".join(hops)
    assert len(files) <= 15, files
