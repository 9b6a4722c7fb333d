"""What the hub adds to the slowest agency where nothing is kept: the first answer of city-at-a-glance after a start."""

import json
import statistics
import time
from pathlib import Path

from bench.contest import answered
from bench.documents import example
from bench.figures import Kind, Row, Table, percentile
from bench.hubs import Hub
from bench.install import ROOT
from bench.load import Asked
from bench.processes import Stopped
from bench.run import Bench, posted

COPIED_WITHIN = 60.0
_READY = Asked(path="/readyz")


def run(bench: Bench) -> list[Table]:
    """One table. Each start has an empty store, and its copies of feeds are complete before it is asked."""
    bench.end_hubs()
    versions: list[tuple[str, Kind, Path]] = [("hub", Kind.HUB, ROOT)]
    if bench.options.before:
        versions.append((bench.options.before.name, Kind.BEFORE, bench.options.before.folder))
    starts: dict[str, list[dict[str, float]]] = {name: [] for name, _, _ in versions}
    for number in range(20 if bench.options.full else 4):
        for name, _, folder in versions:
            bench.say(f"cold start {number + 1}: {name}")
            starts[name].append(_start(bench, f"cold {name} {number}", folder))
    rows = [Row(server=name, kind=kind, values=_values(starts[name])) for name, kind, _ in versions]
    told = (
        "The first answer of city-at-a-glance after a start with an empty store, less the longest reading in it "
        "(`tookMs`)."
    )
    return [Table(key="cold", title="Cold: the overhead over the slowest agency", told=told, rows=rows)]


def _start(bench: Bench, name: str, folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    hub = bench.starter.start(name, bench.port(), of=folder, ready=False)
    try:
        hub.process.ready(f"{hub.url}/healthz")
        listening, used = time.perf_counter() - began, hub.process.cpu()
        _copied(hub)
        time.sleep(0.5)
        at_rest, lines = hub.process.rss(), hub.process.log.read_text(encoding="utf-8").count("\n")
        cpu, asked = hub.process.cpu(), posted(example("city-at-a-glance"))
        started = time.perf_counter()
        status, body = answered(hub.url, asked)
        first = (time.perf_counter() - started) * 1000
        cpu = (hub.process.cpu() - cpu) * 1000
        answer = json.loads(body)
        if status != 200 or answer.get("errors"):
            raise Stopped(f"{name}: {status} {str(answer.get('errors'))[:300]}")
        took = max(each["tookMs"] for each in answer["extensions"]["sources"])
        calls = [
            line
            for line in hub.process.log.read_text(encoding="utf-8").splitlines()[lines:]
            if '"event": "agency.call"' in line
        ]
    finally:
        bench.starter.end(hub)
    return {
        "listening_s": listening,
        "listening_cpu_s": used,
        "rss_mb": at_rest,
        "first_ms": first,
        "over_ms": first - took,
        "cpu_ms": cpu,
        "calls": float(len(calls)),
    }


def _copied(hub: Hub) -> None:
    ends = time.monotonic() + COPIED_WITHIN
    while time.monotonic() < ends:
        status, body = answered(hub.url, _READY)
        if status == 200 and all(each["fetchedAt"] for each in json.loads(body)["copies"]):
            return
        time.sleep(0.1)
    raise Stopped(f"{hub.name}: its copies are not there after {COPIED_WITHIN:.0f} s")


def _values(starts: list[dict[str, float]]) -> dict[str, float]:
    found = {name: statistics.median(each[name] for each in starts) for name in starts[0]}
    return found | {"over_p99_ms": percentile((each["over_ms"] for each in starts), 0.99)}
