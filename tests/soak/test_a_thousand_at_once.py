"""1,000 clients ask for the dearest page at once: each is answered, or refused with a word of when to come again.

`make soak ARGS="tests/soak/test_a_thousand_at_once.py"` prints the statuses, how long an answer took, and the memory of the hub
at rest, at its most, and at the end.
"""

import asyncio
import time
from collections import Counter

import aiohttp
import pytest

from tests.schema.documents import DOCUMENTS
from tests.soak.whole_hub import megabytes, whole_hub

pytestmark = pytest.mark.soak

CLIENTS = 1_000
TIMES = 3
"""How often all of them ask at once."""
GLANCE = DOCUMENTS["city-at-a-glance"].text
REST = 5.0
"""Seconds after the clients have gone, in which the hub gives their memory back."""


@pytest.fixture
async def hub(tmp_path):
    async with whole_hub(tmp_path, SIMPUL_SERVER__PER_ADDRESS=str(2 * CLIENTS)) as (hub, _):
        yield hub


async def one(hub, session):
    """The status, the codes of the errors and the seconds of one answer."""
    began = time.perf_counter()
    async with session.post(f"{hub.url}/graphql", json={"query": GLANCE}) as response:
        if response.status == 503:
            assert response.headers["retry-after"] == "1"
        answer = await response.json()
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    return response.status, codes, time.perf_counter() - began


async def test_each_is_answered_or_refused(hub):
    for _ in range(20):
        await one(hub, hub.session)
    rest, most = megabytes(hub), 0.0
    answers = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        for _ in range(TIMES):
            asked = asyncio.gather(*(one(hub, session) for _ in range(CLIENTS)))
            while not asked.done():
                most = max(most, megabytes(hub))
                await asyncio.sleep(0.05)
            answers += await asked
    await asyncio.sleep(REST)
    after = megabytes(hub)
    answered = sorted(seconds for status, _, seconds in answers if status == 200)
    refused = sorted(seconds for status, _, seconds in answers if status == 503)
    p99 = answered[int(len(answered) * 0.99)]
    print(
        f"\n{dict(Counter(status for status, _, _ in answers))}; answered: median {answered[len(answered) // 2]:.2f} s,"
        f" p99 {p99:.2f} s; refused: median {refused[len(refused) // 2] if refused else 0:.2f} s;"
        f" memory {rest:.0f} MB at rest, {most:.0f} at most, {after:.0f} after {REST:.0f} s"
    )
    assert {status for status, _, _ in answers} <= {200, 503}
    assert {code for _, codes, _ in answers for code in codes} <= {"OVERLOADED", "DEADLINE_EXCEEDED"}
    assert p99 < 3
    assert most < 1.5 * rest
    assert after < 1.2 * rest
