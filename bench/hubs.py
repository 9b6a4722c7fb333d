"""The hub as it is measured: on its sandbox, with authorization, provenance, limits, quotas, metrics and the log on."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.install import ROOT, Missing, cache
from bench.processes import Process, Processes
from sandbox.kit.place import address
from sandbox.registry import environment

ALL_ON = {
    "SIMPUL_QUOTA": "1000000000000",  # it is charged, and never reached
    "SIMPUL_SERVER__PER_ADDRESS": "5000",  # all clients have the one address
    "SIMPUL_SERVER__CONNECTIONS": "5000",
    "SIMPUL_HEADS": "",
    "SIMPUL_LOGS": "json",
    "SIMPUL_SERVER__SHUTDOWN": "1",
}


class SandboxPlace(NamedTuple):
    """Where the sandbox is, and the file of agencies that names it."""

    url: str
    folder: Path
    process: Process


def start_sandbox(processes: Processes, folder: Path, port: int, core: int) -> SandboxPlace:
    """The stand-in agencies, with databases of their own."""
    databases = folder / "sandbox"
    databases.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bench.stand_ins", "--port", str(port), "--folder", databases]
    process = processes.start("sandbox", command, core=core, cwd=ROOT)
    return SandboxPlace(url, databases, process.ready(f"{url}/identity/.well-known/openid-configuration"))


class Checkout(NamedTuple):
    """A version of the hub in a folder."""

    name: str
    folder: Path


def checkout(commit: str) -> Checkout:
    """The hub at this commit, in the cache; raises `Missing`."""
    folder = cache() / "checkouts" / commit
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=False, capture_output=True)
        if archive.returncode:
            raise Missing(f"--before {commit}: {archive.stderr.decode().strip()}")
        folder.mkdir()
        subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return Checkout(f"hub at {commit}", folder)


class Hub(NamedTuple):
    """A hub that runs."""

    name: str
    url: str
    process: Process
    store: Path


class HubStarter:
    """Starts hubs that share one sandbox, one after the other or together, each at a port of its own."""

    def __init__(self, processes: Processes, folder: Path, sandbox: SandboxPlace, core: int) -> None:
        self._processes = processes
        self._folder = folder
        self.sandbox = sandbox
        self._core = core

    def agencies(self, of: Path, name: str, text: str | None = None) -> Path:
        """The file of agencies of a checkout, or this text, with the addresses of the sandbox that runs."""
        places = (of / "city" / "agencies.toml", of / "agencies.toml")  # the second in older checkouts
        text = text or next(filter(Path.exists, places)).read_text(encoding="utf-8")
        text = text.replace(address(), self.sandbox.url).replace(":///.simpul/sandbox", f":///{self.sandbox.folder}")
        path = self._folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def start(
        self,
        name: str,
        port: int,
        *,
        of: Path = ROOT,
        agencies: Path | None = None,
        settings: Mapping[str, str] | None = None,
        cores: Collection[int] = (),
        ready: bool = True,
    ) -> Hub:
        """A hub that is ready and at rest: its copies are there, and what it builds behind the scenes."""
        key = name.replace(" ", "-")
        store = self._folder / f"{key}.db"
        given = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SIMPUL_")},
            **environment(),
            "SIMPUL_IDENTITY_SECRET": "bench " * 8,
            **ALL_ON,
            "SIMPUL_AGENCIES": str(agencies or self.agencies(of, key)),
            "SIMPUL_STORE_URL": f"sqlite:///{store}",
            **(settings or {}),
        }
        command = [sys.executable, "server.py", "run", "--port", str(port)]
        process = self._processes.start(name, command, core=cores or (self._core,), cwd=of, environ=given)
        url = f"http://127.0.0.1:{port}"
        if ready:
            process.ready(f"{url}/readyz").rests()
        return Hub(name, url, process, store)

    def end(self, hub: Hub) -> None:
        """Let it end."""
        self._processes.end(hub.process)
