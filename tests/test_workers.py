"""`server.py run --workers`: several processes at one place, one that watches, and an end of all together."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

import server
from tests.conftest import ROOT
from tests.profiles import CITY_NAME, here
from tests.with_hub import free_port

CONFIGURATION = here("""[city]
name = "Kota"
code = "${city}"
timezone = "Asia/Jakarta"

[agencies.hisab]
domain = "worship"
connector = "calculation"
name = "Hisab"
options = { latitude = -6.5, longitude = 107.5, changed_on = 2026-11-01, ramadan = [] }
""")
SECOND = CONFIGURATION[CONFIGURATION.index("[agencies") :].replace("hisab", "hisab-kedua")
GUARD = 60.0


def workers_of(process):
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
    return {int(each) for each in found.stdout.split()}


def is_there(process):
    return Path(f"/proc/{process}").exists()


async def answered(url, query):
    """What somebody answers there, over a connection of its own; None if nobody does."""
    with contextlib.suppress(aiohttp.ClientError):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}/graphql", json={"query": query}) as response,
        ):
            return (await response.json())["data"]
    return None


async def answers(url):
    return await answered(url, "{ city { name } }") == {"city": {"name": CITY_NAME}}


async def hung_up(process, path, configuration, told, said):
    """The file is changed, and the first process told so; until the log has so many lines of it."""
    path.write_text(configuration, encoding="utf-8")
    process.send_signal(signal.SIGHUP)

    async def taken():
        lines = said.read_text(encoding="utf-8").splitlines()
        return [sum(event in line for line in lines) for event in told] == [*told.values()]

    await until(taken)


async def until(true):
    async with asyncio.timeout(GUARD):
        while not await true():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_one_that_dies_is_started_again_and_all_end_together(tmp_path, how):
    path = tmp_path / "agencies.toml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    port, said = free_port(), tmp_path / "said"
    environ = {
        **os.environ, "PORT": str(port), "SIMPUL_AGENCIES": str(path), "SIMPUL_QUOTA": "0", "WORKERS": "2",
        "SIMPUL_STORE_URL": f"sqlite:///{tmp_path}/store.db",
    }  # fmt: skip
    with said.open("w") as output:
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "server.py", "run"],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(GUARD):
            while not await answers(url):
                assert process.poll() is None
                await asyncio.sleep(0.05)
        first = workers_of(process)
        assert len(first) == 2
        if how is signal.SIGTERM:
            told = {"configuration.taken": 2, "configuration.kept": 0}
            await hung_up(process, path, CONFIGURATION + SECOND, told, said)
            await hung_up(process, path, CONFIGURATION + "[agencies.x]\n", told | {"configuration.kept": 1}, said)
            os.kill(killed := min(first), signal.SIGKILL)

            async def replaced():
                now = workers_of(process)
                return len(now) == 2 and killed not in now

            await until(replaced)
            await until(lambda: answers(url))
            for _ in range(6):  # whichever it is that answers: the one that was there, or the new one
                found = await answered(url, "{ agencies { nodes { code } } }")
                assert found == {"agencies": {"nodes": [{"code": "hisab"}, {"code": "hisab-kedua"}]}}
    finally:
        left = workers_of(process)
        process.send_signal(how)
        code = await asyncio.to_thread(process.wait, GUARD)
    assert code == (-how if how is signal.SIGKILL else 0)

    async def gone():
        return not any(map(is_there, left)) and not await answers(url)

    await until(gone)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"PORT": "0", "SIMPUL_QUOTA": "0"}, "--workers: they listen at one port, which has to be named"),
        ({"PORT": "1"}, "--workers: each process would count by itself"),
    ],
)
def test_what_workers_cannot_share_stops_the_start(tmp_path, environ, told, monkeypatch):
    path = tmp_path / "agencies.toml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.setattr(server, "check_place", lambda *_: None)
    ended = CliRunner().invoke(server.cli, ["run", "--workers", "2"], env={"SIMPUL_AGENCIES": str(path), **environ})
    assert ended.exit_code == 2
    assert told in ended.stderr
