"""Two ways to run operations, held to each other."""

import asyncio
import json
from typing import NamedTuple
from unittest.mock import patch

from engine.execution import executor
from engine.plans import lists
from engine.plans.work import STEP
from tests.plans.shrinking import shrunk
from tests.plans.sides import Answer, Case

ENDLESS = 10**9


class Difference(NamedTuple):
    """A case in which the two sides do not answer alike."""

    case: Case
    one: Answer
    two: Answer

    def __str__(self):
        what = self.one.differs(self.two)
        lines = [f"the {', '.join(what)} differ", self.case.asked.text, json.dumps(self.case.asked.variables)]
        lines.append(
            f"{self.case.caller!r} {self.case.weather} {self.case.language} {self.case.seconds} s {'eager' * self.case.eager} {'encoded' * self.case.encoded}"
        )
        for name in what:
            one, two = getattr(self.one, name), getattr(self.two, name)
            if isinstance(one, dict):
                one, two = dict(one - two), dict(two - one)
            lines += [f"{name} of the one: {one}", f"{name} of the other: {two}"]
        return "\n".join(lines)


class Pair:
    """`reference` is graphql-core. `in_steps`: how many answers were alike only in one go.

    After `STEP` fields the hub's executor lets others have their turn before it goes on. So the order of the errors of
    a longer answer, and which of two that bubble comes first, is that of the turns of the loop, and not graphql-core's.
    Where such an answer differs, both sides answer again in one go, and then nothing at all may differ.
    """

    def __init__(self, reference, other, *, shrinks=True):
        self._reference, self._other, self._shrinks = reference, other, shrinks
        self.in_steps = 0

    async def answers(self, case):
        """Those of both, in a world that is recorded already: else what came from outside came later."""
        two = await self._recorded(self._other, case)
        one = await self._recorded(self._reference, case)
        if one != two and max(one.worked, two.worked) >= STEP:
            self.in_steps += 1
            with patch.object(executor, "STEP", ENDLESS), patch.object(lists, "STEP", ENDLESS):
                return await self._recorded(self._reference, case), await self._recorded(self._other, case)
        return one, two

    async def _recorded(self, side, case):
        loop = asyncio.get_running_loop()
        for _ in range(3):
            before, found = loop.excursions, await side.answer(case)
            if loop.excursions == before:
                break
        return found

    async def run(self, case):
        """What the reference answers, and None where both answer alike, else the smallest case that still differs."""
        one, two = await self.answers(case)
        if one == two:
            return one, None
        one, two = await self.answers(case)  # a memory may have been emptied in between
        if one == two:
            return one, None
        if not self._shrinks:
            return one, Difference(case, one, two)
        smallest = await shrunk(case, self._same_kind(one.differs(two)))
        first, second = await self.answers(smallest)
        return one, Difference(case, one, two) if first == second else Difference(smallest, first, second)

    def _same_kind(self, wanted):
        async def differs(case):
            one, two = await self.answers(case)
            return bool({*wanted} & {*one.differs(two)})

        return differs
