"""The tables of docs/scaling.md, between their marks."""

import re
from collections.abc import Callable, Mapping

from bench.scaling.demand import Costs, Demand
from bench.scaling.plan import Plan, plan_of, response
from bench.scaling.queues import mean_wait, wait_at
from bench.scaling.simulation import Simulated, simulate

CDN = 0.8
"""The part of public operations that a CDN is taken to answer, in its table."""
SIMULATED = 60.0


def written(page: str, places: Mapping[str, Demand], costs: Costs) -> str:
    """The page with its tables renewed; raises ValueError where a mark is missing."""
    name, demand = next(iter(places.items()))
    servers = plan_of(demand, costs).station.servers
    simulated = simulate(demand, costs, servers=servers, seconds=SIMULATED, seed=1, warm=demand.life)
    tables = {
        "costs": table_of_costs(costs),
        "places": table_of_places(places, costs),
        "cdn": table_of_places(places, costs, cdn=CDN),
        "resources": table_of_resources(places, costs),
        "simulation": table_of_simulations({name: (demand, simulated)}, costs),
    }
    for mark, table in tables.items():
        page, found = re.subn(
            rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)",
            lambda marks, table=table: f"{marks[1]}\n{table}\n\n{marks[2]}",  # type: ignore[misc]
            page,
            flags=re.DOTALL,
        )
        if found != 1:
            raise ValueError(f"the page has {found} places for the table {mark}")
    return page


def table_of_costs(costs: Costs) -> str:
    """What was measured."""
    rows = [
        ("a kept answer, asked again (a)", f"{costs.kept:.3f} ms"),
        ("a public answer that is executed (d, two domains)", f"{costs.executed:.2f} ms"),
        ("city-at-a-glance of a citizen (d, six domains)", f"{costs.citizen:.2f} ms"),
        ("a personal read with its record", f"{costs.personal:.2f} ms"),
        ("an order of a booking, on average", f"{costs.booking:.2f} ms"),
        ("recorded reads of one process on SQLite", f"{costs.recorded_a_second:,.0f} a second"),
    ]
    lines = [
        "| operation | processor time of the hub |",
        "| --- | --: |",
        *(f"| {one} | {other} |" for one, other in rows),
    ]
    return "\n".join([*lines, "", f"Measured on {costs.date} with `{costs.command}`."])


def table_of_places(places: Mapping[str, Demand], costs: Costs, *, cdn: float = 0.0) -> str:
    """What each needs in its busiest second."""
    plans = {name: plan_of(demand, costs, cdn=cdn) for name, demand in places.items()}
    rows: dict[str, Callable[[Plan], str]] = {
        "operations at the hub, a second": lambda plan: f"{plan.rate:,.0f}",
        "public answers that are kept": lambda plan: f"{plan.hits:.0%}",
        "processor time of an operation, mean": lambda plan: f"{plan.station.mean * 1000:.2f} ms",
        "processes of the hub, a core each": lambda plan: f"{plan.station.servers:,}",
        "how busy they are": lambda plan: f"{plan.station.utilization:.0%}",
        "at the hub, mean": lambda plan: f"{response(plan) * 1000:.1f} ms",
        "wait for a process, p99": lambda plan: f"{wait_at(plan.station, 0.99) * 1000:.1f} ms",
        "operations of Redis, a second": lambda plan: f"{plan.redis:,.0f}",
        "transactions of PostgreSQL, a second": lambda plan: f"{plan.commits:,.0f}",
        "calls to all agencies, a second": lambda plan: f"{plan.calls:,.0f}",
        "of these for one person, a second": lambda plan: f"{plan.personal_calls:,.0f}",
    }
    lines = [f"| in the busiest second | {' | '.join(places)} |", f"| --- |{' --: |' * len(places)}"]
    lines += [f"| {name} | {' | '.join(told(plan) for plan in plans.values())} |" for name, told in rows.items()]
    return "\n".join(lines)


def table_of_resources(places: Mapping[str, Demand], costs: Costs) -> str:
    """How much of one of each the busiest second takes, and what gives way first."""
    plans = {name: plan_of(demand, costs) for name, demand in places.items()}
    names = [each.name for each in next(iter(plans.values())).resources]
    lines = [f"| what there is one of | {' | '.join(places)} |", f"| --- |{' --: |' * len(places)}"]
    for number, name in enumerate(names):
        lines.append(f"| {name} | {' | '.join(_part(plan, number) for plan in plans.values())} |")
    lines.append(f"| gives way first | {' | '.join(plan.first.name for plan in plans.values())} |")
    lines.append(f"| and with enough processes | {' | '.join(plan.next.name for plan in plans.values())} |")
    return "\n".join(lines)


def _part(plan: Plan, number: int) -> str:
    used = plan.resources[number].utilization
    return f"{used:.0%}" if used < 1 else f"**{used:,.1f} x**"


def table_of_simulations(found: Mapping[str, tuple[Demand, Simulated]], costs: Costs) -> str:
    """The model and the simulation beside each other."""
    lines = ["| | by the model | by the simulation |", "| --- | --: | --: |"]
    for name, (demand, seen) in found.items():
        plan = plan_of(demand, costs)
        lines += [
            f"| {name}: processes | {plan.station.servers} | {plan.station.servers} |",
            f"| public answers that are kept | {plan.hits:.1%} | {seen.hits:.1%} |",
            f"| how busy the processes are | {plan.station.utilization:.1%} | {seen.utilization:.1%} |",
            f"| wait, mean | {mean_wait(plan.station) * 1000:.2f} ms | {seen.wait * 1000:.2f} ms |",
            f"| wait, p99 | {wait_at(plan.station, 0.99) * 1000:.1f} ms | {seen.wait_p99 * 1000:.1f} ms |",
            f"| at the hub, mean | {response(plan) * 1000:.2f} ms | {seen.response * 1000:.2f} ms |",
        ]
    return "\n".join(lines)
