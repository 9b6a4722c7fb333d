"""What is encoded of lasting records is kept with them: made once, without a dict or a coroutine for each, and bounded."""

from collections import Counter
from importlib import import_module

import msgspec
import pytest

from engine.plans.kept import KeptParts, KeptShape
from engine.plans.run import Run
from resolvers.jobs.sources import KnownVacancies
from resolvers.kit.lasting import NotTold, Telling, Told, lasting, told_anew, untold
from resolvers.prices import charts

VACANCIES = """query C1($first: Int) {
  vacancies(first: $first) { nodes { id code title company category type education publishedAt expiresAt url } }
}"""
CHARTS = """query C2($last: Int) {
  commodities(first: 100) { nodes { code chart { points(last: $last) { nodes { day amount } } } } }
}"""


@pytest.fixture
def made(monkeypatch):
    """How often something was made: a part, a told vacancy, a chart, a coroutine, a field by steps, generated code."""
    done = Counter()

    def count(what, owner, name):
        original = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *given, **named: done.update([what]) or original(*given, **named))

    count("parts", KeptShape, "made")
    count("told", KnownVacancies, "told")
    count("charts", charts, "_chart")
    count("coroutines", Run, "_wait")
    count("steps", Run, "_field")
    count("code", import_module("engine.plans.run"), "emit")
    return done


async def test_an_answer_that_is_executed_again_makes_nothing_of_what_lasts(hub, made):
    for document, variables in ((VACANCIES, {"first": 100}), (CHARTS, {"last": 100})):
        first = await hub.data(document, variables)
        for _ in range(2):  # its code is made after so many objects
            await hub.ask(document, variables)
        made.clear()
        assert await hub.data(document, variables) == first
        made.pop("charts", None)
        assert made == {"steps": 2}  # the root and its connection; no coroutine, no part, no record, no code


async def test_a_part_is_made_anew_for_what_it_follows_from(hub, made):
    asked = "{ commodities(first: 60) { nodes { code name unit } } }"
    in_english, in_indonesian = [
        [each["name"] for each in (await hub.ask(asked, accept_language=spoken))["data"]["commodities"]["nodes"]]
        for spoken in ("en", "id", "en", "id")
    ][:2]
    assert in_english != in_indonesian


@lasting
class Still(msgspec.Struct, frozen=True):
    name: str


@told_anew("open")
class Half(msgspec.Struct, frozen=True):
    name: str
    open: bool
    more: str = ""

    @property
    def shown(self):
        return self.name if self.open else ""


def test_what_is_told_anew_cannot_be_read_of_what_is_kept():
    kept = untold(Half("a", open=True))
    assert (kept.name, untold(Still("a"))) == ("a", Still("a"))
    for look in (bool, str, lambda each: each == True, lambda each: each.name, lambda each: [*each]):  # noqa: E712
        with pytest.raises(NotTold):
            look(kept.open)
    with pytest.raises(NotTold):
        _ = kept.shown


def test_told_items_are_made_when_they_are_asked_for_and_only_as_declared():
    asked = []
    telling = Telling(lambda each: asked.append(each.name) or msgspec.structs.replace(each, open=False))
    told = Told([Half("a", open=True), Half("b", open=True)], telling)
    assert (len(told), asked) == (2, [])
    assert [told[1], *told[:1]] == [Half("b", open=False), Half("a", open=False)]
    assert asked == ["b", "a"]
    assert telling.tells(Half("c", open=True))
    assert not Telling(lambda each: msgspec.structs.replace(each, more="x")).tells(Half("c", open=True))
    assert not Telling(lambda each: Still(each.name)).tells(Half("c", open=True))
    with pytest.raises(TypeError, match="it has no"):
        told_anew("closed")(Half)


def test_parts_are_bounded():
    parts = KeptParts(most=1_000)
    shape = KeptShape(parts, None)
    parts._shapes.add(shape)
    shape.parts("en")[1] = object()
    parts.grow(1_000)
    assert (parts.bytes, len(shape.parts("en"))) == (1_000, 1)
    parts.grow(1)
    assert (parts.bytes, len(shape.parts("en"))) == (0, 0)
