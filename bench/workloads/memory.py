"""Resident memory: at rest, after 1,000 clients at once, and after many documents that nobody asked before."""

import time

from bench.contest import answered
from bench.documents import COMMODITIES, example
from bench.figures import Kind, Row, Table
from bench.load import Asked, load
from bench.processes import Process
from bench.run import ENGINES, Bench, posted

CLIENTS = 1_000
UNIQUE = """
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, (wrk.body:gsub("a4001", "a" .. n)))
end
"""
GIVEN_BACK = 5.0


def run(bench: Bench) -> list[Table]:
    """One table. Each server is fresh and alone."""
    bench.end_hubs()
    rows = []
    hub = bench.starter.start("hub", bench.port())
    rows.append(_row(bench, "hub", Kind.HUB, hub.url, hub.process, document=example("city-at-a-glance")))
    data = bench.data(hub, COMMODITIES)
    bench.starter.end(hub)
    if before := bench.options.before:
        hub = bench.starter.start(before.name, bench.port(), of=before.folder)
        rows.append(_row(bench, before.name, Kind.BEFORE, hub.url, hub.process, document=example("city-at-a-glance")))
        bench.starter.end(hub)
    file = bench.rows_file(document=COMMODITIES, data=data)
    for name in (*ENGINES, "stock Strawberry"):
        peer = bench.node_peer(name, file) if name in ENGINES else bench.python_peer(name, file)
        if peer.process:
            rows.append(_row(bench, name, Kind.PEER, peer.url, peer.process, document=COMMODITIES))
        else:
            rows.append(Row(server=name, kind=Kind.PEER, note=peer.note))
        bench.end_peers([peer])
    told = (
        f"MB. {CLIENTS} clients at once ask the hub for city-at-a-glance, and a peer for (a). Refusals (503) count "
        f"as failed. Given back: {GIVEN_BACK:.0f} s later. Unique: after one half of the documents that all differ, "
        "and after all of them."
    )
    return [Table(key="memory", title="Resident memory", told=told, rows=rows)]


def _row(bench: Bench, name: str, kind: Kind, url: str, process: Process, *, document: str) -> Row:
    bench.say(f"memory: {name}")
    answered(url, posted(document))
    time.sleep(2)
    values = {"rest_mb": process.rss()}
    seconds = 30 if bench.options.full else 5
    came = load(
        url,
        posted(document),
        connections=CLIENTS,
        seconds=seconds,
        core=bench.cores.load,
        folder=bench.folder,
    )
    values |= {"clients_mb": process.rss(), "answers": float(came.answers), "failed": float(came.failed)}
    values |= {"p50_ms": came.p50, "p99_ms": came.p99}
    time.sleep(GIVEN_BACK)
    values["given_back_mb"] = process.rss()
    unique = posted("{ a4001: __typename b: commodities(first: 1) { totalCount } }")
    half = (1_800 if kind is Kind.HUB else 60) if bench.options.full else 4
    values["unique"] = 0.0
    for part in ("unique_half_mb", "unique_mb"):
        asked = Asked(unique.body, unique.headers, more=UNIQUE.replace("n = 0", f"n = {values['unique']:.0f}"))
        came = load(url, asked, connections=8, seconds=half, core=bench.cores.load, folder=bench.folder)
        values["unique"] += came.answers + 8
        values[part] = process.rss()
    return Row(server=name, kind=kind, values=values)
