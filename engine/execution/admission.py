"""How many operations run at once. Past that an operation waits briefly, and then it is refused.

The most urgent and the cheapest go first, and the dearest of the least urgent are refused first.

The bound follows the event loop. If the loop is late, the process has more to do than it can, so fewer operations run.
If operations wait although the loop is on time, more run: they wait for agencies. A burst after a rest begins with few,
because nobody knows yet what they cost.
"""

import asyncio
import itertools
from bisect import insort
from typing import NamedTuple

import msgspec
from cachetools import LRUCache
from graphql import GraphQLError

from connectors.kit.urgency import Urgency

AGAIN = 1
"""Seconds after which a client that was refused may ask again."""
KNOWN = 10_000
"""Documents of which a process remembers what they cost."""
LEAST = 12
"""So many operations run at once however late the event loop is."""
FIRST = 64
"""So many operations run at once after a rest. Then twice as many with each look, until the loop is late."""
LESS, MORE = 0.75, 0.25
"""The part that is left of the operations that run when the loop is late, and the part that is added when it is not."""


class Overloaded(GraphQLError):
    """The hub runs as many operations as it can."""

    def __init__(self) -> None:
        super().__init__("Too many operations run at once.")


class OperationLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many operations run `at_once`, how many wait for that, and for how many seconds each waits (`patience`).

    If the event loop is later than `late` seconds, fewer run, until it is not.
    """

    at_once: int = 200
    waiting: int = 200
    patience: float = 0.2
    late: float = 0.1


class _Rank(NamedTuple):
    """The order of those that wait: a lower one goes earlier."""

    urgency: int
    cost: float
    number: int


class _Waiting(NamedTuple):
    rank: _Rank
    turn: asyncio.Future[bool]


class Admission:
    """The operations of one process that run, and those that wait for their turn.

    `crowded` says that some were refused; whoever acts on it takes it back.
    """

    def __init__(self, limits: OperationLimits | None = None) -> None:
        self._limits = limits or OperationLimits()
        self._first = min(FIRST, self._limits.at_once)
        self._bound = self._first
        self._has_been_late = False
        self._running = 0
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._costs: LRUCache[int, int] = LRUCache(KNOWN)
        self.crowded = False

    @property
    def running(self) -> int:
        """How many run."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def is_hopeless(self, urgency: Urgency, document: str) -> bool:
        """Whether an operation would be refused at once, told before its document is read.

        A document that was not measured before counts as the dearest.
        """
        if not self._full:
            return False
        self.crowded = True
        cost = self._costs.get(hash(document), float("inf"))
        return not self._waiting or self._rank(urgency, cost) >= self._waiting[-1].rank

    async def enter(self, urgency: Urgency, cost: int, document: str) -> bool:
        """Wait for a turn; whether it came. Then the operation has to `leave`."""
        self._costs[hash(document)] = cost
        if self._running < self._bound:
            self._running += 1
            return True
        if self.is_hopeless(urgency, document):
            return False
        if self._full:
            self._waiting.pop().turn.set_result(False)
        loop = asyncio.get_running_loop()
        mine = _Waiting(self._rank(urgency, cost), loop.create_future())
        insort(self._waiting, mine)
        timer = loop.call_later(self._limits.patience, self._refuse, mine)
        try:
            return await mine.turn
        except asyncio.CancelledError:
            self._refuse(mine)
            if not mine.turn.cancelled() and mine.turn.result():
                self.leave()
            raise
        finally:
            timer.cancel()

    def leave(self) -> None:
        """The operation has ended; the next one has its turn."""
        self._running -= 1
        self._call_next()

    def look(self, late: float) -> None:
        """Lower the bound if the loop is `late`, in seconds; raise it if it is reached and the loop is on time."""
        if late > self._limits.late:
            self._bound = min(self._bound, max(LEAST, int(self._running * LESS)))
            self._has_been_late = True
        elif self._running >= self._bound or self._bound < self._first:
            more = self._bound * MORE if self._has_been_late else self._bound
            self._bound = min(self._limits.at_once, self._bound + max(1, int(more)))
        elif self._running < self._bound * LESS:
            self._bound = max(self._first, int(self._bound * LESS))
            self._has_been_late = self._has_been_late and self._bound > self._first
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting and self._running < self._bound:
            self._running += 1
            self._waiting.pop(0).turn.set_result(True)

    @property
    def _full(self) -> bool:
        return self._running >= self._bound and len(self._waiting) >= self._limits.waiting

    def _rank(self, urgency: Urgency, cost: float) -> _Rank:
        return _Rank(-urgency.value, cost, next(self._numbers))

    def _refuse(self, mine: _Waiting) -> None:
        if mine in self._waiting:
            self._waiting.remove(mine)
            if not mine.turn.done():
                mine.turn.set_result(False)
