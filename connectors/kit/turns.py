"""The queue in front of an agency: who goes next where seats or the calls of a minute are scarce.

The classes of callers share them by weight (stride scheduling): each time a class gets its turn, it falls back by the
inverse of its weight, and the class that is the least far goes next.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from connectors.kit.agency import Limits
from connectors.kit.errors import AgencyError
from connectors.kit.urgency import Urgency

LONGEST_QUEUE = 1_000
"""How many calls of one class may wait: five hundred people who want the same slot, or ten reads of 100 pages."""


class QueueFull(Exception):
    """So many calls of this class wait already that one more would only wait in vain."""


class Turns:
    """The seats of one agency and its calls of a minute. `lets` says whether one more than `taken` may begin."""

    def __init__(self, limits: Limits, now: Callable[[], float], lets: Callable[[int], bool]) -> None:
        self._now = now
        self._lets = lets
        self._seats = limits.concurrency
        self._per_minute = limits.per_minute
        self._tokens = float(limits.per_minute or 0)
        self._filled_at = now()
        self.taken = 0
        self._lines: dict[Urgency, deque[asyncio.Future[None]]] = {urgency: deque() for urgency in Urgency}
        self._passed = dict.fromkeys(Urgency, 0.0)
        self._farthest = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, urgency: Urgency) -> None:
        """Wait for a turn. Raises `QueueFull`, or the error with which all are turned away."""
        if not any(self._lines.values()) and self._free():
            self._begin()
            return
        line = self._lines[urgency]
        if len(line) >= LONGEST_QUEUE:
            raise QueueFull
        if not line:  # a class that did not wait saves nothing up
            self._passed[urgency] = max(self._passed[urgency], self._farthest)
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        self.call_next()
        try:
            await turn
        except asyncio.CancelledError:
            if turn in line:
                line.remove(turn)
            elif not turn.cancelled() and turn.exception() is None:
                self.leave()
            raise

    def leave(self) -> None:
        """Give the seat back."""
        self.taken -= 1
        self.call_next()

    def call_next(self) -> None:
        """Let go whoever may go now."""
        while self._free() and (urgency := self._next()):
            turn = self._lines[urgency].popleft()
            if not turn.done():
                self._farthest = self._passed[urgency]
                self._passed[urgency] += 1 / urgency.value
                self._begin()
                turn.set_result(None)
        self._come_back()

    def turn_away(self, error: Callable[[], AgencyError]) -> None:
        """Everyone who waits gets an error of its own, now."""
        for line in self._lines.values():
            while line:
                turn = line.popleft()
                if not turn.done():
                    turn.set_exception(error())
        self._come_back()

    def _next(self) -> Urgency | None:
        waiting = [urgency for urgency, line in self._lines.items() if line]
        return min(waiting, key=self._passed.__getitem__, default=None)

    def _begin(self) -> None:
        self.taken += 1
        self._tokens -= 1

    def _free(self) -> bool:
        return self.taken < self._seats and self._lets(self.taken) and self._until_a_token() <= 0

    def _until_a_token(self) -> float:
        """Seconds until one more call of this minute is allowed."""
        if self._per_minute is None:
            return 0.0
        now, rate = self._now(), self._per_minute / 60
        self._tokens = min(self._tokens + (now - self._filled_at) * rate, float(self._per_minute))
        self._filled_at = now
        return 0.0 if self._tokens > 1 - 1e-6 else (1 - self._tokens) / rate

    def _come_back(self) -> None:
        """Set the timer for the next call of this minute, if somebody waits for nothing else."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if any(self._lines.values()) and self._per_minute is not None and (wait := self._until_a_token()) > 0:
            self._timer = asyncio.get_running_loop().call_later(wait, self.call_next)
