"""The circuit breaker of one agency: from the outcomes of its calls it decides whether more calls are let through.

It only counts and compares times; it neither calls nor waits. `connectors/kit/prober.py` asks while it is open.
"""

from collections import deque
from collections.abc import Callable
from random import SystemRandom

from connectors.kit.observer import BreakerState
from connectors.kit.outcome import Outcome

FAILURES = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.FAILED, Outcome.CHANGED})
"""What the agency is blamed for. Not what it refuses, nor the pace that it asks for, nor a caller that left."""
ANSWERS = frozenset({Outcome.OK, Outcome.REJECTED, Outcome.THROTTLED})
"""What shows that it is there."""

LAST_CALLS, WITHIN = 10, 30.0
"""It opens if of so many last calls, within so many seconds, half or more failed, and two at least."""
LEAST_FAILURES = 2
SILENCES = 2
"""It opens too after so many time-outs without an answer between them."""
DOUBT = 5
"""While the agency has not answered since its last failures, so many calls may be under way or have failed."""
FIRST_REST, LONGEST_REST = 5.0, 30.0
"""Seconds from one probe to the next: these, then twice as many each time, up to the longest."""
JITTER = 0.2
"""A rest is shortened by up to this part of it, so that hubs and agencies do not probe in step."""
CONFIRM = 1.0
"""Seconds after which a breaker that half opened is tried again by the hub, if no caller did it."""

_random = SystemRandom()


class Breaker:
    """Closed, half open, or open. `changed` is told of each change; `now` gives seconds that never run backwards."""

    def __init__(
        self, now: Callable[[], float], changed: Callable[[], None], random: Callable[[], float] = _random.random
    ) -> None:
        self._now = now
        self._changed = changed
        self._random = random
        self.state = BreakerState.CLOSED
        self.cause: str | None = None
        self.openings = 0
        self.due = 0.0
        """When the next probe may begin."""
        self._last: deque[tuple[float, bool]] = deque(maxlen=LAST_CALLS)
        self._silences = 0
        self._answers = False
        self._rest = 0.0

    def lets(self, under_way: int) -> bool:
        """Whether one more call may begin beside those under way."""
        if self._answers or self.state is BreakerState.OPEN:  # while it is open, only the probe asks
            return True
        return under_way + self._failures() < DOUBT

    def count(self, outcome: Outcome, cause: str | None, opening: int) -> None:
        """One call ended. `opening` is how often the breaker had opened when it began; later openings know more."""
        if opening != self.openings or self.state is BreakerState.OPEN:
            return
        if outcome in ANSWERS:
            self._answered(outcome)
        elif outcome in FAILURES:
            self._failed(outcome, cause)

    def open(self, cause: str | None) -> None:
        """Let no more calls through."""
        self.openings += 1
        self.cause = cause
        self._answers = False
        self._last.clear()
        self._silences = 0
        self._put_off()
        self._to(BreakerState.OPEN)

    def half_open(self) -> None:
        """A probe was answered: let calls through, and believe the first."""
        self.due = self._now() + CONFIRM
        self._to(BreakerState.HALF_OPEN)

    def probing(self) -> None:
        """A probe begins, so the next one is due a rest later."""
        self._put_off()

    def wait(self) -> float:
        """Seconds until it is worth asking again."""
        return max(self.due - self._now(), 1.0)

    def _answered(self, outcome: Outcome) -> None:
        self._answers, self._silences = True, 0
        if outcome is Outcome.OK:
            self._last.append((self._now(), False))
        if self.state is BreakerState.HALF_OPEN:
            self._last.clear()
            self._rest, self.cause = 0.0, None
            self._to(BreakerState.CLOSED)

    def _failed(self, outcome: Outcome, cause: str | None) -> None:
        self._answers = False
        self._last.append((self._now(), True))
        if outcome is Outcome.TIMEOUT:
            self._silences += 1
        elif outcome is not Outcome.UNREACHABLE:
            self._silences = 0
        recent = [failed for at, failed in self._last if at > self._now() - WITHIN]
        mostly = sum(recent) >= LEAST_FAILURES and 2 * sum(recent) >= len(recent)
        if mostly or self._silences >= SILENCES or self.state is BreakerState.HALF_OPEN:
            self.open(cause)

    def _failures(self) -> int:
        """How many calls have failed within the time that counts, since the last answer."""
        count = 0
        for at, failed in reversed(self._last):
            if not failed or at <= self._now() - WITHIN:
                break
            count += 1
        return count

    def _put_off(self) -> None:
        self._rest = min(max(2 * self._rest, FIRST_REST), LONGEST_REST)
        self.due = self._now() + self._rest * (1 - JITTER * self._random())

    def _to(self, state: BreakerState) -> None:
        self.state = state
        self._changed()
