"""What the workloads of the bench count, and no machine makes slower: calls, statements, plans, and coroutines."""

import asyncio
import inspect
import sys
from collections import Counter

import aiohttp
import pytest
from sqlalchemy import Engine, event

from bench.documents import CHARTS, COMMODITIES, TWO_DOMAINS, VACANCIES, example
from bench.install import ROOT
from tests.telemetry.scraping import of, scraped

OFTEN = 3
"""After so many times, all that is kept is there."""
AGAIN = {
    "a": (COMMODITIES, 0),
    "c1": (VACANCIES, 0),
    "c2": (CHARTS, 0),
    "d2": (TWO_DOMAINS, 0),
    "glance": (example("city-at-a-glance"), 2),
}
"""Each document, and the statements of the store that it makes when it is asked again: two systems tell their free slots."""
AT_HAND = ("a", "c1", "c2", "d2")
"""All that these need is at hand, so their resolvers make no task."""
PLANS = "simpul_plans_compiled_total"
NOT_OURS = ("BEGIN", "PRAGMA", "SELECT 1")


@pytest.fixture
def counted(hub, monkeypatch):
    """What was done since this was last cleared."""
    counts = Counter()
    request = aiohttp.ClientSession._request

    async def calling(self, *given, **named):
        counts["calls"] += not str(given[1]).startswith(hub.url)
        return await request(self, *given, **named)

    def stated(_connection, _cursor, statement, *_):
        states = "FROM feeds ORDER BY" in " ".join(statement.split())  # of all copies, once a second
        counts["statements"] += not statement.startswith(NOT_OURS) and not states

    create = asyncio.BaseEventLoop.create_task

    def tasked(loop, coroutine, **named):
        code = coroutine.cr_code.co_filename
        counts["tasks"] += code.startswith((f"{ROOT}/resolvers", f"{ROOT}/engine/plans", f"{ROOT}/schema"))
        return create(loop, coroutine, **named)

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_task", tasked)
    monkeypatch.setattr(aiohttp.ClientSession, "_request", calling)
    event.listen(Engine, "before_cursor_execute", stated)
    yield counts
    event.remove(Engine, "before_cursor_execute", stated)


async def test_what_is_executed_again_asks_nobody_and_compiles_nothing(hub, counted):
    found, tasks = {}, {}
    for name, (document, _) in AGAIN.items():
        for _ in range(OFTEN):
            await hub.data(document)
        plans = of(await scraped(hub), PLANS)
        counted.clear()
        await hub.data(document)
        found[name] = (counted["calls"], counted["statements"])
        tasks[name] = counted["tasks"]
        assert of(await scraped(hub), PLANS) == plans
    assert found == {name: (0, statements) for name, (_, statements) in AGAIN.items()}
    assert [tasks[each] for each in AT_HAND] == [0] * len(AT_HAND)


async def test_no_coroutine_is_made_for_a_row(hub):
    def seen(frame, what, _):
        code = frame.f_code
        if what == "call" and code.co_flags & inspect.CO_COROUTINE and "site-packages" not in code.co_filename:
            started.add(id(frame))
            frames.append(frame)  # so that no other one has its place

    counts = []
    for number in (10, 100):
        document = VACANCIES.replace("first: 100", f"first: {number}")
        for _ in range(OFTEN):
            data = await hub.data(document)
        assert len(data["vacancies"]["nodes"]) == number
        started, frames = set(), []
        sys.setprofile(seen)
        try:
            await hub.data(document)
        finally:
            sys.setprofile(None)
        counts.append(len(started))
    assert 5 < counts[1] < counts[0] + 10
