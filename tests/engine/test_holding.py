"""No request, of whatever kind below 1 MB, keeps the loop for long: what each makes the hub do at once is counted."""

from importlib import import_module
from threading import get_ident

import pytest
from graphql import get_introspection_query
from graphql.language.lexer import Lexer

from engine.execution import measuring, prepared
from engine.execution.executor import CountingExecutor
from engine.execution.limits import DocumentLimits
from engine.plans.run import Run
from engine.plans.work import STEP, Work
from tests.soak.test_worst_documents import DOCUMENTS

LIMITS = DocumentLimits()
SUGGESTIONS = import_module("graphql.pyutils.suggestion_list")  # a function has its name
BESIDES = LIMITS.breadth
"""Fields of the object in the midst of which a step ends."""
VISITS = 3 * LIMITS.tokens
KINDS = DOCUMENTS | {
    "the introspection of tools": get_introspection_query(),
    "everything of everything": "{ __schema { types { name fields { name type { name ofType { name } } } } } }",
}


@pytest.fixture
def counted(monkeypatch):
    """Tokens read, selections measured, and the most fields that were answered in one go."""
    found = {"tokens": 0, "visits": 0, "at once": 0, "compared": 0}

    def counting(owner, name, key):
        original = getattr(owner, name)

        def told(*given, **named):
            found[key] += 1
            return original(*given, **named)

        monkeypatch.setattr(owner, name, told)

    counting(Lexer, "read_next_token", "tokens")
    counting(measuring._Measuring, "_set", "visits")
    counting(SUGGESTIONS.LexicalDistance, "measure", "compared")
    for owner, name in ((CountingExecutor, "execute_field"), (Run, "_field"), (Run, "made")):
        monkeypatch.setattr(owner, name, looking(getattr(owner, name), found))
    return found


def looking(original, found):
    """The same, and how much was answered at once by then."""

    def executed(self, *given, **named):
        answered = original(self, *given, **named)
        found["at once"] = max(found["at once"], (self.work if isinstance(self, Run) else self._work).at_once)
        return answered

    return executed


async def test_what_is_done_at_once_is_bounded_whatever_is_asked(hub, counted):
    for name, document in KINDS.items():
        counted.update(dict.fromkeys(counted, 0))
        body = {"query": document, "operationName": "A0" if "query A0" in document else None}
        async with hub.session.post(f"{hub.url}/graphql", json=body) as response:
            answer = await response.json()
        assert counted["tokens"] <= LIMITS.tokens + 2, name
        assert counted["visits"] <= VISITS, name
        assert counted["at once"] <= STEP + BESIDES, name
        assert counted["compared"] <= 10_000, name
        assert len(answer.get("errors", ())) <= 20, name


async def test_others_have_their_turn_while_much_is_answered(hub, monkeypatch):
    turns, pause = [], Work.pause

    async def paused(work):
        if work.at_once >= STEP:
            turns.append(work.at_once)
        await pause(work)

    monkeypatch.setattr(Work, "pause", paused)
    data = await hub.data(get_introspection_query())
    fields = sum(len(each["fields"] or ()) for each in data["__schema"]["types"])
    assert fields > 600
    assert len(turns) >= 4 * fields / STEP  # each of them has a name, a description, a type and more
    assert max(turns) <= STEP + BESIDES


async def test_nobody_waits_while_a_long_document_is_validated(hub, monkeypatch):
    threads, validate = [], prepared.validate
    monkeypatch.setattr(
        prepared, "validate", lambda *given, **named: threads.append(get_ident()) or validate(*given, **named)
    )
    for document in ("{ city { name } }", get_introspection_query()):
        assert (await hub.ask(document)).keys() >= {"data"}
    assert threads[0] == get_ident() != threads[1]


async def test_of_many_things_that_are_wrong_some_are_told(hub):
    query = "{ venues(near: {" + " ".join(f"a{each}: 1" for each in range(145)) + "}) { totalCount } }"
    answer = await hub.ask(query)
    assert len(answer["errors"]) == 11
    assert answer["errors"][-1]["message"].startswith("Too many validation errors")
