"""How the cost of an answer grows: with clients, with rows in the answer, with rows behind the answer, with workers."""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from bench.contest import Contestant, answered, take_turns
from bench.documents import CITY, COMMODITIES, example
from bench.figures import Kind, Row, Table
from bench.hubs import Hub
from bench.load import Asked
from bench.nginx import Nginx
from bench.places import HUB
from bench.plain.rows import ITEMS, SDL, items
from bench.processes import Stopped
from bench.run import Bench, contestants, posted
from bench.workloads.executed import PLACE, plain_hub
from bench.workloads.rows_in_memory import hubs

CLIENTS = (1, 10, 100, 1_000)
RECORDS = (10, 100, 1_000, 10_000, 100_000)
BEHIND = (10, 100, 1_000, 10_000, 100_000)
LINEAR = 10_000
"""With more records than these, the hub before takes seconds for each answer; only a full run waits for it."""
LONG = 3.0
"""Seconds of a turn of many clients, of which each waits for all others, and of one with large answers."""
WORKERS = (1, 2, 4)
PAGE = 1_000
PEER = "Mercurius + JIT"
KARIRHUB = """
[city]
name = "{city}"
code = "{code}"
timezone = "Asia/Jakarta"

[agencies.karirhub]
domain = "jobs"
connector = "karirhub"
name = "Karirhub"
url = "{url}"
limits = {{ timeout = 120, max_bytes = 100000000 }}
options = {{ page_size = 1000 }}
"""
COUNTED = "{ vacancies(first: 1) { totalCount nodes { title } } }"


def clients(bench: Bench) -> list[Table]:
    """From one to 1,000 at once."""
    rows: list[Row] = []
    data = bench.data(bench.hub(HUB), COMMODITIES)
    file = bench.rows_file(document=COMMODITIES, data=data)
    peer = bench.node_peer(PEER, file)
    try:
        there = [each for each in hubs(bench, (HUB,), COMMODITIES)[0] if each.kind is Kind.HUB]
        running, absent = contestants([peer], posted(COMMODITIES))
        glance = example("city-at-a-glance")
        glances = [each for each in hubs(bench, (HUB,), glance)[0] if each.kind is Kind.HUB]
        whole = bench.data(bench.hub(HUB), glance)
        for number in CLIENTS:
            turns = msgspec.structs.replace(bench.turns(connections=number, rounds=1), seconds=LONG)
            rows += _at(number, take_turns([*there, *running], data, turns, say=bench.say), "clients")
            named = [msgspec.structs.replace(each, name=f"{each.name}, glance") for each in glances]
            rows += _at(number, take_turns(named, whole, turns, say=bench.say), "clients")
    finally:
        bench.end_peers([peer])
    told = "(a) and city-at-a-glance. An operation that the hub refuses (503 with Retry-After) counts under `failed`."
    return [Table(key="clients", title="Growth with clients", told=told, rows=rows + absent)]


def records(bench: Bench) -> list[Table]:
    """Rows in the answer, and rows behind the answer."""
    return [_in_the_answer(bench), _behind_the_answer(bench)]


def workers(bench: Bench) -> list[Table]:
    """From one process to four, on all cores."""
    rows: list[Row] = []
    cores = sorted(os.sched_getaffinity(0))
    document = example("city-at-a-glance")
    for number in WORKERS:
        bench.say(f"starting {number} workers")
        settings = {**PLACE.settings, "WORKERS": str(number), "SIMPUL_QUOTA": "0"}
        hub = bench.starter.start(f"workers {number}", bench.port(), settings=settings, cores=cores)
        try:
            data = bench.data(hub, document)
            contestant = Contestant(name="hub", kind=Kind.HUB, url=hub.url, process=hub.process, asked=posted(document))
            rows += _at(number, take_turns([contestant], data, bench.turns(rounds=1), say=bench.say), "workers")
        finally:
            bench.starter.end(hub)
    told = (
        f"City-at-a-glance, executed each time. The workers run on all {len(cores)} cores, and what asks them and the "
        "sandbox run on one of these, too. So the answers a second cannot grow beyond the cores. Quotas are off, "
        "because workers count them together only over a Redis."
    )
    return [Table(key="workers", title="Growth with workers", told=told, rows=rows)]


