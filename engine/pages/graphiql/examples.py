"""The ready documents of docs/queries, which GraphiQL offers."""

import re
from functools import cache
from pathlib import Path

from engine.pages.graphiql.page import Example

QUERIES = Path(__file__).parents[3] / "docs" / "queries"
FIRST_EXAMPLE = "city-at-a-glance"
FIRST_LINES = re.compile(r"# (?P<title>.+)\n(?:# As an? (?P<whom>\w+)\.\n)?")


@cache
def examples() -> list[Example]:
    """The ready documents, the city at a glance first; those for who has signed in say so in their second line."""
    paths = sorted(QUERIES.glob("*.graphql"), key=lambda path: (path.stem != FIRST_EXAMPLE, path.stem))
    found = [(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    return [_example(name, text) for name, text in found]


def _example(name: str, text: str) -> Example:
    first = FIRST_LINES.match(text)
    if first is None:
        raise ValueError(f"docs/queries/{name}.graphql: its first line says in a comment what it answers")
    return Example(name, first["title"], text, first["whom"] or "everybody")
