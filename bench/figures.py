"""What was measured, and what follows from it: medians, spread, percentiles, ratios."""

import math
import statistics
from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec


class Kind(Enum):
    """Whose row it is."""

    HUB = "hub"
    BEFORE = "before"
    """The hub as it was, run from another checkout in the same turns."""
    PEER = "peer"
    FRONT = "front"
    """A web server that has the same bytes in a file."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One server in one turn. `cpu` is of the server's own processes, `p50` and `p99` are in ms, `rss` is in MB."""

    answers: int
    seconds: float
    cpu: float
    p50: float
    p99: float
    rss: float
    failed: int = 0
    upstream: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One server in a table. `note` says why there are no `values`, or what has to be known of them."""

    server: str
    kind: Kind
    values: dict[str, float] = {}
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One workload, and the command that measures it again. In a `contest` each is compared with the best peer."""

    key: str
    title: str
    told: str
    rows: list[Row]
    command: str = ""
    contest: bool = False

    def row(self, server: str) -> Row | None:
        """The row of a server, if it has one."""
        return next((each for each in self.rows if each.server == server), None)


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    date: str
    command: str
    machine: dict[str, str]
    versions: dict[str, str]
    tables: list[Table]

    def table(self, key: str) -> Table | None:
        """The table of a workload, if it was run."""
        return next((each for each in self.tables if each.key == key), None)

    def rows(self, key: str) -> list[Row]:
        """The rows of a workload; none, if it was not run."""
        table = self.table(key)
        return table.rows if table else []


def summary(rounds: Sequence[Round]) -> dict[str, float]:
    """The medians of the rounds, and how far the answers for each CPU-second lie apart."""
    per_cpu = [each.answers / each.cpu for each in rounds if each.cpu > 0 and each.answers]
    if not per_cpu:
        return {}
    middle = statistics.median(per_cpu)
    asked = [each.upstream / each.answers for each in rounds if each.answers]
    return {
        "per_cpu": middle,
        "least": min(per_cpu),
        "most": max(per_cpu),
        "cpu_ms": 1000 / middle if middle else math.inf,
        "per_second": statistics.median(each.answers / each.seconds for each in rounds),
        "p50_ms": statistics.median(each.p50 for each in rounds),
        "p99_ms": statistics.median(each.p99 for each in rounds),
        "rss_mb": rounds[-1].rss,
        "failed": float(sum(each.failed for each in rounds)),
        "upstream": statistics.median(asked) if asked else 0.0,
    }


def percentile(values: Iterable[float], part: float) -> float:
    """The value that this part of the values does not exceed (the nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("of no values there is no percentile")
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def best_peer(table: Table, measure: str = "per_cpu") -> Row | None:
    """The peer with the most of it."""
    peers = [each for each in table.rows if each.kind is Kind.PEER and measure in each.values]
    return max(peers, key=lambda each: each.values[measure], default=None)


def ratio(of: Row | None, to: Row | None, measure: str = "per_cpu") -> float | None:
    """How many times as much the one has as the other; None where one was not measured."""
    if of is None or to is None or measure not in of.values or not to.values.get(measure):
        return None
    return of.values[measure] / to.values[measure]
