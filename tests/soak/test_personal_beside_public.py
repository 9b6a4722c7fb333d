"""20 people read their bookings beside 30 who read what is public: neither kind keeps the other waiting.

`make soak ARGS="tests/soak/test_personal_beside_public.py"` prints how many answers there were, and how long one took.
When each reading of a person was a transaction of its own, the median of a personal answer was some 50 times that of a
public one beside it.
"""

import asyncio
import statistics
import time

import pytest

from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import ROOT
from tests.schema.documents import DOCUMENTS
from tests.venues.processes import hub_running, token_of

pytestmark = pytest.mark.soak

PERSONAL = DOCUMENTS["my-bookings"].text
PUBLIC = {
    "the city at a glance": DOCUMENTS["city-at-a-glance"].text,
    "free slots": "{ venues(first: 20) { nodes { name slots(first: 1) { nodes { startsAt } } } } }",
}
SECONDS = 6


@pytest.fixture
async def hub(tmp_path):
    """In a process of its own, with copies of everything."""
    async with running(port=0) as sandbox:
        path = tmp_path / "agencies.toml"
        text = (
            (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").replace("http://127.0.0.1:8100", sandbox.url)
        )
        path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
        settings = {**environment(), "SIMPUL_QUOTA": "0"}
        async with hub_running(path, f"sqlite:///{tmp_path}/store.db", **settings) as hub, asyncio.timeout(300):
            copies = [{"fetchedAt": None}]
            while not all(each["fetchedAt"] for each in copies):
                await asyncio.sleep(0.2)
                async with hub.session.get(f"{hub.url}/readyz") as response:
                    copies = (await response.json())["copies"]
            hub.people = [token_of(sandbox, number) for number in range(20)]
            yield hub


async def crowd(hub, *asked):
    """How long each answer took, in milliseconds, one list for each query: of so many who ask again and again."""
    ends, took = time.perf_counter() + SECONDS, [[] for _ in asked]

    async def one(number, query, token):
        while time.perf_counter() < ends:
            began = time.perf_counter()
            answer = await hub.ask(query, token)
            took[number].append((time.perf_counter() - began) * 1000)
            assert "errors" not in answer, answer["errors"]

    await asyncio.gather(
        *(one(number, query, token) for number, (query, tokens) in enumerate(asked) for token in tokens)
    )
    return took


async def test_personal_reads_take_no_longer_than_three_public_ones(hub):
    (alone,) = await crowd(hub, (PERSONAL, hub.people))
    print(f"\nalone: {len(alone)} personal answers, median {statistics.median(alone):.0f} ms")
    for name, query in PUBLIC.items():
        personal, public = await crowd(hub, (PERSONAL, hub.people), (query, [None] * 30))
        medians = statistics.median(personal), statistics.median(public)
        print(
            f"beside {name}: {len(personal)} personal, {medians[0]:.0f} ms; {len(public)} public, {medians[1]:.0f} ms"
        )
        assert medians[0] < 3 * medians[1]
