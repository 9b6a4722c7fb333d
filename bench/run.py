"""One run: what it may use, the servers that it has started, and what workloads ask of it."""

import itertools
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bench.contest import Contestant, Turns, answered
from bench.equality import differences
from bench.figures import Kind, Row
from bench.hubs import Checkout, Hub, HubStarter, SandboxPlace, start_sandbox
from bench.install import BRAMBLE, GROMMET, ROOT, Missing, node_peers, python_peer
from bench.load import Asked
from bench.nginx import Nginx
from bench.places import Place
from bench.processes import Cores, Process, Processes, Stopped
from sandbox.sign_in import sign_in

SDL = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
NODE = {
    "Mercurius + JIT": "mercurius",
    "Yoga + JIT": "yoga",
    "Apollo Server": "apollo",
    "Yoga + JIT, answers kept": "yoga+kept",
    "Apollo Server, answers kept": "apollo+kept",
}
WARM, TRIES = 3, 20
"""So many equal answers in a row are asked for. The first ones may come too late, or from whoever answers sooner."""
ENGINES = ("Mercurius + JIT", "Yoga + JIT", "Apollo Server")
PYTHON = {"stock Strawberry": "strawberry", "bramble-graphql": "bramble", "grommet": "grommet"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run was asked for."""

    seconds: float
    rounds: int
    connections: int
    port: int
    full: bool
    before: Checkout | None
    peers: bool = True


class Peer(msgspec.Struct, frozen=True):
    """A peer that runs, or why it does not."""

    name: str
    url: str
    process: Process | None
    note: str = ""


class Bench:
    """What one run has. Servers that several workloads ask stay until its end."""

    def __init__(
        self, options: Options, processes: Processes, cores: Cores, folder: Path, say: Callable[[str], None]
    ) -> None:
        self.options = options
        self.processes = processes
        self.cores = cores
        self.folder = folder
        self.say = say
        self._ports = itertools.count(options.port)
        self._hubs: dict[str, Hub] = {}
        self._sandbox: SandboxPlace | None = None
        self._statics: Nginx | None = None
        self._names = itertools.count()

    def port(self) -> int:
        """One that nobody of this run has yet."""
        return next(self._ports)

    @property
    def sandbox(self) -> SandboxPlace:
        """The stand-in agencies, on the core of the load."""
        if self._sandbox is None:
            self._sandbox = start_sandbox(self.processes, self.folder, self.port(), self.cores.load)
        return self._sandbox

    @property
    def starter(self) -> HubStarter:
        """What starts hubs."""
        return HubStarter(self.processes, self.folder, self.sandbox, self.cores.server)

    def hub(self, place: Place) -> Hub:
        """The hub with these settings; it is started once."""
        if place.name not in self._hubs:
            self.say(f"starting {place.name}")
            self._hubs[place.name] = self.starter.start(place.name, self.port(), settings=place.settings)
        return self._hubs[place.name]

    def before(self) -> Hub | None:
        """The hub as it was, where a run asks for it."""
        of = self.options.before
        if of is None:
            return None
        if of.name not in self._hubs:
            self.say(f"starting {of.name}")
            self._hubs[of.name] = self.starter.start(of.name, self.port(), of=of.folder)
        return self._hubs[of.name]

    def end_hubs(self) -> None:
        """Let all hubs end, before what has to be alone."""
        for hub in self._hubs.values():
            self.processes.end(hub.process)
        self._hubs.clear()

    def token(self, account: str) -> str:
        """An access token of one of the sandbox's people."""
        return sign_in(f"{self.sandbox.url}/identity", account)

    def data(self, hub: Hub, document: str, headers: Mapping[str, str] | None = None) -> Any:
        """What the hub answers with warm sources, the same several times; raises `Stopped` where it does not."""
        asked = posted(document, headers)
        good, last = 0, None
        for _ in range(TRIES):
            status, raw = answered(hub.url, asked)
            body = json.loads(raw)
            if status != 200 or body.get("errors"):
                good = 0
            else:
                good = good + 1 if good and not any(differences(last, body["data"])) else 1
                last = body["data"]
            if good == WARM:
                return last
            if good < 2:
                time.sleep(0.3)
        raise Stopped(f"{hub.name}: {status} {str(body.get('errors'))[:300]}")

    def turns(self, connections: int | None = None, rounds: int | None = None) -> Turns:
        """As the run was asked for."""
        return Turns(
            rounds=rounds or self.options.rounds,
            seconds=self.options.seconds,
            connections=connections or self.options.connections,
            core=self.cores.load,
            folder=self.folder,
        )

    def rows_file(self, **rows: Any) -> Path:
        """A file as the peers read it."""
        path = self.folder / f"rows-{next(self._names)}.json"
        given = {"sdl": SDL, "data": {}, "upstream": None, "city": None, **rows}
        path.write_text(json.dumps(given), encoding="utf-8")
        return path

    def node_peer(self, name: str, rows: Path) -> Peer:
        """A peer in Node that runs."""
        try:
            modules = node_peers(self.say)
            port = self.port()
            command = ["node", ROOT / "bench" / "peers" / "peer.mjs", NODE[name], str(port), rows]
            environ = {"PEERS": str(modules.parent), "NODE_ENV": "production"}
            return self._started(name, command, port, environ)
        except (Missing, Stopped) as why:
            return Peer(name, "", None, str(why))

    def gateway(self, behind: Peer) -> Peer:
        """Hive Gateway in front of a peer that runs."""
        name = "Hive Gateway, answers kept"
        if behind.process is None:
            return Peer(name, "", None, f"{behind.name} does not run behind it")
        try:
            folder, port = node_peers(self.say).parent, self.port()
            shutil.copy(ROOT / "bench" / "peers" / "gateway.config.mjs", folder)
            program = folder / "node_modules" / ".bin" / "hive-gateway"
            place = ["-c", "gateway.config.mjs", "-h", "127.0.0.1", "-p", str(port), "--fork", "1"]
            environ = {"BEHIND": f"{behind.url}/graphql", "NODE_ENV": "production"}
            return self._started(name, ["node", program, "proxy", *place], port, environ, folder)
        except (Missing, Stopped, OSError) as why:
            return Peer(name, "", None, str(why))

    def python_peer(self, name: str, rows: Path) -> Peer:
        """A peer in Python that runs."""
        library = PYTHON[name]
        try:
            python: Path | str = python_of(library, self.say)
            port = self.port()
            command = [python, ROOT / "bench" / "peers" / "rows.py", library, str(port), rows]
            return self._started(name, command, port, {})
        except (Missing, Stopped) as why:
            return Peer(name, "", None, str(why))

    def _started(
        self, name: str, command: list[Any], port: int, environ: Mapping[str, str], cwd: Path | None = None
    ) -> Peer:
        url = f"http://127.0.0.1:{port}"
        process = self.processes.start(
            f"{name} {port}", command, core=self.cores.server, cwd=cwd or self.folder, environ=environ
        )
        return Peer(name, url, process.ready(f"{url}/graphql?query=%7B__typename%7D"))

    def end_peers(self, peers: list[Peer]) -> None:
        """Let them end."""
        for each in peers:
            if each.process:
                self.processes.end(each.process)

    @property
    def statics(self) -> Nginx:
        """Nginx with the same bytes, on the core of the servers."""
        if self._statics is None:
            folder = self.folder / "statics"
            folder.mkdir(exist_ok=True)
            self._statics = Nginx("nginx", self.processes, folder, self.port(), self.cores.server)
        return self._statics

    def front(self, key: str, data: Any) -> Contestant:
        """Nginx with this answer in a file."""
        self.statics.put({key: json.dumps({"data": data}, separators=(",", ":")).encode()})
        return Contestant(
            name="nginx, same bytes",
            kind=Kind.FRONT,
            url=self.statics.url,
            process=self.statics.process,
            asked=Asked(path=f"/{key}"),
        )


def python_of(library: str, say: Callable[[str], None]) -> Path | str:
    """The interpreter that has the library; raises `Missing`."""
    if library == "strawberry":
        return sys.executable
    return python_peer(library, BRAMBLE if library == "bramble" else GROMMET, say)


def posted(document: str, headers: Mapping[str, str] | None = None, **variables: Any) -> Asked:
    """A document by POST."""
    body = {"query": document} | ({"variables": variables} if variables else {})
    return Asked(json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})})


def contestants(peers: list[Peer], asked: Asked) -> tuple[list[Contestant], list[Row]]:
    """Those that run, and a row for each that does not."""
    running = [
        Contestant(name=each.name, kind=Kind.PEER, url=each.url, process=each.process, asked=asked)
        for each in peers
        if each.process
    ]
    return running, [Row(server=each.name, kind=Kind.PEER, note=each.note) for each in peers if not each.process]
