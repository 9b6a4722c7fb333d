"""The goals, and what of a run is held against each."""

from collections.abc import Callable
from typing import NamedTuple

from bench.figures import Kind, Results, Row, best_peer, ratio

NGINX = "nginx, same bytes"


class Goal(NamedTuple):
    """One line of the table. `most`: the figure must not be above `bound`; otherwise not below."""

    workload: str
    text: str
    measured: Callable[[Results], float | None]
    bound: float
    most: bool = False
    unit: str = ""

    def met(self, found: float) -> bool:
        """Whether this figure is good enough."""
        return found <= self.bound if self.most else found >= self.bound


def row(key: str, server: str) -> Callable[[Results], Row | None]:
    """A row of a table."""
    return lambda results: table.row(server) if (table := results.table(key)) else None


def first(key: str, kind: Kind) -> Callable[[Results], Row | None]:
    """The first row of this kind in a table."""
    return lambda results: next((each for each in results.rows(key) if each.kind is kind and each.values), None)


def peer(key: str) -> Callable[[Results], Row | None]:
    """The best peer of a table."""
    return lambda results: best_peer(table) if (table := results.table(key)) else None


def times(
    of: Callable[[Results], Row | None], to: Callable[[Results], Row | None], measure: str = "per_cpu"
) -> Callable[[Results], float | None]:
    """How many times as much."""
    return lambda results: ratio(of(results), to(results), measure)


def value(of: Callable[[Results], Row | None], measure: str) -> Callable[[Results], float | None]:
    """A figure as it is."""
    return lambda results: found.values.get(measure) if (found := of(results)) else None


def smallest_peer(results: Results) -> float | None:
    """How much more memory the hub has at rest than the smallest peer, in MB."""
    hub = row("memory", "hub")(results)
    peers = [each.values["rest_mb"] for each in results.rows("memory") if each.kind is Kind.PEER and each.values]
    return hub.values["rest_mb"] - min(peers) if hub and peers else None


def part(of: Callable[[Results], Row | None], measure: str, to: str) -> Callable[[Results], float | None]:
    """One figure of a row in parts of another one of it."""

    def measured(results: Results) -> float | None:
        found = of(results)
        if found is None or measure not in found.values or not found.values.get(to):
            return None
        return found.values[measure] / found.values[to]

    return measured


def slowest(results: Results) -> float | None:
    """The hub's 99th of 100 in parts of that of the peer with the lowest one."""
    hub = row("p99", "hub")(results)
    peers = [each.values["p99_ms"] for each in results.rows("p99") if each.kind is Kind.PEER and each.values]
    if hub is None or not hub.values or not peers:
        return None
    return hub.values["p99_ms"] / min(peers)


HUB = row("a", "hub")
GOALS = (
    Goal(
        "(a) asked again, through Starlette's place",
        "≥ 0.2 x nginx",
        times(row("a", "hub, last room off"), row("a", NGINX)),
        0.2,
        unit=" x",
    ),
    Goal("(a) asked again, last room", "≥ 0.9 x nginx", times(HUB, row("a", NGINX)), 0.9, unit=" x"),
    Goal("(a) asked again, last room", "≥ 10 x the best peer", times(HUB, peer("a")), 10, unit=" x"),
    Goal("(a) a 304", "≥ 1.2 x nginx's 200", times(row("a", "hub, 304"), row("a", NGINX)), 1.2, unit=" x"),
    Goal("(b) strict", "≥ 1.5 x the best peer", times(row("b", "hub, strict"), peer("b")), 1.5, unit=" x"),
    Goal(
        "(b) equal upstream bytes",
        "≥ 4 x the best peer",
        times(row("b", "hub, equal upstream bytes"), peer("b")),
        4,
        unit=" x",
    ),
    Goal(
        "(b) equal operations in flight",
        "≥ 0.3 x nginx",
        times(row("b", "hub, equal operations in flight"), row("b", f"{NGINX}, 32 connections")),
        0.3,
        unit=" x",
    ),
    Goal("(c1) executed each time", "≥ the best peer", times(first("c1", Kind.HUB), peer("c1")), 1, unit=" x"),
    Goal(
        "(c1) executed each time",
        "≥ 30 x before",
        times(first("c1", Kind.HUB), first("c1", Kind.BEFORE)),
        30,
        unit=" x",
    ),
    Goal("(c2) executed each time", "≥ the best peer", times(first("c2", Kind.HUB), peer("c2")), 1, unit=" x"),
    Goal(
        "(c2) executed each time",
        "≥ 30 x before",
        times(first("c2", Kind.HUB), first("c2", Kind.BEFORE)),
        30,
        unit=" x",
    ),
    Goal("(c) plain 1,000 x 10", "≥ 6 x the best peer", times(first("plain", Kind.HUB), peer("plain")), 6, unit=" x"),
    Goal("(d) two domains", "≥ the best peer", times(first("d2", Kind.HUB), peer("d2")), 1, unit=" x"),
    Goal("(d) two domains", "≥ 60 x before", times(first("d2", Kind.HUB), first("d2", Kind.BEFORE)), 60, unit=" x"),
    Goal("(d) six domains as a citizen", "≥ the best peer", times(first("d6", Kind.HUB), peer("d6")), 1, unit=" x"),
    Goal(
        "(d) six domains as a citizen",
        "≥ 60 x before",
        times(first("d6", Kind.HUB), first("d6", Kind.BEFORE)),
        60,
        unit=" x",
    ),
    Goal("city-at-a-glance", "≤ 2 ms CPU", value(first("glance", Kind.HUB), "cpu_ms"), 2, most=True, unit=" ms"),
    Goal("p99 of kept answers beside heavy queries", "≤ 1/10 of the best peer's", slowest, 0.1, most=True, unit=" x"),
    Goal(
        "cold overhead over the slowest agency",
        "≤ 2 ms median",
        value(row("cold", "hub"), "over_ms"),
        2,
        most=True,
        unit=" ms",
    ),
    Goal(
        "cold overhead over the slowest agency",
        "≤ 5 ms p99",
        value(row("cold", "hub"), "over_p99_ms"),
        5,
        most=True,
        unit=" ms",
    ),
    Goal("cold, 48 calls", "≤ 30 ms CPU", value(row("cold", "hub"), "cpu_ms"), 30, most=True, unit=" ms"),
    Goal(
        "personal read with its record",
        "≤ 1.5 ms CPU",
        value(row("personal", "hub"), "cpu_ms"),
        1.5,
        most=True,
        unit=" ms",
    ),
    Goal(
        "recorded reads on SQLite",
        "≥ 1,000 a second",
        value(row("personal", "hub"), "per_second"),
        1_000,
        unit=" a second",
    ),
    *(
        Goal(
            f"a booking: {step}",
            "≤ 5 ms CPU",
            value(row("booking", f"hub: {step}"), "cpu_ms"),
            5,
            most=True,
            unit=" ms",
        )
        for step in ("hold", "confirm", "cancel")
    ),
    Goal("RSS at rest", "≤ the smallest peer's + 60 MB", smallest_peer, 60, most=True, unit=" MB more"),
    Goal(
        "RSS after 1,000 clients",
        "given back (≤ 1.1 x rest)",
        part(row("memory", "hub"), "given_back_mb", "rest_mb"),
        1.1,
        most=True,
        unit=" x",
    ),
    Goal(
        "RSS after many unique queries",
        "flat (all ≤ 1.1 x half)",
        part(row("memory", "hub"), "unique_mb", "unique_half_mb"),
        1.1,
        most=True,
        unit=" x",
    ),
)