def _in_the_answer(bench: Bench) -> Table:
    rows: list[Row] = []
    for number in RECORDS:
        expected = {"items": items(number)}
        asked = posted(ITEMS)
        file = bench.rows_file(sdl=SDL, document=ITEMS, data=expected)
        peer = bench.node_peer(PEER, file)
        url, process = plain_hub(bench, PLACE, number=number)
        try:
            hub = Contestant(name=PLACE.name, kind=Kind.HUB, url=url, process=process, asked=asked)
            running, absent = contestants([peer], asked)
            turns = bench.turns(rounds=1, connections=2)
            if number > LINEAR:
                turns = msgspec.structs.replace(turns, seconds=LONG)
            rows += _at(number, absent + take_turns([hub, *running], expected, turns, say=bench.say), "rows")
        finally:
            bench.end_peers([peer])
            bench.processes.end(process)
    told = "The plain schema, ten fields a row, executed each time."
    return Table(key="records", title="Growth with rows in the answer", told=told, rows=rows)


def _behind_the_answer(bench: Bench) -> Table:
    rows: list[Row] = []
    folder = bench.folder / "vacancies"
    folder.mkdir(exist_ok=True)
    upstream = Nginx("vacancies", bench.processes, folder, bench.port(), bench.cores.load)
    sent = _sent(bench)
    versions: list[tuple[str, Kind, Path | None]] = [("hub", Kind.HUB, None)]
    if before := bench.options.before:
        versions.append((before.name, Kind.BEFORE, before.folder))
    for number in BEHIND:
        upstream.put({f"vacancies/{number}/{at}": page for at, page in enumerate(_pages(sent, number), 1)})
        text = KARIRHUB.format(url=f"{upstream.url}/{number}", city=CITY["name"], code=CITY["code"])
        agencies = bench.starter.agencies(Path(), f"karirhub-{number}", text)
        for name, kind, of in versions if number <= LINEAR or bench.options.full else versions[:1]:
            settings = PLACE.settings if kind is Kind.HUB else {}
            given: dict[str, Any] = {"of": of} if of else {}
            hub = bench.starter.start(
                f"{name} {number}",
                bench.port(),
                agencies=agencies,
                settings={**settings, "SIMPUL_QUERY_SECONDS": "120"},
                **given,
            )
            try:
                rows += _at(number, [_counted(bench, hub, name, kind, number)], "vacancies")
            finally:
                bench.starter.end(hub)
    bench.processes.end(upstream.process)
    told = "`vacancies(first: 1)`, executed each time over so many vacancies of one publisher."
    return Table(key="behind", title="Growth with rows behind the answer", told=told, rows=rows)


def _counted(bench: Bench, hub: Hub, name: str, kind: Kind, number: int) -> Row:
    data = bench.data(hub, COUNTED)
    if data["vacancies"]["totalCount"] != number:
        raise Stopped(f"{hub.name}: {data['vacancies']['totalCount']} vacancies, {number} were sent")
    contestant = Contestant(name=name, kind=kind, url=hub.url, process=hub.process, asked=posted(COUNTED))
    return take_turns([contestant], data, bench.turns(rounds=1, connections=2), say=bench.say)[0]


def _sent(bench: Bench) -> list[dict[str, Any]]:
    """The vacancies of the sandbox's Karirhub that are open in the city, as it sends them."""
    rows: list[dict[str, Any]] = []
    last, at = 1, 1
    while at <= last:
        path = f"/karirhub/karirhub/catalogue/v1/industrial-vacancies?page={at}&limit=100"
        body = json.loads(answered(bench.sandbox.url, Asked(path=path))[1])
        rows += body["data"]
        last, at = body["meta"]["last_page"], at + 1
    tomorrow = time.time() + 86_400
    here = CITY["name"].upper()
    return [each for each in rows if each.get("city_name") == here and each.get("expires_at", 0) > tomorrow]


def _pages(rows: list[dict[str, Any]], number: int) -> Iterable[bytes]:
    """So many of them, each with an id and a title of its own, in pages."""
    made = []
    for each in range(number):
        row = rows[each % len(rows)]
        title = "title" if "title" in row else "job_title"
        made.append({**row, "id": f"v{each:07d}", title: f"{row[title]} {each}"})
    last = max(1, -(-number // PAGE))
    for at in range(last):
        yield json.dumps(
            {
                "data": made[at * PAGE : (at + 1) * PAGE],
                "meta": {"last_page": last, "current_page": at + 1, "total": number},
            }
        ).encode()


def _at(number: int, rows: list[Row], of: str) -> list[Row]:
    return [msgspec.structs.replace(each, server=f"{each.server}, {number:,} {of}") for each in rows]
