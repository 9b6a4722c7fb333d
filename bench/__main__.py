"""`make bench`: the hub beside its peers, in turns; writes docs/benchmarks.md.

`make bench ARGS="--only a,c1 --seconds 2 --rounds 3"`. Without options a run takes about ten minutes.
"""

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import msgspec

from bench import report
from bench.figures import Results, Table
from bench.hubs import checkout
from bench.install import ROOT, Missing, cache, check_programs, node_peers
from bench.machine import machine, versions
from bench.processes import Cores, Processes, Stopped
from bench.run import Bench, Options
from bench.workloads import asked_again, beside_heavy, cold, domains, executed, fan_out, growth, memory, personal

WORKLOADS: dict[str, Callable[[Bench], list[Table]]] = {
    "a": asked_again.run,
    "b": fan_out.run,
    "c1": executed.vacancies,
    "c2": executed.charts,
    "plain": executed.plain,
    "d2": domains.two,
    "d6": domains.six,
    "p99": beside_heavy.run,
    "personal": personal.run,
    "clients": growth.clients,
    "cold": cold.run,
    "memory": memory.run,
    "records": growth.records,
    "workers": growth.workers,
}
LAST = ROOT / ".simpul" / "bench" / "results.json"


def chosen_from(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", help=f"some of {', '.join(WORKLOADS)}", metavar="a,c1")
    parser.add_argument("--seconds", type=float, help="a turn of one server takes; 1, or 3 in a full run")
    parser.add_argument("--rounds", type=int, help="turns of each server; 3, or 5 in a full run")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--port", type=int, default=9800, help="servers take this port and those above")
    parser.add_argument("--before", metavar="COMMIT", help="run the hub of this commit in the same turns")
    parser.add_argument("--full", action="store_true", help="more starts, more rows, an hour of unique documents")
    parser.add_argument("--json", type=Path, default=LAST, help="where the figures go")
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page that is written")
    parser.add_argument("--merge", action="store_true", help="keep the figures of the workloads that are not run now")
    chosen = parser.parse_args(arguments)
    chosen.seconds = chosen.seconds or (3.0 if chosen.full else 1.0)
    chosen.rounds = chosen.rounds or (5 if chosen.full else 3)
    chosen.only = chosen.only.split(",") if chosen.only else [*WORKLOADS]
    if unknown := [each for each in chosen.only if each not in WORKLOADS]:
        parser.error(f"no such workload: {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    return chosen


def say(text: str) -> None:
    """What happens now, on standard error."""
    print(f"\r\033[K{text}", end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def measured(chosen: argparse.Namespace, given: list[str]) -> Results:
    """Run the workloads. A workload that cannot run says why and leaves the others alone; raises `Missing`."""
    check_programs()
    modules = node_peers(say)
    cores = Cores()
    if cores.shared:
        raise Missing("make bench needs two cores: one for the servers, one for what asks them")
    options = Options(
        seconds=chosen.seconds,
        rounds=chosen.rounds,
        connections=chosen.connections,
        port=chosen.port,
        full=chosen.full,
        before=checkout(chosen.before) if chosen.before else None,
    )
    folder = cache() / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    facts, tables = machine(), list[Table]()
    command = " ".join(["make bench", *([f'ARGS="{shlex.join(given)}"'] if given else [])])
    for name in chosen.only:
        began = time.perf_counter()
        with Processes(folder) as processes:
            bench = Bench(options, processes, cores, folder, say)
            try:
                found = WORKLOADS[name](bench)
            except (Stopped, OSError) as why:
                say(f"{name}: {why}\n")
                found = [Table(key=name, title=name, told=f"It did not run: {why}", rows=[])]
        tables += [msgspec.structs.replace(each, command=f'make bench ARGS="--only {name}"') for each in found]
        say(f"{name}: {time.perf_counter() - began:.0f} s\n")
    facts["load after"] = " ".join(f"{each:.1f}" for each in os.getloadavg())
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Results(date=date, command=command, machine=facts, versions=versions(modules), tables=tables)


def main(given: list[str]) -> int:
    """The status to end with."""
    signal.signal(signal.SIGTERM, _stop)
    chosen = chosen_from(given)
    try:
        results = measured(chosen, given)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("stopped; nothing is left running\n")
        return 130
    if chosen.merge and chosen.json.exists():
        results = merged(msgspec.json.decode(chosen.json.read_bytes(), type=Results), results)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))
    chosen.write.write_text(report.page(results), encoding="utf-8")
    print(report.page(results))
    print(f"wrote {chosen.write} and {chosen.json}", file=sys.stderr)
    return 0


def merged(old: Results, new: Results) -> Results:
    """The tables of both; where both have one, the new one."""
    fresh = {each.key: each for each in new.tables}
    tables = [fresh.pop(each.key, each) for each in old.tables]
    return msgspec.structs.replace(new, tables=[*tables, *fresh.values()])


def _stop(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
