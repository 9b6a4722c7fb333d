"""`python -m bench.scaling --people 2000000`: what a place of this size needs, by the model and by the simulation.

Each assumption is an option. `--costs-from` takes the costs from a run of `make bench`. `--write` renews the tables of
docs/scaling.md.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from bench.figures import Results, Row
from bench.install import ROOT
from bench.scaling.demand import Costs, Demand
from bench.scaling.page import table_of_costs, table_of_places, table_of_simulations, written
from bench.scaling.plan import plan_of
from bench.scaling.simulation import simulate

COSTS = Path(__file__).parent / "costs.json"
PAGE = ROOT / "docs" / "scaling.md"
PLACES = {
    "a city of 2 million": Demand(people=2_000_000),
    "a province of 12 million": Demand(people=12_000_000, cities=8),
    "a country of 280 million": Demand(people=280_000_000, cities=514),
}


def known_costs() -> Costs:
    """As they were last taken from a run."""
    return msgspec.json.decode(COSTS.read_bytes(), type=Costs)


def costs_from(results: Results, old: Costs) -> Costs:
    """The costs of a run; what it did not measure stays as it was."""

    def of(key: str, pick: Callable[[Row], bool], measure: str, otherwise: float) -> float:
        found = [each.values[measure] for each in results.rows(key) if pick(each) and measure in each.values]
        return sum(found) / len(found) if found else otherwise

    def hub(row: Row) -> bool:
        return row.server in {"hub", "hub, executed each time"}

    def booking(row: Row) -> bool:
        return row.server.startswith("hub: ")

    return msgspec.structs.replace(
        old,
        command=results.command,
        date=results.date,
        kept=of("a", lambda row: row.server == "hub", "cpu_ms", old.kept),
        executed=of("d2", hub, "cpu_ms", old.executed),
        citizen=of("d6", hub, "cpu_ms", old.citizen),
        personal=of("personal", hub, "cpu_ms", old.personal),
        booking=of("booking", booking, "cpu_ms", old.booking),
        recorded_a_second=of("personal", hub, "per_second", old.recorded_a_second),
    )


def options() -> argparse.ArgumentParser:
    """An option for each assumption."""
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description=__doc__)
    for name, kind in get_type_hints(Demand).items():
        default = {each.name: each.default for each in msgspec.structs.fields(Demand)}[name]
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=kind, default=argparse.SUPPRESS, help=f"default {default}"
        )
    parser.add_argument("--cdn", type=float, default=0.0, help="the part of public operations that a CDN answers")
    parser.add_argument("--simulate", type=float, default=60.0, metavar="SECONDS", help="0: only the model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--costs-from", type=Path, metavar="RESULTS.json", help="take the costs from a run, and keep them"
    )
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/scaling.md")
    return parser


def main(given: list[str]) -> int:
    """The status to end with."""
    chosen: dict[str, Any] = vars(options().parse_args(given))
    cdn, seconds, seed = chosen.pop("cdn"), chosen.pop("simulate"), chosen.pop("seed")
    source, writes = chosen.pop("costs_from"), chosen.pop("write")
    costs = known_costs()
    if source:
        costs = costs_from(msgspec.json.decode(source.read_bytes(), type=Results), costs)
        COSTS.write_bytes(msgspec.json.format(msgspec.json.encode(costs), indent=2) + b"\n")
    if writes:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), PLACES, costs), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    if "people" not in chosen:
        options().error("--people: how many there are")
    demand = Demand(**chosen)
    name = f"{demand.people:,} people"
    print(table_of_costs(costs), table_of_places({name: demand}, costs, cdn=cdn), sep="\n\n")
    if seconds:
        servers = plan_of(demand, costs).station.servers
        found = simulate(demand, costs, servers=servers, seconds=seconds, seed=seed, warm=demand.life)
        print("\nWithout a CDN, by the model and by the simulation:\n")
        print(table_of_simulations({name: (demand, found)}, costs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
