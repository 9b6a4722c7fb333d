"""A document's length and its tokens come first, on every way in; the work of looking at it is bounded by them."""

import ast
from urllib.parse import quote

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, Source
from graphql.language.lexer import Lexer

from engine.execution.documents import hash_of
from engine.execution.limits import DocumentLimits
from engine.execution.parsing import DocumentText, LimitExceeded, Parsing
from tests.conftest import ROOT
from tests.engine.test_websocket import talking

ON_THE_WAY = [
    *(f"execution/{name}" for name in ("parsing", "operation", "guard", "limits", "request", "executor", "weights")),
    "http/endpoint",
    "http/request",
]
"""What a document passes through."""
LONG = {
    "lines": "\n" * 450_000 + "x",
    "spaces": " " * 900_000 + "x",
    "words": "query " * 150_000,
    "comments": "#\n" * 300_000 + "{ city { name } }",
    "a string": '{ hospital(code: "' + "x" * 900_000,
    "a block": '"""' + '\\"""' * 80_000,
    "braces": "{a" * 450_000,
}
LIMITS = DocumentLimits()


@pytest.fixture
def tokens(monkeypatch):
    """How many tokens were read by the lexer, of any document."""
    read = []
    original = Lexer.read_next_token
    monkeypatch.setattr(Lexer, "read_next_token", lambda *given: read.append(1) or original(*given))
    return read


@pytest.mark.parametrize("kind", LONG)
async def test_of_what_is_too_long_nothing_is_read_on_any_way_in(hub, sandbox, tokens, kind):
    document = LONG[kind]
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document)}}
    answers = [await hub.ask(document)]
    async with hub.session.post(f"{hub.url}/graphql", json={"query": document, "extensions": extensions}) as response:
        answers.append(await response.json())
    async with talking(hub) as talk:
        await talk.begin()
        await talk.ask(document)
        answers.append({"errors": (await talk.hear())["payload"]})
    for answer in answers:
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "length", "most": 100_000, "asked": None}
    assert not tokens
    assert sandbox.control.all_hits() == 0


@pytest.mark.parametrize("kind", LONG)
def test_no_more_tokens_are_read_than_may_be(tokens, kind):
    with pytest.raises(GraphQLError):
        Parsing(LONG[kind][: LIMITS.length]).within(LIMITS)
    assert len(tokens) <= LIMITS.tokens + 2


async def test_by_get_too(hub, tokens):
    document = "{" * 5_000
    async with hub.session.get(f"{hub.url}/graphql?query={quote(document)}") as response:
        (error,) = (await response.json())["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    assert len(tokens) < 10


def test_no_regular_expression_goes_over_a_document():
    for name in ON_THE_WAY:
        tree = ast.parse((ROOT / "engine" / f"{name}.py").read_text(encoding="utf-8"))
        imported = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
        assert "re" not in imported, name


@pytest.mark.parametrize("text", ["", "a", "\n", "a\nb", "a\r\nb\rc\n\n", "\r\r\n\n\r", "a\u2028b\x0bc\nd"])
def test_places_are_those_of_the_library(text):
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    assert [DocumentText(text).get_location(at) for at in places] == [Source(text).get_location(at) for at in places]


def test_the_lines_of_a_text_are_found_once():
    text = DocumentText("\n" * 90_000 + "x")
    assert {text.get_location(at).column for at in range(90_000)} == {1}
    assert text._lines is text._lines


def test_what_was_looked_at_is_told_whatever_came_of_it():
    bad, long = Parsing("{ city { name } # a comment\n#another\n )"), Parsing("x" * 100_001)
    with pytest.raises(GraphQLSyntaxError):
        bad.within(LIMITS)
    with pytest.raises(LimitExceeded):
        long.within(LIMITS)
    assert (bad.length, bad.tokens, bad.say) == (39, 8, 6)
    assert (long.length, long.tokens, long.say) == (0, 0, 0)
