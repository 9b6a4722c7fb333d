"""1,000 clients ask for the dearest page at once: each is answered, or refused with a word of when to come again.

`make soak ARGS="tests/soak/test_a_thousand_at_once.py"` prints the statuses, how long an answer took, and the memory of the hub
at rest, at its most, and at the end.
"""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import ROOT
from tests.venues.processes import hub_running

pytestmark = pytest.mark.soak

CLIENTS = 1_000
TIMES = 3
"""How often all of them ask at once."""
GLANCE = (ROOT / "docs" / "queries" / "city-at-a-glance.graphql").read_text(encoding="utf-8")
REST = 5.0
"""Seconds after which a hub at rest has given its memory back."""


def megabytes(hub):
    status = Path(f"/proc/{hub.process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.fixture
async def hub(tmp_path):
    """In a process of its own, with copies of everything, and with the limits that it has without configuration."""
    async with running(port=0) as sandbox:
        path = tmp_path / "agencies.toml"
        text = (
            (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").replace("http://127.0.0.1:8100", sandbox.url)
        )
        path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
        settings = {**environment(), "SIMPUL_QUOTA": "0", "SIMPUL_SERVER__PER_ADDRESS": str(2 * CLIENTS)}
        async with hub_running(path, f"sqlite:///{tmp_path}/store.db", **settings) as hub, asyncio.timeout(300):
            copies = [{"fetchedAt": None}]
            while not all(each["fetchedAt"] for each in copies):
                await asyncio.sleep(0.2)
                async with hub.session.get(f"{hub.url}/readyz") as response:
                    copies = (await response.json())["copies"]
            yield hub


async def one(hub):
    """The status, the codes of the errors and the seconds of one answer."""
    began = time.perf_counter()
    async with hub.session.post(f"{hub.url}/graphql", json={"query": GLANCE}) as response:
        if response.status == 503:
            assert response.headers["retry-after"] == "1"
        answer = await response.json()
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    return response.status, codes, time.perf_counter() - began


async def test_each_is_answered_or_refused(hub):
    for _ in range(20):
        await one(hub)
    rest, most = megabytes(hub), 0.0
    answers = []
    for _ in range(TIMES):
        asked = asyncio.gather(*(one(hub) for _ in range(CLIENTS)))
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
