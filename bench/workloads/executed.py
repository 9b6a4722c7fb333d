"""(c) Executed each time: 100 vacancies of ten fields, 46 charts, and the plain 1,000 rows of ten fields."""

import sys

from bench.contest import Contestant, take_turns
from bench.documents import CHARTS, VACANCIES
from bench.figures import Kind, Table
from bench.hubs import ALL_ON
from bench.install import ROOT
from bench.places import EXECUTED, HUB, UNPLANNED, Place
from bench.plain.rows import ITEMS, SDL, items
from bench.processes import Process
from bench.run import ENGINES, PYTHON, Bench, contestants, posted
from bench.workloads.rows_in_memory import compete

PLACE = EXECUTED if EXECUTED.known else HUB
PLACES = (PLACE, UNPLANNED)
LARGE = 2
"""Connections that ask for large answers, so that even a slow server ends some within a turn."""


def vacancies(bench: Bench) -> list[Table]:
    """(c1)."""
    told = "No answer is kept. Peers have the rows in memory."
    title = "(c1) Executed each time: 100 vacancies x 10 fields"
    return [Table(contest=True, key="c1", title=title, told=told, rows=compete(bench, "c1", VACANCIES, PLACES))]


def charts(bench: Bench) -> list[Table]:
    """(c2)."""
    told = "No answer is kept. Peers have the rows in memory."
    title = "(c2) Executed each time: 46 price charts, 5,692 fields"
    return [
        Table(
            contest=True, key="c2", title=title, told=told, rows=compete(bench, "c2", CHARTS, PLACES, connections=LARGE)
        )
    ]


def plain(bench: Bench) -> list[Table]:
    """The plain schema through the hub's engine."""
    expected = {"items": items(1_000)}
    asked = posted(ITEMS)
    hubs = [plain_hub(bench, PLACE)]
    file = bench.rows_file(sdl=SDL, document=ITEMS, data=expected)
    peers = [*(bench.node_peer(each, file) for each in ENGINES), *(bench.python_peer(each, file) for each in PYTHON)]
    try:
        there = [
            Contestant(name=PLACE.name, kind=Kind.HUB, url=url, process=process, asked=asked) for url, process in hubs
        ]
        running, absent = contestants(peers, asked)
        rows = absent + take_turns(
            [*there, *running, bench.front("plain", expected)], expected, bench.turns(LARGE), say=bench.say
        )
    finally:
        bench.end_peers(peers)
        for _, process in hubs:
            bench.processes.end(process)
    told = "A schema of the bench's own, run by the hub's engine with everything on. All have the rows in memory."
    return [
        Table(
            contest=True,
            key="plain",
            title="(c) Executed each time: the plain 1,000 rows x 10 fields",
            told=told,
            rows=rows,
        )
    ]


def plain_hub(
    bench: Bench, place: Place, *, upstream: str = "http://127.0.0.1:9", number: int = 1_000, protocol: str = "bench"
) -> tuple[str, Process]:
    """The hub's engine over the plain schema: its address and its process."""
    port = bench.port()
    settings = {
        **ALL_ON,
        **place.settings,
        "SIMPUL_STORE_URL": f"sqlite:///{bench.folder}/plain-{port}.db",
        "SIMPUL_LIMITS__COST": "100000000",
    }
    command = [sys.executable, "-m", "bench.plain", "--port", str(port), "--upstream", upstream, "--items", str(number)]
    command += ["--protocol", protocol]
    process = bench.processes.start(f"plain {port}", command, core=bench.cores.server, cwd=ROOT, environ=settings)
    url = f"http://127.0.0.1:{port}"
    return url, process.ready(f"{url}/graphql?query={'{__typename}'}").rests()
