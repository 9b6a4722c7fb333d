"""docs/benchmarks.md, written from the figures of a run."""

from collections.abc import Callable, Iterable

from bench.figures import Kind, Results, Row, Table, best_peer
from bench.goals import GOALS


def number(value: float) -> str:
    """With as many digits as it deserves."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _fine(value: float) -> str:
    return f"{value:.2f}"


HEADS: dict[str, tuple[str, Callable[[float], str]]] = {
    "per_cpu": ("answers/CPU-s", number),
    "cpu_ms": ("CPU ms", number),
    "per_second": ("answers/s", number),
    "p50_ms": ("p50 ms", number),
    "p99_ms": ("p99 ms", number),
    "rss_mb": ("RSS MB", _whole),
    "failed": ("failed", _whole),
    "upstream": ("calls upstream", _fine),
    "first_ms": ("first answer ms", number),
    "over_ms": ("overhead ms, median", number),
    "over_p99_ms": ("overhead ms, p99", number),
    "calls": ("calls", _whole),
    "listening_s": ("start to listening, s", _fine),
    "listening_cpu_s": ("start, CPU-s", _fine),
    "rest_mb": ("at rest", _whole),
    "clients_mb": ("after 1,000 clients", _whole),
    "given_back_mb": ("given back", _whole),
    "unique_half_mb": ("half of the unique", _whole),
    "unique_mb": ("all unique", _whole),
    "unique": ("unique", _whole),
    "answers": ("answers", _whole),
}
"""The columns, in their order; a table has those that one of its rows has a value for."""

ORDER = (Kind.HUB, Kind.BEFORE, Kind.PEER, Kind.FRONT)

HEAD = """# Benchmarks

`make bench` measures the hub beside its peers and writes this page. Do not edit it. Everything is on: authorization,
provenance, limits, quotas, metrics and the log.

Each server runs on one core. What asks it, and what stands behind it, runs on another. Each answer is compared with
the hub's before it is timed and after it, and what differs is not timed. The servers take turns (A B A B …), and a
table shows the medians of the rounds. *Answers/CPU-s* are answers for each second of processor time of the server's
own processes. A busy machine changes this figure less than any other, so the goals are judged by it. In brackets are
the lowest and the highest round.

```sh
make bench                                           # about ten minutes; it needs wrk, nginx, node, npm and two cores
make bench ARGS="--before 98f3d9c"                   # and the hub of this commit in the same turns
make bench ARGS="--only a,c1 --seconds 2 --rounds 5" # some workloads, for longer
make bench ARGS="--full"                             # more of everything, and an hour of unique documents
make profile                                         # where the hub's processor time goes
```

The peers are installed from the registries into `.simpul/bench`, or where `BENCH_CACHE` says. Their versions are pinned
in `bench/peers/package.json`. Everything listens on this machine alone, and ends with the run.
"""


def page(results: Results) -> str:
    """The whole page."""
    parts = [HEAD, f"Measured on {results.date} with `{results.command}`.\n", _goals(results)]
    parts += [_section(each) for each in results.tables]
    parts += ["## The machine\n", _pairs("part", results.machine), "## Versions\n", _pairs("program", results.versions)]
    return "\n".join(parts)


def _goals(results: Results) -> str:
    lines = ["## Goals\n", "| workload | goal | measured | |", "| --- | --- | --: | --- |"]
    for goal in GOALS:
        found = goal.measured(results)
        measured = "-" if found is None else f"{number(found)}{goal.unit}"
        verdict = "not measured" if found is None else "met" if goal.met(found) else "**not met**"
        lines.append(f"| {goal.workload} | {goal.text} | {measured} | {verdict} |")
    return "\n".join([*lines, ""])


def _section(table: Table) -> str:
    return "\n".join(
        [f"## {table.title}\n", f"{table.told} `{table.command}` measures it again.\n", *lines_of(table), ""]
    )


def lines_of(table: Table) -> Iterable[str]:
    """The rows, the hub's first; and how each compares with the best peer, where there are peers."""
    if not table.rows:
        return
    heads = [name for name in HEADS if any(name in row.values for row in table.rows)]
    if "failed" in heads and not any(row.values.get("failed") for row in table.rows):
        heads.remove("failed")
    if "upstream" in heads and not any(row.values.get("upstream") for row in table.rows):
        heads.remove("upstream")
    best = best_peer(table) if table.contest else None
    names = [HEADS[name][0] for name in heads] + (["x best peer"] if best else [])
    yield f"| server | {' | '.join(names)} | |"
    yield f"| --- |{' --: |' * len(names)} --- |"
    for row in sorted(table.rows, key=lambda each: (ORDER.index(each.kind), not each.values)):
        cells = [_cell(row, name) for name in heads]
        if best:
            of = row.values.get("per_cpu")
            cells.append(number(of / best.values["per_cpu"]) if of else "-")
        name = f"**{row.server}**" if row.kind is Kind.HUB else row.server
        yield f"| {name} | {' | '.join(cells)} | {row.note} |"


def _cell(row: Row, name: str) -> str:
    if name not in row.values:
        return "-"
    text = HEADS[name][1](row.values[name])
    if name == "per_cpu" and "least" in row.values:
        text += f" ({number(row.values['least'])}-{number(row.values['most'])})"
    return text


def _pairs(head: str, pairs: dict[str, str]) -> str:
    lines = [f"| {head} | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in pairs.items())]
    return "\n".join([*lines, ""])
