"""The ready documents of docs/queries, which GraphiQL offers, with their variables in this city."""

import json
import re
import tomllib
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path

import msgspec
from graphql import FieldNode, OperationDefinitionNode, parse

from engine.pages.graphiql.page import Example

QUERIES = Path(__file__).parents[3] / "docs" / "queries"
VARIABLES = QUERIES / "variables.toml"
FIRST_EXAMPLE = "city-at-a-glance"
ANYWHERE = "regions"
"""The first in a city that has not connected all that the city at a glance asks: it asks no agency."""
FIRST_LINES = re.compile(r"# (?P<title>.+)\n(?:# As an? (?P<whom>\w+)\.\n)?")
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def examples(values: Mapping[str, object], unconnected: Container[str] = ()) -> list[Example]:
    """The ready documents, the city at a glance first; those for whoever has signed in say so in their second line.

    `values` are the examples of the city by their names. A variable of which the city has no example is left out.
    `unconnected` are the root fields that nobody answers there: the first document asks none of them.
    """
    found = [_example(name, text, variables_of(name, values)) for name, text in _documents()]
    if any(each in unconnected for each in _roots(found[0].query)):
        found.sort(key=lambda each: each.name != ANYWHERE)
    return found


def _roots(text: str) -> list[str]:
    operations = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
    fields = [each for operation in operations for each in operation.selection_set.selections]
    return [each.name.value for each in fields if isinstance(each, FieldNode)]


def _example(name: str, text: str, variables: dict[str, object]) -> Example:
    first = FIRST_LINES.match(text)
    if first is None:
        raise ValueError(f"docs/queries/{name}.graphql: its first line says in a comment what it answers")
    return Example(name, first["title"], text, first["whom"] or "everybody", variables)


def variables_of(name: str, values: Mapping[str, object]) -> dict[str, object]:
    """The variables of a document, as the city fills them."""
    wanted = {variable: PLACEHOLDER.fullmatch(each) for variable, each in _variables().get(name, {}).items()}
    return {variable: values[each[1]] for variable, each in wanted.items() if each and each[1] in values}


def placeholders() -> set[str]:
    """The names of all examples that documents ask for."""
    return {name for each in _variables().values() for text in each.values() for name in PLACEHOLDER.findall(text)}


def written_out(text: str, variables: Mapping[str, object]) -> str:
    """The document with these values as defaults, so that it answers without variables."""
    for name, value in variables.items():
        found = re.search(rf"\${name}: (\w+)!?", text)
        if found:
            text = text.replace(found[0], f"${name}: {found[1]} = {_literal(value)}", 1)
    return text


def _literal(value: object) -> str:
    built = msgspec.to_builtins(value)
    if isinstance(built, dict):
        return "{ " + ", ".join(f"{name}: {each}" for name, each in built.items()) + " }"
    return json.dumps(built)


@cache
def _documents() -> list[tuple[str, str]]:
    paths = sorted(QUERIES.glob("*.graphql"), key=lambda path: (path.stem != FIRST_EXAMPLE, path.stem))
    return [(path.stem, path.read_text(encoding="utf-8")) for path in paths]


@cache
def _variables() -> dict[str, dict[str, str]]:
    return tomllib.loads(VARIABLES.read_text(encoding="utf-8"))
