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

HELD, SILENT = "rs-contoh-benda", "rs-contoh-pinang"
"""One whose answer comes late, and one that never answers."""
GUARD = 60.0


@pytest.fixture
async def stopping(tmp_path):
    """A hub in a process of its own, on a sandbox, and whoever is connected to it."""
    async with AsyncExitStack() as stack, asyncio.timeout(GUARD):
        sandbox = await stack.enter_async_context(running(port=0))
        text = (
            (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").replace("http://127.0.0.1:8100", sandbox.url)
        )
        path = tmp_path / "agencies.toml"
        path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
        settings = {**environment(), "SIMPUL_FOLLOW": "false", "SIMPUL_SERVER__SHUTDOWN": "10"}
        hub = await stack.enter_async_context(hub_running(path, f"sqlite:///{tmp_path}/store.db", **settings))
        yield hub, sandbox


async def begun(hub, sandbox, code):
    """A question whose agency has been called and has not answered."""
    sandbox.control.hold(code)
    asking = asyncio.create_task(hub.ask(BEDS.format(code)))
    while not sandbox.control.hits(code):
        await asyncio.sleep(0.01)
    return asking


async def lets_in(hub):
    """Whether somebody new gets in; the hub hears the signal a moment later."""
    try:
        async with aiohttp.ClientSession() as other, other.get(f"{hub.url}/healthz"):
            return True
    except aiohttp.ClientConnectionError:
        return False


async def test_what_was_begun_is_answered_and_who_listens_is_let_go(stopping):
    """To a client, the end in order of a stream of events would mean that there is no more to hear. So it is cut."""
    hub, sandbox = stopping
    address, events = f"{hub.url}/graphql".replace("http", "ws"), {"Accept": "text/event-stream"}
    subscription = {"query": "subscription { agencyStatus { code } }"}
    async with (
        hub.session.ws_connect(address, protocols=("graphql-transport-ws",)) as socket,
        hub.session.post(f"{hub.url}/graphql", json=subscription, headers=events) as stream,
    ):
        talk = Talk(socket)
        await talk.begin({"authorization": f"Bearer {token_of(sandbox, 1)}"})
        await talk.ask(DATA_READ, "1")
        asking, in_vain = await begun(hub, sandbox, HELD), await begun(hub, sandbox, SILENT)
        hub.process.send_signal(signal.SIGTERM)
        while await lets_in(hub):
            await asyncio.sleep(0.01)

        said = await socket.receive()
        assert (said.type, said.data) == (aiohttp.WSMsgType.CLOSE, 1012)
        heard = bytearray()
        with contextlib.suppress(aiohttp.ClientPayloadError):
            while part := await stream.content.readany():
                heard += part
        assert b"complete" not in heard
        assert isinstance(stream.content.exception(), aiohttp.ClientPayloadError)

        assert not asking.done()
        sandbox.control.release(HELD)
        answer = await asking
        assert "errors" not in answer
        assert answer["data"]["hospital"]["beds"]["capacity"] > 0
        (error,) = (await in_vain)["errors"]
        assert (error["extensions"]["code"], error["extensions"]["agency"]) == ("AGENCY_UNAVAILABLE", SILENT)
    assert await hub.process.wait() == -signal.SIGTERM
