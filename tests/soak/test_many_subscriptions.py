"""A thousand subscriptions, of 200 people with five each: how long until each is told, and what they cost while idle.

`make soak ARGS="tests/soak/test_many_subscriptions.py"`. Prints what it measured. The hub is a process of its own, so that
the clients' work is not counted.
"""

import asyncio
import os
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from sandbox.server import running
from tests.talking import DATA_READ, Talk
from tests.venues.processes import configuration, hub_running, open_booking_agency, token_of

pytestmark = pytest.mark.soak

PEOPLE = 200
EACH = 5
IDLE = 15.0
"""Seconds for which nothing happens."""
WITHIN = 5.0
NIK = "{ me { nik(unmasked: true) } }"


class Listener:
    """Hears all the time, as a client does, and so answers pings; when it heard each event."""

    def __init__(self, talk):
        self.at = []
        self._more = asyncio.Event()
        self._task = asyncio.create_task(self._listen(talk))

    async def _listen(self, talk):
        while True:
            said = await talk.socket.receive_json()
            assert said["payload"]["data"]["dataRead"]["categories"] == ["NIK"], said
            self.at.append(time.perf_counter())
            self._more.set()

    async def heard(self, number):
        """When it has heard so many."""
        async with asyncio.timeout(60):
            while len(self.at) < number:
                if self._task.done():
                    self._task.result()
                self._more.clear()
                await self._more.wait()
        assert len(self.at) == number
        return self.at[-1]

    def end(self):
        self._task.cancel()


def cpu_seconds(process):
    """What a process has used, by Linux's own account."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("connections", [1, EACH], ids=["one connection a person", "a connection each"])
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
async def test_each_is_told_in_time_and_idle_they_cost_next_to_nothing(tmp_path, store, connections, request):
    url = f"sqlite:///{tmp_path}/store.db" if store == "sqlite" else request.getfixturevalue("new_postgres_url")
    async with running(port=0, now=lambda: datetime.now(UTC)) as sandbox, AsyncExitStack() as stack:
        path = configuration(sandbox, tmp_path, open_booking_agency(sandbox.url))
        hub = await stack.enter_async_context(hub_running(path, url, SIMPUL_FOLLOW="false"))
        idle_alone = await cost(hub)

        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=300))
        )
        tokens = [token_of(sandbox, number) for number in range(PEOPLE)]
        listeners, started = [], time.perf_counter()
        for token in tokens:
            for _ in range(connections):
                socket = await stack.enter_async_context(
                    session.ws_connect(f"{hub.url}/graphql".replace("http", "ws"), protocols=("graphql-transport-ws",))
                )
                talk = Talk(socket)
                await talk.begin({"authorization": f"Bearer {token}"})
                for name in range(EACH // connections):
                    await talk.ask(DATA_READ, str(name))
                await talk.ask("{ city { name } }", "last")
                while (await talk.hear()) != {"type": "complete", "id": "last"}:
                    pass
                listeners.append(Listener(talk))
        opened = time.perf_counter() - started
        await asyncio.sleep(2)
        idle = await cost(hub)

        each = EACH // connections
        started, used = time.perf_counter(), cpu_seconds(hub.process)
        answers = await asyncio.gather(*(hub.ask(NIK, token) for token in tokens))
        read = time.perf_counter()
        assert all(answer["data"]["me"]["nik"] for answer in answers)
        last = max([await listener.heard(each) for listener in listeners])
        used = cpu_seconds(hub.process) - used

        started_one = time.perf_counter()
        await hub.ask(NIK, tokens[0])
        one = max([await listener.heard(2 * each) for listener in listeners[:connections]]) - started_one
        for listener in listeners:
            listener.end()
    print(
        f"\n{store}, {len(listeners)} connections, {PEOPLE * EACH} subscriptions, opened in {opened:.1f} s: idle {idle:.2%} of a core"
        f" ({idle_alone:.2%} without them); {PEOPLE} readings at once took {read - started:.2f} s, all were told"
        f" {last - started:.2f} s after the first began ({used:.2f} s of CPU); one reading was told within {one:.3f} s"
    )
    assert last - read < WITHIN
    assert one < WITHIN
    assert idle < 0.02


async def cost(hub):
    """The part of a core that it uses."""
    before, started = cpu_seconds(hub.process), time.perf_counter()
    await asyncio.sleep(IDLE)
    return (cpu_seconds(hub.process) - before) / (time.perf_counter() - started)
