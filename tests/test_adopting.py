"""docs/adopting.md, followed word by word: from nothing to a hub of another city, with its first page."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import ROOT
from tests.with_hub import free_port

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGE = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")


class Reader:
    """Somebody who follows the page in a shell, at ports that are free."""

    def __init__(self, home: Path) -> None:
        self.ports = {usual: str(free_port()) for usual in ("8000", "8100")}
        self.log, self._begun = home / "log", home / "begun"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIMPUL_")}
        self._environ = kept | {"HOME": str(home), "PORT": self.ports["8000"], "SIMPUL_HEADS": ""}

    def follow(self, commands: str) -> tuple[int, str]:
        """What the commands of a block print. One that ends with & goes on; it is stopped at the end."""
        for usual, free in self.ports.items():
            commands = commands.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{free}")
        commands = commands.replace("-m sandbox &", f"-m sandbox --port {self.ports['8100']} &")
        commands = commands.replace(".venv/bin/python", sys.executable)
        beside = f' >>"{self.log}" 2>&1 & echo $! >>"{self._begun}"'
        script = "\n".join(line.removesuffix(" &") + beside * line.endswith(" &") for line in commands.splitlines())
        with self.log.open("ab") as log:
            command = ["bash", "-ec", script]
            done = subprocess.run(
                command, cwd=ROOT, env=self._environ, stdout=subprocess.PIPE, stderr=log, check=False, text=True
            )
        return done.returncode, done.stdout

    def stop(self) -> None:
        """End what goes on."""
        for pid in self._begun.read_text(encoding="utf-8").split() if self._begun.exists() else ():
            os.kill(int(pid), signal.SIGTERM)


async def fetched(url):
    """The status and the text of a page, as a browser asks for it; None while nothing listens."""
    async with aiohttp.ClientSession(headers={"Accept": "text/html"}) as session:
        try:
            async with session.get(url) as response:
                return response.status, await response.text()
        except aiohttp.ClientConnectorError:
            return None


async def until_it_listens(url):
    async with asyncio.timeout(120):
        while await fetched(url) is None:
            await asyncio.sleep(0.1)


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path)
    yield reader
    reader.stop()


async def test_the_page_leads_to_a_hub_of_another_city(reader, tmp_path):
    blocks = iter(BLOCK.findall(PAGE))

    def follow(expected=0):
        language, text = next(blocks)
        assert language == "sh"
        code, said = reader.follow(text)
        assert code == expected, (text, said, reader.log.read_text(encoding="utf-8"))
        return said

    follow()
    assert {each.name for each in (tmp_path / "umpama").iterdir()} == {"agencies.toml", "regions.csv", "logo.svg"}
    follow(expected=1)  # something is left to fill in
    follow()
    said = follow()
    assert said == next(blocks)[1]
    follow()
    follow()
    await until_it_listens(f"http://127.0.0.1:{reader.ports['8100']}")
    said = follow()
    assert [line.split()[0] for line in said.splitlines()[1:3]] == ["karirhub", "hisab"]
    follow()
    hub = f"http://127.0.0.1:{reader.ports['8000']}"
    await until_it_listens(hub)
    answer, shown = json.loads(follow()), json.loads(next(blocks)[1])
    assert {"data": answer["data"]} == shown
    assert next(blocks, None) is None
    for page in ("/", "/graphql"):
        status, text = await fetched(f"{hub}{page}")
        assert status == 404 or "Kabupaten Umpama" in text, page
