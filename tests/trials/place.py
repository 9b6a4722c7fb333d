"""Where a trial takes place: a copy of the project, whose commands are run as the pages give them, at ports that are free."""

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import textwrap
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from tests.conftest import ROOT
from tests.following import BY_MAKE, copy_of_project
from tests.with_hub import free_port

USUAL = ("8000", "8100")
"""The ports of the hub and of the sandbox, as the pages name them."""
PATIENCE = 120.0
"""Seconds until a hub must answer: a guard, and no promise."""


class Block(NamedTuple):
    """A block of code on a page."""

    language: str
    text: str


class Answer(NamedTuple):
    """What came back: the status, the headers, and the body, read as JSON where it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


def blocks_of(page: str, heading: str = "") -> list[Block]:
    """The blocks of code on a page of the project, such as `docs/keys.md`; those below one heading if it is named."""
    found, title, language, block = [], "", None, ""
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines(keepends=True):
        if fence := re.fullmatch(r" *```(\w*)\n", line):
            if language is not None and heading in ("", title):
                found.append(Block(language, textwrap.dedent(block)))
            language, block = (fence[1], "") if language is None else (None, "")
        elif language is not None:
            block += line
        elif line.startswith("#"):
            title = line.strip("# \n")
    assert found, f"{page} has no block of code below {heading}"
    return found


class Place:
    """A copy of the project in a folder of its own. `environ` is what its user has set in the shell."""

    def __init__(self, folder: Path) -> None:
        self.copy = folder / "copy"
        copy_of_project(self.copy)
        self.ports = {usual: str(free_port()) for usual in USUAL}
        self.hub, self.sandbox = (f"http://127.0.0.1:{self.ports[usual]}" for usual in USUAL)
        for agencies in (self.copy / "city", *(self.copy / "cities").iterdir()):
            file = agencies / "agencies.toml"
            file.write_text(self.here(file.read_text(encoding="utf-8")), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIMPUL_")}
        self.environ = {name: value for name, value in kept.items() if name not in BY_MAKE}
        self.environ |= {"PORT": self.ports["8000"], "SIMPUL_STORE_URL": f"sqlite:///{folder}/store.db"}
        self.log = folder / "log"

    def here(self, text: str) -> str:
        """The same text, with the addresses of this place."""
        for usual, free in self.ports.items():
            text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{free}")
        return text

    async def run(self, commands: str, *, fails: bool = False, **environ: str) -> str:
        """What these commands print. They end well, unless it is said that they fail."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *("bash", "-ec", self.here(commands)),
                cwd=self.copy,
                env=self.environ | environ,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
            said, _ = await process.communicate()
        assert bool(process.returncode) is fails, (commands, said.decode(), self.log.read_text(encoding="utf-8"))
        return said.decode()

    @asynccontextmanager
    async def running(self, command: str = "make run", *, url: str = "", **environ: str) -> AsyncIterator[None]:
        """A command that goes on, from when a hub is ready there until Ctrl-C."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *shlex.split(self.here(command)),
                cwd=self.copy,
                env=self.environ | environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            await self._until_ready(url or self.hub, lambda: process.returncode is not None)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            await process.wait()

    async def _until_ready(self, url: str, ended: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while True:
                assert not ended(), self.log.read_text(encoding="utf-8")
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{url}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.1)

    async def token(self, account: str) -> str:
        """An access token of the sandbox, as docs/sandbox.md says."""
        return (await self.run("make -s token", AS=account)).strip()

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        """One question to the hub, in English. The name of a header has `_` for `-`."""
        sent = {"accept-language": "en"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send("POST", "/graphql", json={"query": query, "variables": variables}, headers=sent)

    async def send(self, method: str, path: str, **given: Any) -> Answer:
        """Any request to the hub."""
        async with aiohttp.ClientSession() as session, session.request(method, f"{self.hub}{path}", **given) as found:
            text = await found.text()
            return Answer(found.status, found.headers, json.loads(text) if "json" in found.content_type else text)
