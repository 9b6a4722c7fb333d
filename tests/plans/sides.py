"""One way to run an operation, and all that can be seen of it: the bytes of the answer, the cost, the record, the calls."""

import asyncio
import secrets
from collections import Counter
from contextlib import aclosing, contextmanager, suppress
from itertools import count
from logging import CRITICAL
from typing import NamedTuple
from unittest.mock import patch

import structlog
from starlette.requests import HTTPConnection
from strawberry.types.graphql import OperationType

from engine.execution import prepared
from engine.execution.encoding import encoded
from engine.execution.request import BadRequest, OperationRequest
from engine.plans import run
from resolvers.kit.deadline import Deadline
from tests.plans.operations import Asked
from tests.plans.replay import Weather

NOWHERE = HTTPConnection({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})
EVENTS = 5
USUAL, EAGER = (run.MANY, run.AGAIN), (0, 0)
"""After how many objects of a plan code is made for it, and how often it is passed over where it fails."""
WITHIN = 600.0
"""So many events of a subscription are looked at, if they come within so many seconds."""
ENDS_WITHIN = 3600.0
"""Seconds within which all that an operation has begun ends, though nobody waits for it."""


class Case(NamedTuple):
    """One operation as somebody asks it, in some weather. `seconds`: how long it may take.

    `eager`: plans make code for all that lets nobody wait at once, and not only for what is asked often. `encoded`: the
    answer may have parts that are encoded already.
    """

    asked: Asked
    caller: object
    weather: Weather = Weather()
    language: str = "en"
    seconds: float | None = 60.0
    eager: bool = False
    encoded: bool = True


class Answer(NamedTuple):
    """What can be seen of it. `bodies`: the whole answer, or each event's; `raised`: its errors before they are masked."""

    bodies: tuple
    raised: tuple
    cost: int
    worked: int
    roots: tuple
    asked: Counter
    entries: Counter

    def differs(self, other):
        """The names of what is not the same in both."""
        return [name for name, mine, its in zip(self._fields, self, other, strict=True) if mine != its]


class Side:
    """Runs operations with a runner in a world that is played. `twist` may change what is answered."""

    def __init__(self, runner, replay, twist=None):
        self._runner, self._replay, self._twist = runner, replay, twist

    async def answer(self, case):
        """The answer in this case."""
        begun = asyncio.get_running_loop().begun
        begun.clear()
        self._replay.begin(case.weather)
        _Tokens.begin()
        run.MANY, run.AGAIN = EAGER if case.eager else USUAL
        asked = OperationRequest(
            query=case.asked.text,
            document_id=None,
            variables=case.asked.variables,
            operation_name=case.asked.name,
            extensions=None,
        )
        door = self._runner.door(case.caller, NOWHERE, Deadline(case.seconds))
        operation = self._runner.begin(asked, case.caller, NOWHERE, case.language, door)
        door.work.encoded = case.encoded
        bodies, raised = [], []
        try:
            if case.asked.kind == "subscription":
                with suppress(TimeoutError):
                    async with asyncio.timeout(WITHIN), aclosing(await operation.stream()) as results:
                        async for result in results:
                            bodies.append(self._body(operation, result, case, raised))
                            if len(bodies) == EVENTS:
                                break
            else:
                result = await operation.execute((OperationType.QUERY, OperationType.MUTATION))
                bodies.append(self._body(operation, result, case, raised))
        except BadRequest as bad:
            bodies.append(f"{bad.status} {bad.code}".encode())
        async with asyncio.timeout(ENDS_WITHIN):
            while left := [each for each in begun if not (each.done() or _serves(each))]:
                await asyncio.wait(left)  # what goes on without a caller, such as a read that came too late
        found = Answer(
            tuple(bodies),
            tuple(raised),
            door.cost,
            door.work.cost,
            tuple(sorted((key, each.name) for key, each in door.work.fields.items())),
            self._replay.asked,
            self._replay.entries,
        )
        return self._twist.seen(found) if self._twist else found

    def _body(self, operation, result, case, raised):
        raised += [(each.message, type(each.original_error).__name__) for each in result.errors or ()]
        body = operation.body(result)
        return encoded(self._twist.body(body) if self._twist else body, case.language)


def _serves(task):
    """Whether it is a connection of the sandbox, which stays."""
    return task.get_coro().__qualname__ == "RequestHandler.start"


class _Tokens:
    """Random names that are the same in each run."""

    numbers = count()

    @classmethod
    def begin(cls):
        cls.numbers = count()

    @classmethod
    def token_hex(cls, size=None):
        return f"{next(cls.numbers):0{2 * (size or 32)}x}"


@contextmanager
def told_alike():
    """In this block what is drawn by lot is drawn alike in each run, and nothing is logged."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    try:
        with patch.object(secrets, "token_hex", _Tokens.token_hex), patch.object(prepared, "LONG", 10**9):
            yield  # time that is played does not wait for a thread
    finally:
        run.MANY, run.AGAIN = USUAL
        structlog.configure(**before)
