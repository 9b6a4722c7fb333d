"""The ready documents of docs/queries, which GraphiQL offers."""

import re
from functools import cache
from pathlib import Path

from engine.pages.graphiql.page import Example

QUERIES = Path(__file__).parents[3] / "docs" / "queries"
FIRST_EXAMPLE = "city-at-a-glance"
FOR_WHOM = re.compile(r"# .+\n# As an? (\w+)\.\n")


@cache
def examples() -> list[Example]:
    """The ready documents, the city at a glance first; those for who has signed in say so in their second line."""
    paths = sorted(QUERIES.glob("*.graphql"), key=lambda path: (path.stem != FIRST_EXAMPLE, path.stem))
    found = [(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    return [Example(name, text, whom[1] if (whom := FOR_WHOM.match(text)) else "everybody") for name, text in found]
