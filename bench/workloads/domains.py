"""(d) Several domains in one answer, executed each time while the agencies' answers are kept."""

import re
import tomllib
from pathlib import Path
from typing import Any

from bench.contest import Contestant, take_turns
from bench.documents import CITY, TWO_DOMAINS, example
from bench.figures import Kind, Table
from bench.hubs import Hub
from bench.install import ROOT
from bench.run import ENGINES, PYTHON, Bench, contestants, posted
from bench.workloads.executed import PLACE
from bench.workloads.rows_in_memory import compete, hubs
from sandbox.kit.place import address
from sandbox.registry import environment

KINDS = {"aplicares", "karirhub"}
AGENCY = re.compile(r"\[+agencies\.([a-z0-9-]+)[.\]]")
PEERS_SDL = """
type Source { name: String! state: String changedAt: String }
type Beds { free: Int source: Source! }
type Hospital { name: String! beds: Beds }
type Problem { name: String! problem: String }
type Hospitals { totalCount: Int! nodes: [Hospital!]! unavailable: [Problem!]! }
enum HospitalOrder { NAME FREE_BEDS }
type Salary { minimum: Int maximum: Int }
type Vacancy { title: String! company: String salary: Salary source: Source! }
type Vacancies { totalCount: Int! nodes: [Vacancy!]! }
type Query {
  hospitals(first: Int, minFree: Int, orderBy: HospitalOrder): Hospitals
  vacancies(region: String, first: Int): Vacancies
}
"""


def six(bench: Bench) -> list[Table]:
    """City-at-a-glance, as a citizen and as anybody."""
    document = example("city-at-a-glance")
    mine = {"authorization": f"Bearer {bench.token('citizen')}"}
    told = "City-at-a-glance, with warm sources. Peers have the hub's answer as rows in memory and ask nobody who asks."
    anybody, _ = hubs(bench, (PLACE,), document)
    data = bench.data(bench.hub(PLACE), document)
    return [
        Table(
            contest=True,
            key="d6",
            title="(d) Six domains as a citizen, executed each time",
            told=told,
            rows=compete(bench, "d6", document, (PLACE,), headers=mine, names=(*ENGINES, *PYTHON)),
        ),
        Table(
            key="glance",
            title="(d) Six domains as anybody, executed each time",
            told="City-at-a-glance without a token; the hub alone.",
            rows=take_turns(anybody, data, bench.turns(), say=bench.say),
        ),
    ]


def two(bench: Bench) -> list[Table]:
    """Hospital beds and vacancies, against resolvers that were written by hand over the same sandbox."""
    running: list[tuple[Hub, Kind]] = []
    agencies = _two_domains(bench)
    before = bench.options.before
    running.append(
        (bench.starter.start(f"two {PLACE.name}", bench.port(), agencies=agencies, settings=PLACE.settings), Kind.HUB)
    )
    if before:
        running.append(
            (bench.starter.start(f"two {before.name}", bench.port(), of=before.folder, agencies=agencies), Kind.BEFORE)
        )
    asked = posted(TWO_DOMAINS)
    file = bench.rows_file(sdl=PEERS_SDL, city=_city(bench))
    peers = [bench.node_peer(each, file) for each in ("Mercurius + JIT", "Apollo Server")]
    try:
        expected, *_ = [bench.data(hub, TWO_DOMAINS) for hub, _ in running]
        there, rows = contestants(peers, asked)
        everybody = [
            Contestant(name=hub.name.removeprefix("two "), kind=kind, url=hub.url, process=hub.process, asked=asked)
            for hub, kind in running
        ]
        rows += take_turns([*everybody, *there], expected, bench.turns(), say=bench.say)
    finally:
        bench.end_peers(peers)
        for hub, _ in running:
            bench.starter.end(hub)
    told = (
        "Twelve hospitals over Aplicares, and Karirhub. Peers: resolvers written by hand over the same sandbox, a "
        "DataLoader, agencies' answers kept for as long as the hub keeps them. Only the hub says where an answer comes "
        "from (`extensions.sources`)."
    )
    return [Table(contest=True, key="d2", title="(d) Two domains, executed each time", told=told, rows=rows)]


def _chosen() -> dict[str, dict[str, Any]]:
    """The agencies of the two protocols, by their codes."""
    document = tomllib.loads((ROOT / "city" / "agencies.toml").read_text(encoding="utf-8"))
    return {code: each for code, each in document["agencies"].items() if each["connector"] in KINDS}


def _two_domains(bench: Bench) -> Path:
    """The file with these agencies alone."""
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    kept = [
        block
        for block in re.split(r"^(?=\[)", text, flags=re.MULTILINE)
        if block.startswith("[city]") or ((found := AGENCY.match(block)) and found[1] in _chosen())
    ]
    plain = re.sub(
        r"^(?:contact|security_contact|logo) = .*\n", "", "".join(kept), flags=re.MULTILINE
    )  # older hubs know none
    return bench.starter.agencies(ROOT, "two", plain)


def _city(bench: Bench) -> dict[str, Any]:
    """The same agencies as the peers' resolvers take them, with the secrets of the sandbox."""
    secrets = environment()
    hospitals, karirhub = [], {}
    for code, each in _chosen().items():
        url = each["url"].replace(address(), bench.sandbox.url)
        if each["connector"] == "karirhub":
            karirhub = {"name": each["name"], "url": url}
            continue
        known = {name: secrets[value.removeprefix("env:")] for name, value in each["credentials"].items()}
        hospital = {"code": code, "name": each["name"], "url": url, "ppk": each["options"]["ppk"]}
        hospitals.append(
            {**hospital, "consumer": known["cons_id"], "secret": known["secret"], "key": known["user_key"]}
        )
    return {"name": CITY["name"].upper(), "hospitals": hospitals, "karirhub": karirhub}
