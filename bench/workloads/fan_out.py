"""(b) A fan-out that is fetched each time: posts, and then the users that they name. Three rows, never mixed."""

import json
import sys
from typing import Any

import msgspec

from bench.contest import Contestant, take_turns
from bench.figures import Kind, Row, Table
from bench.goals import NGINX
from bench.install import ROOT, Missing
from bench.nginx import Nginx
from bench.places import HUB
from bench.plain.rows import POSTS, SDL, fanned_out, posts, users
from bench.processes import Stopped
from bench.run import ENGINES, Bench, Peer, contestants, posted
from bench.workloads.executed import PLACE, plain_hub

CALLS = 2
IN_FLIGHT = "hub, equal operations in flight"
CLIENTS = 32
"""Connections where operations share, as in the trial from which the goals were taken: so many can be in flight."""
FRONT_IN_FLIGHT = f"{NGINX}, {CLIENTS} connections"


def run(bench: Bench) -> list[Table]:
    """One table. The upstream counts, so an answer that came from a cache is void here."""
    folder = bench.folder / "upstream"
    folder.mkdir(exist_ok=True)
    upstream = Nginx("upstream", bench.processes, folder, bench.port(), bench.cores.load)
    upstream.put({"posts": json.dumps(posts()).encode(), "users": json.dumps(users()).encode()})
    expected, asked = fanned_out(), posted(POSTS)
    hubs = {
        "hub, strict": plain_hub(bench, PLACE, upstream=upstream.url),
        "hub, equal upstream bytes": plain_hub(bench, PLACE, upstream=upstream.url, protocol="bench-steady"),
        IN_FLIGHT: plain_hub(bench, HUB, upstream=upstream.url, protocol="bench-shared"),
    }
    file = bench.rows_file(sdl=SDL, document=POSTS, upstream=upstream.url)
    peers = [*(bench.node_peer(each, file) for each in ENGINES), strawberry(bench, upstream.url)]
    try:
        ours = [
            Contestant(name=name, kind=Kind.HUB, url=url, process=process, asked=asked, calls=name != IN_FLIGHT)
            for name, (url, process) in hubs.items()
        ]
        running, rows = contestants(peers, asked)
        front = msgspec.structs.replace(bench.front("b", expected), calls=False)
        alone = [each for each in ours if each.name != IN_FLIGHT]
        rows += _turns(bench, [*alone, *running, front], expected, upstream)
        together = [each for each in ours if each.name == IN_FLIGHT]
        rows += _turns(
            bench, [*together, msgspec.structs.replace(front, name=FRONT_IN_FLIGHT)], expected, upstream, CLIENTS
        )
    finally:
        bench.end_peers(peers)
        for _, process in hubs.values():
            bench.processes.end(process)
        bench.processes.end(upstream.process)
    told = (
        "The upstream is nginx, and counts. Strict: both calls are made for each answer, which is made from them. "
        "Equal upstream bytes: both calls are made, and bytes that are those of the last time are not read again. "
        "Equal operations in flight: what is fetched is kept for 1 ms, so that operations that run at once share it. "
        f"For these there are {CLIENTS} connections."
    )
    return [
        Table(contest=True, key="b", title="(b) A fan-out fetched each time, two calls upstream", told=told, rows=rows)
    ]


def _turns(
    bench: Bench, servers: list[Contestant], expected: Any, upstream: Nginx, connections: int | None = None
) -> list[Row]:
    turns = bench.turns(connections)
    return take_turns(servers, expected, turns, upstream=upstream.asked, calls=CALLS, say=bench.say)


def strawberry(bench: Bench, upstream: str) -> Peer:
    """Stock Strawberry with a DataLoader."""
    name, port = "stock Strawberry", bench.port()
    command = [sys.executable, ROOT / "bench" / "peers" / "fan_out.py", str(port), upstream]
    address = f"http://127.0.0.1:{port}"
    try:
        process = bench.processes.start(f"{name} {port}", command, core=bench.cores.server, cwd=bench.folder)
        return Peer(name, address, process.ready(f"{address}/graphql?query=%7B__typename%7D"))
    except (Missing, Stopped) as why:
        return Peer(name, "", None, str(why))
