"""What is asked of the hub's own schema. The letters are those of the goals (docs/benchmarks.md)."""

import tomllib

from bench.install import ROOT
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.pages.graphiql.examples import variables_of, written_out

CITY = tomllib.loads((ROOT / "city" / "agencies.toml").read_text(encoding="utf-8"))["city"]

COMMODITIES = (
    "{ commodities(first: 50) { totalCount nodes { id code name group unit "
    "price { amount day sinceWeek { percent } } } } }"
)
"""(a)"""
VACANCIES = (
    "{ vacancies(first: 100) { nodes { id code title company category type education publishedAt expiresAt url } } }"
)
"""(c1)"""
CHARTS = "{ commodities(first: 100) { nodes { code chart { points(last: 100) { nodes { day amount } } } } } }"
"""(c2)"""
TWO_DOMAINS = """query CityAtAGlance {
  hospitals(first: 1, minFree: 1, orderBy: FREE_BEDS) {
    totalCount
    nodes { name beds { free source { state changedAt } } }
    unavailable { name problem }
  }
  vacancies(region: "CITY", first: 1) {
    totalCount
    nodes { title company salary { minimum } source { name state } }
  }
}""".replace("CITY", CITY["code"])
"""(d), two domains"""
HEAVY = (
    "query Charts($first: Int, $last: Int) { commodities(first: $first) { nodes { code "
    "chart { points(last: $last) { nodes { day amount } } } } } }"
)
"""(c2) with variables, so that no two requests are the same"""
SLOTS = "{ venues(first: 100) { nodes { slots(first: 60) { nodes { code } } } } }"


def example(name: str) -> str:
    """One of docs/queries, with what the city of the sandbox has for its variables."""
    values = read_configuration(ROOT / "city" / "agencies.toml", CONNECTORS, None).examples
    text = (ROOT / "docs" / "queries" / f"{name}.graphql").read_text(encoding="utf-8")
    return written_out(text, variables_of(name, values))
