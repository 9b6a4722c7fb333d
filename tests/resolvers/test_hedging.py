"""A second source is asked when the first is late, and only then: told by counts, on one that waits to be told."""

import asyncio
from types import SimpleNamespace

import pytest

from connectors.kit.errors import AgencyUnavailable
from connectors.kit.flights import Flights
from resolvers.kit import hedging
from resolvers.kit.deadline import Deadline
from resolvers.kit.hedging import hedged

pytestmark = pytest.mark.hedged

DOWN = AgencyUnavailable("first", "down")


class Source:
    """One that answers when it is told to, and whose health is as it is said."""

    def __init__(self, name, answer, *, p95=None):
        self.name, self.answer, self.asked, self.ended = name, answer, 0, False
        self.go = asyncio.Event()
        self.go.set()
        self.calls, self.p95 = 0, p95
        self.throttle = self

    def health(self):
        return SimpleNamespace(p95=self.p95, calls=self.calls, last_success=None)

    async def ask(self):
        self.asked += 1
        try:
            await self.go.wait()
        finally:
            self.ended = True
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Ctx:
    def __init__(self, seconds=60):
        self.deadline, self.looks = Deadline(seconds), Flights().of_one_operation()


async def asked(*sources, ctx=None, wins=lambda given, alone: alone or bool(given.answer)):
    async with asyncio.timeout(20):
        found = await hedged(ctx or Ctx(), sources, Source.ask, wins)
    return [(each.source.name, each.answer) for each in found.answers], found.failures


@pytest.mark.parametrize(("first", "second", "answers", "calls"), [
    ("a", "b", [("1", "a")], (1, 0)),
    (None, "b", [("1", None)], (1, 0)),  # "there is none" is an answer
    (DOWN, "b", [("2", "b")], (1, 1)),
    (DOWN, None, [("2", None)], (1, 1)),
    (DOWN, DOWN, [], (1, 1)),
])  # fmt: skip
async def test_one_that_answers_leaves_the_others_alone(first, second, answers, calls):
    one, two = Source("1", first), Source("2", second)
    found, failures = await asked(one, two)
    assert (found, (one.asked, two.asked)) == (answers, calls)
    assert failures == [each for each, called in zip((first, second), calls, strict=True) if called and each is DOWN]


async def test_one_that_is_late_is_overtaken_and_its_load_goes_on(monkeypatch):
    monkeypatch.setattr(hedging, "LEAST", 0.001)
    ctx, one, two, three = Ctx(), Source("1", "a", p95=0.002), Source("2", "b"), Source("3", "c")
    one.go.clear()
    assert await asked(one, two, three, ctx=ctx) == ([("2", "b")], [])
    assert (one.asked, one.ended, two.asked, three.asked) == (1, False, 1, 0)
    one.go.set()
    await asyncio.gather(*ctx.looks._under_way)
    assert one.ended


async def test_that_a_second_one_knows_of_none_is_no_answer_while_the_first_is_late(monkeypatch):
    monkeypatch.setattr(hedging, "LEAST", 0.001)
    one, two = Source("1", "a", p95=0.002), Source("2", None)
    one.go.clear()
    asking = asyncio.create_task(asked(one, two))
    while not two.ended:
        await asyncio.sleep(0.001)
    one.go.set()
    assert await asking == ([("1", "a")], [])


async def test_one_whose_calls_end_one_after_the_other_is_not_late(monkeypatch):
    monkeypatch.setattr(hedging, "UNKNOWN", 0.01)
    monkeypatch.setattr(hedging, "LEAST", 0.001)
    one, two = Source("1", "a"), Source("2", "b")
    one.go.clear()

    def health():
        one.calls += 1  # another one has ended each time that it is looked at
        if one.calls == 6:
            one.go.set()
        return SimpleNamespace(p95=None, calls=one.calls, last_success=None)

    one.health = health
    assert await asked(one, two) == ([("1", "a")], [])
    assert two.asked == 0


async def test_no_source_is_waited_for_alone_longer_than_a_part_of_the_time():
    one, two = Source("1", "a", p95=60), Source("2", "b")
    one.go.clear()
    assert await asked(one, two, ctx=Ctx(0.03)) == ([("2", "b")], [])


async def test_who_leaves_ends_all_that_were_asked(monkeypatch):
    monkeypatch.setattr(hedging, "LEAST", 0.001)
    one, two = Source("1", "a", p95=0.002), Source("2", "b")
    one.go.clear()
    two.go.clear()
    asking = asyncio.create_task(asked(one, two))
    while not two.asked:
        await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (one.ended, two.ended) == (True, True)
