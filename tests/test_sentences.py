"""Sentences in the rooms are short enough to be understood at the first reading."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from graphql import build_schema

from tests.test_house import ROOMS, ROOT, committed

LONGEST = 40
"""Words in a sentence."""
PARTS = re.compile(r"(?<=[.!?])[)\"'`]*\s+(?=[A-Z`\"'(*])|\n\s*(?=[-|├└│])|\n\s*\n")
"""Between two sentences: after a full stop, before an item of a list or a row of a table, and between paragraphs."""


def sentences(text: str) -> Iterator[str]:
    return (" ".join(each.split()) for each in PARTS.split(text) if each.strip())


def too_long(text: str) -> list[str]:
    return [each for each in sentences(text) if len(re.findall(r"[\w'.-]*\w", each)) > LONGEST]


def docstrings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def comments(source: str) -> Iterator[str]:
    """Comments that follow each other, line by line, are one text."""
    text, last = "", 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            text = f"{text} {token.string[1:]}" if token.start[0] == last + 1 else token.string[1:]
            last = token.start[0]
            yield text


def descriptions(path: Path) -> Iterator[str]:
    schema = build_schema(path.read_text(encoding="utf-8"))
    for of in (*schema.type_map.values(), *schema.directives):
        yield of.description or ""
        members = [*getattr(of, "fields", {}).values(), *getattr(of, "values", {}).values()]
        for each in members:
            yield each.description or ""
            yield from (argument.description or "" for argument in getattr(each, "args", {}).values())


def test_a_sentence_of_a_docstring_or_comment_has_at_most_forty_words():
    found = {}
    for path in committed(*(f"{room}/*.py" for room in ROOMS), "server.py"):
        source = path.read_text(encoding="utf-8")
        if long := [each for text in (*docstrings(source), *comments(source)) for each in too_long(text)]:
            found[str(path.relative_to(ROOT))] = long
    assert found == {}


def test_a_sentence_of_a_description_has_at_most_forty_words():
    assert [each for text in descriptions(ROOT / "schema/schema.graphql") for each in too_long(text)] == []


def test_a_long_sentence_is_found_and_two_short_ones_are_not():
    words = " ".join(["word"] * LONGEST)
    assert too_long(f"A {words}.") == [f"A {words}."]
    assert too_long(f"{words}. Then {words[5:]}.") == []
    assert too_long(f"- {words[5:]}\n- {words[5:]}\n\n{words}") == []
