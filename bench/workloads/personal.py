"""What is personal: a read that is recorded, and a booking that is held, confirmed and cancelled."""

import http.client
import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

from bench.contest import Contestant, answered, take_turns
from bench.documents import SLOTS, example
from bench.figures import Kind, Row, Table, percentile
from bench.hubs import Hub
from bench.install import ROOT
from bench.places import HUB
from bench.processes import Stopped
from bench.run import Bench, posted
from sandbox.registry import environment

STEPS = {"hold": "hold-slot", "confirm": "confirm-booking", "cancel": "cancel-booking"}
AGENCY = "gor-kota"
"""It keeps its bookings in a database of its own, which the hub asks over SQL."""


def run(bench: Bench) -> list[Table]:
    """Two tables."""
    mine = {"authorization": f"Bearer {bench.token('citizen')}"}
    document = example("my-property")
    running = [(bench.hub(HUB), Kind.HUB)]
    if before := bench.before():
        running.append((before, Kind.BEFORE))
    data, *_ = [bench.data(hub, document, mine) for hub, _ in running]
    reads = [
        Contestant(name=hub.name, kind=kind, url=hub.url, process=hub.process, asked=posted(document, mine))
        for hub, kind in running
    ]
    rows = take_turns(reads, data, bench.turns(connections=16), say=bench.say)
    rows = [_with_record(row, hub) for row, (hub, _) in zip(rows, running, strict=True)]
    bookings = [row for hub, kind in running for row in _bookings(bench, hub, kind, mine)]
    return [
        Table(
            key="personal",
            title="A personal read with its record, SQLite",
            told="my-property, unmasked: the agency is asked each time, and each reading is written into the chain "
            "first. 16 connections.",
            rows=rows,
        ),
        Table(
            key="booking",
            title="Hold, confirm, cancel, SQLite",
            told=f"One after another at {AGENCY}, each order asked of the agency.",
            rows=bookings,
        ),
    ]


def _with_record(row: Row, hub: Hub) -> Row:
    """With what `record verify` says of the chain afterwards."""
    given = {**environment(), "SIMPUL_IDENTITY_SECRET": "bench " * 8, "SIMPUL_STORE_URL": f"sqlite:///{hub.store}"}
    command = [sys.executable, "server.py", "record", "verify", "--sandbox"]
    ran = subprocess.run(
        command, cwd=ROOT, env=given | {"SIMPUL_HEADS": ""}, check=False, capture_output=True, text=True
    )
    said = (ran.stdout.partition(";")[0] or ran.stderr).strip()
    return Row(server=row.server, kind=row.kind, values=row.values, note=row.note or f"record verify: {said}")


def _bookings(bench: Bench, hub: Hub, kind: Kind, mine: dict[str, str]) -> Iterator[Row]:
    slots = [
        each["code"]
        for venue in bench.data(hub, SLOTS)["venues"]["nodes"]
        for each in venue["slots"]["nodes"]
        if each["code"].startswith(f"{AGENCY}/")
    ]
    took: dict[str, list[float]] = {name: [] for name in STEPS}
    used: dict[str, list[float]] = {name: [] for name in STEPS}
    refused: list[str] = []
    documents = {name: example(file) for name, file in STEPS.items()}
    bench.say(f"bookings: {hub.name}")
    for slot in slots[10 : 10 + (100 if bench.options.full else 25)]:
        code = ""
        for name, document in documents.items():
            given = {"slot": slot, "idempotencyKey": str(uuid.uuid4())} if name == "hold" else {"booking": code}
            cpu, began = hub.process.cpu(), time.perf_counter()
            body = _asked(hub, document, mine, given)
            took[name].append((time.perf_counter() - began) * 1000)
            used[name].append((hub.process.cpu() - cpu) * 1000)
            if errors := body.get("errors"):
                refused.append(f"{name}: {errors[0]['extensions']['code']}")
                break
            code = next(iter(body["data"].values()))["code"]
    for name in STEPS:
        if not took[name]:
            raise Stopped(f"{hub.name}: no {name} was asked; {len(slots)} slots; {refused[:3]}")
        values = {
            "cpu_ms": statistics.median(used[name]),
            "p50_ms": statistics.median(took[name]),
            "p99_ms": percentile(took[name], 0.99),
            "answers": float(len(took[name])),
        }
        note = f"{len(refused)} refused, first {refused[0]}" if refused else ""
        yield Row(server=f"{hub.name}: {name}", kind=kind, values=values, note=note)


def _asked(hub: Hub, document: str, headers: dict[str, str], variables: dict[str, str]) -> Any:
    status, body = answered(hub.url, posted(document, headers, **variables))
    if status != 200:
        raise http.client.HTTPException(f"{hub.name}: {status} {body[:200].decode(errors='replace')}")
    return json.loads(body)
