"""What is known of an agency's last calls, and the health that it shows."""

import math
from bisect import bisect_left, insort
from collections import deque
from datetime import datetime
from typing import NamedTuple

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.health import Condition, Health
from connectors.kit.observer import BreakerState
from connectors.kit.outcome import Outcome

LAST_CALLS, WITHIN = 200, 300.0
"""Health is told of so many last calls, within so many seconds."""


class _Ended(NamedTuple):
    at: float
    ok: bool
    seconds: float


class Vitals:
    """The last calls of one agency. A call that nobody waited for any more says nothing and is left out.

    Health is asked for with each answer, so what it says of all calls is kept up to date with each call.
    """

    def __init__(self, agency: Agency, clock: Clock) -> None:
        self._agency = agency
        self._clock = clock
        self._last = deque[_Ended]()
        self._times = list[float]()
        """How long those took that succeeded, in order."""
        self._condition = Condition.UNKNOWN if agency.url else Condition.UP
        self._since: datetime | None = None
        self._last_success: datetime | None = None
        self._cause: str | None = None
        self._ok = True

    def count(self, outcome: Outcome, seconds: float, cause: str | None) -> None:
        """One call ended."""
        if outcome is Outcome.CANCELLED:
            return
        self._ok = ok = outcome is Outcome.OK
        if len(self._last) == LAST_CALLS:
            self._forget_first()
        self._last.append(_Ended(self._clock.monotonic(), ok, seconds))
        if ok:
            insort(self._times, seconds)
            self._last_success = self._clock.now()
        else:
            self._cause = cause

    def look(self, breaker: BreakerState) -> None:
        """Note since when the condition lasts."""
        self._forget()
        condition = self._now(breaker)
        if condition is not self._condition:
            self._condition, self._since = condition, self._clock.now()

    def health(self, breaker: BreakerState, cause: str | None) -> Health:
        """How the agency does."""
        self.look(breaker)
        calls, times = len(self._last), self._times
        return Health(
            agency=self._agency.code,
            condition=self._condition,
            breaker=breaker,
            since=self._since,
            last_success=self._last_success,
            cause=None if self._condition in {Condition.UP, Condition.UNKNOWN} else cause or self._cause,
            p95=times[math.ceil(0.95 * len(times)) - 1] if times else None,
            error_rate=(calls - len(times)) / calls if calls else None,
            calls=calls,
        )

    def _now(self, breaker: BreakerState) -> Condition:
        if breaker is BreakerState.OPEN:
            return Condition.DOWN
        if breaker is BreakerState.HALF_OPEN:
            return Condition.DEGRADED
        failed = len(self._last) - len(self._times)
        if not self._last:  # nothing was asked for some time: what was last seen still holds
            return Condition.UP if self._ok and self._condition is Condition.DEGRADED else self._condition
        if failed == len(self._last) and failed >= 2:
            return Condition.DOWN
        return Condition.DEGRADED if failed else Condition.UP

    def _forget(self) -> None:
        ends = self._clock.monotonic() - WITHIN
        while self._last and self._last[0].at <= ends:
            self._forget_first()

    def _forget_first(self) -> None:
        first = self._last.popleft()
        if first.ok:
            del self._times[bisect_left(self._times, first.seconds)]
