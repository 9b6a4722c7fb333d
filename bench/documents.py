"""What is asked of the hub's own schema. The letters are those of the goals (docs/benchmarks.md)."""

from bench.install import ROOT

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
  vacancies(region: "36.71", first: 1) {
    totalCount
    nodes { title company salary { minimum } source { name state } }
  }
}"""
"""(d), two domains"""
HEAVY = (
    "query Charts($first: Int, $last: Int) { commodities(first: $first) { nodes { code "
    "chart { points(last: $last) { nodes { day amount } } } } } }"
)
"""(c2) with variables, so that no two requests are the same"""
SLOTS = "{ venues(first: 100) { nodes { slots(first: 60) { nodes { code } } } } }"


def example(name: str) -> str:
    """One of docs/queries."""
    return (ROOT / "docs" / "queries" / f"{name}.graphql").read_text(encoding="utf-8")
