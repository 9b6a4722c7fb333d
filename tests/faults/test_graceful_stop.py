"""A hub that is told to stop: no answer that was begun is lost, nobody waits longer than is said, and it ends."""

import asyncio
import contextlib
import signal
from contextlib import AsyncExitStack

import aiohttp
import pytest

from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import ROOT
from tests.faults.questions import BEDS
from tests.talking import DATA_READ, Talk
from tests.venues.processes import hub_running, token_of

HELD = "rs-contoh-benda"
GUARD = 60.0


@pytest.fixture
async def stopping(tmp_path):
    """A hub in a process of its own, on a sandbox, and whoever is connected to it."""
    async with AsyncExitStack() as stack, asyncio.timeout(GUARD):
        sandbox = await stack.enter_async_context(running(port=0))
        text = (ROOT / "agencies.toml").read_text(encoding="utf-8").replace("http://127.0.0.1:8100", sandbox.url)
        path = tmp_path / "agencies.toml"
        path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
        settings = {**environment(), "SIMPUL_FOLLOW": "false", "SIMPUL_SERVER__SHUTDOWN": "10"}
        hub = await stack.enter_async_context(hub_running(path, f"sqlite:///{tmp_path}/store.db", **settings))
        yield hub, sandbox


async def begun(hub, sandbox):
    """A question whose agency has been called and has not answered."""
    sandbox.control.hold(HELD)
    asking = asyncio.create_task(hub.ask(BEDS.format(HELD)))
    while not sandbox.control.hits(HELD):
        await asyncio.sleep(0.01)
    return asking


async def lets_in(hub):
    """Whether somebody new gets in; the hub hears the signal a moment later."""
    try:
        async with aiohttp.ClientSession() as other, other.get(f"{hub.url}/healthz"):
            return True
    except aiohttp.ClientConnectionError:
        return False


async def test_what_was_begun_is_answered_and_who_listens_is_told(stopping):
    hub, sandbox = stopping
    token = token_of(sandbox, 1)
    address = f"{hub.url}/graphql".replace("http", "ws")
    async with hub.session.ws_connect(address, protocols=("graphql-transport-ws",)) as socket:
        talk = Talk(socket)
        await talk.begin({"authorization": f"Bearer {token}"})
        await talk.ask(DATA_READ, "1")
        asking = await begun(hub, sandbox)
        hub.process.send_signal(signal.SIGTERM)
        while await lets_in(hub):
            await asyncio.sleep(0.01)
        assert not asking.done()
        sandbox.control.release(HELD)
        answer = await asking
        assert "errors" not in answer
        assert answer["data"]["hospital"]["beds"]["capacity"] > 0
        while (said := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert (said.type, said.data) == (aiohttp.WSMsgType.CLOSE, 1012)
    assert await hub.process.wait() == -signal.SIGTERM


async def test_an_agency_that_never_answers_keeps_no_hub_from_its_end(stopping):
    hub, sandbox = stopping
    asking = await begun(hub, sandbox)
    hub.process.send_signal(signal.SIGTERM)
    answer = await asking
    (error,) = answer["errors"]
    assert error["extensions"]["agency"] == HELD
    assert error["extensions"]["code"] in {"AGENCY_UNAVAILABLE", "DEADLINE_EXCEEDED"}
    assert await hub.process.wait() == -signal.SIGTERM


async def test_a_stream_of_events_is_cut_at_once_so_that_its_client_connects_again(stopping):
    """To a client, an end in order would mean that there is no more to hear. The hub waits for no stream."""
    hub, sandbox = stopping
    wanted = {"Accept": "text/event-stream"}
    body = {"query": "subscription { agencyStatus { code } }"}
    async with hub.session.post(f"{hub.url}/graphql", json=body, headers=wanted) as response:
        assert response.status == 200
        asking = await begun(hub, sandbox)
        hub.process.send_signal(signal.SIGTERM)
        heard = bytearray()
        with contextlib.suppress(aiohttp.ClientPayloadError):
            while part := await response.content.readany():
                heard += part
        assert isinstance(response.content.exception(), aiohttp.ClientPayloadError)
        assert b"complete" not in heard
        assert not asking.done()
    sandbox.control.release(HELD)
    assert "errors" not in await asking
    assert await hub.process.wait() == -signal.SIGTERM
