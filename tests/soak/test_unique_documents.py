"""An hour of documents of which no two are the same: memory stays flat, and what is kept stays within its bounds.

`make soak ARGS="tests/soak/test_unique_documents.py"`; `SOAK_SECONDS` sets another length. Prints what was in memory.
"""

import asyncio
import itertools
import os
import time

import pytest

from tests.soak.whole_hub import megabytes, whole_hub

pytestmark = pytest.mark.soak

SECONDS = float(os.environ.get("SOAK_SECONDS", "3600"))
CLIENTS = 8
LOOKS = 20
BOUNDS = {"SIMPUL_DOCUMENT_BYTES": 8_000_000, "SIMPUL_ANSWER_BYTES": 8_000_000}
"""So small that a short run reaches them."""
KINDS = (
    "{{ a{n}: __typename b: commodities(first: 1) {{ totalCount }} }}",
    "query Q{n} {{ markets(first: {few}) {{ nodes {{ a{n}: name kecamatan {{ name }} }} }} }}",
    'query {{ vacancies(first: 5, text: "kata{n}") {{ totalCount nodes {{ title }} }} }}',
    "query ($a{n}: Int = {few}) {{ hospitals(first: $a{n}) {{ nodes {{ name beds {{ free }} }} }} }}",
    "{{ regulations(first: {few}) {{ nodes {{ ...F{n} }} }} }} fragment F{n} on Regulation {{ title year }}",
    "{{ nothing{n} }}",
    "{{ city {{ name }} a{n}",
)
"""The last two are not valid, and do not end."""


@pytest.fixture
async def hub(tmp_path):
    async with whole_hub(tmp_path, **{name: str(most) for name, most in BOUNDS.items()}) as (hub, _):
        yield hub


async def numbers(hub):
    async with hub.session.get(f"{hub.url}/metrics") as response:
        lines = (await response.text()).splitlines()
    return {name: float(value) for name, _, value in (each.rpartition(" ") for each in lines if each[:1] != "#")}


async def test_memory_stays_flat(hub):
    began, unique, asked = time.monotonic(), itertools.count(), [0]

    async def client():
        while time.monotonic() - began < SECONDS:
            n = next(unique)
            query = KINDS[n % len(KINDS)].format(n=n, few=1 + n % 9)
            async with hub.session.post(f"{hub.url}/graphql", json={"query": query}) as response:
                assert response.status in {200, 503}
                await response.read()
            asked[0] += 1

    clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    seen = []
    for _ in range(LOOKS):
        await asyncio.sleep(SECONDS / LOOKS)
        told = await numbers(hub)
        assert told["simpul_documents_bytes"] <= BOUNDS["SIMPUL_DOCUMENT_BYTES"]
        assert told["simpul_answers_kept_bytes"] <= BOUNDS["SIMPUL_ANSWER_BYTES"]
        seen.append(megabytes(hub))
    await asyncio.gather(*clients)
    told = await numbers(hub)
    print(
        f"\n{asked[0]:,} documents in {SECONDS:.0f} s; {told['simpul_documents_evicted_total']:,.0f} left; memory in MB: "
        + " ".join(f"{each:.0f}" for each in seen)
    )
    assert told["simpul_documents_evicted_total"] > 0
    assert max(seen[LOOKS // 2 :]) <= 1.1 * seen[LOOKS // 2 - 1]
