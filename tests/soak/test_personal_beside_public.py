"""20 people read their bookings beside 30 who read what is public: neither kind keeps the other waiting.

`make soak ARGS="tests/soak/test_personal_beside_public.py"` prints how many answers there were, and how long one took.
When each reading of a person was a transaction of its own, the median of a personal answer was some 50 times that of a
public one beside it.
"""

import asyncio
import statistics
import time

import pytest

from tests.schema.documents import DOCUMENTS
from tests.soak.whole_hub import whole_hub
from tests.venues.processes import token_of

pytestmark = pytest.mark.soak

PERSONAL = DOCUMENTS["my-bookings"].text
PUBLIC = {
    "the city at a glance": DOCUMENTS["city-at-a-glance"].text,
    "free slots": "{ venues(first: 20) { nodes { name slots(first: 1) { nodes { startsAt } } } } }",
}
SECONDS = 6


@pytest.fixture
async def hub(tmp_path):
    async with whole_hub(tmp_path) as (hub, sandbox):
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
