"""The throttle of an agency. Every call passes it, over any protocol.

It keeps to the configured number of calls, at the same time and in a minute. If the agency asks the hub to wait, it
refuses calls for that time. If the agency fails, its circuit breaker opens, and calls fail at once until the hub's own
probe is answered. This place sees how each call begins and ends, and tells the observer.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from connectors.kit.agency import Agency
from connectors.kit.breaker import Breaker
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError, AgencyThrottled, AgencyUnavailable, HubThrottled
from connectors.kit.health import Health
from connectors.kit.observer import BreakerState, Observer
from connectors.kit.outcome import Outcome
from connectors.kit.prober import PROBING, Prober
from connectors.kit.progress import Progress, in_progress
from connectors.kit.turns import QueueFull, Turns
from connectors.kit.urgency import URGENCY
from connectors.kit.vitals import Vitals


class Throttle:
    """The throttle of one agency. Its breaker is tried by `ask`; without it, the next call after a rest tries it."""

    def __init__(
        self,
        agency: Agency,
        clock: Clock,
        observer: Observer | None = None,
        ask: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._agency = agency
        self._now = clock.monotonic
        self._observer = observer or Observer()
        self.breaker = Breaker(self._now, self._changed)
        self.prober = Prober(self.breaker, self._now, ask)
        self._turns = Turns(agency.limits, self._now, lambda taken: self.breaker.lets(taken + self._unjudged))
        self._vitals = Vitals(agency, clock)
        self._unjudged = 0
        self._shut_until = float("-inf")
        self._retired = False

    @property
    def idle(self) -> bool:
        """Whether no call is under way."""
        return not self._turns.taken

    def retire(self) -> None:
        """Let no call begin from now on: the agency is configured no longer, or otherwise."""
        self._retired = True

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once, so that trying again is no use."""
        return self.breaker.state is BreakerState.OPEN

    def health(self) -> Health:
        """How the agency does now."""
        return self._vitals.health(self.breaker.state, self.breaker.cause)

    @asynccontextmanager
    async def passed(self, question: str) -> AsyncIterator[Mapping[str, str]]:
        """Wait for a turn and keep it while the call runs. Gives the headers that the observer wants to go with it.

        Raises an `AgencyError` while the breaker is open, while the agency wants the hub to wait, and if the queue is
        full.
        """
        with in_progress(question) as progress:
            if refusal := self._refusal():
                raise self._noted(progress, *refusal)
            arrived = self._now()
            await self._turn(progress)
            passage = _Passage(self, progress.question, self.breaker.openings, self._now())
            if passage.began - arrived > self._agency.limits.timeout / 2:
                passage.in_vain = True
                progress.held_back = self._too_late(progress)
            error: BaseException | None = None
            try:
                if refusal := self._refusal():  # it may have come in the moment between
                    passage.told = True
                    raise self._noted(progress, *refusal)
                progress.begins(passage)
                try:
                    with self._observer.calling(self._agency, progress.question) as headers:
                        yield headers
                except BaseException as raised:
                    error = raised
                    raise
                finally:
                    if isinstance(error, AgencyThrottled) and error.retry_after:
                        self._shut_until = self._now() + error.retry_after
                    passage.seconds = self._now() - passage.began
                    progress.ends(passage, error)
            finally:
                passage.left = True
                self._unjudged += not passage.told
                self._turns.leave()

    async def aclose(self) -> None:
        """End the probe. Calls still pass."""
        await self.prober.aclose()

    async def _turn(self, progress: Progress) -> None:
        progress.understood()  # of what the agency answered before, or the next call could not be made
        progress.waiting += 1
        try:
            await self._turns.take(URGENCY.get())
        except QueueFull:
            raise self._noted(progress, "queue", self._too_many("too many calls wait already")) from None
        except asyncio.CancelledError:
            progress.held_back = self._too_late(progress)
            raise
        except AgencyError as error:
            self._noted(progress, "breaker", error)
            raise
        finally:
            progress.waiting -= 1

    def _refusal(self) -> tuple[str, AgencyError] | None:
        """Why no call may begin now, and the error that says so."""
        if self._retired:
            return "retired", AgencyUnavailable(self._agency.code, "the hub asks it no longer", reached=False)
        if not PROBING.get() and self.breaker.state is not BreakerState.CLOSED:
            self.prober.wake()
            if self.is_open:
                return "breaker", self._breaker_is_open()
        wait = self._shut_until - self._now()
        if wait > 0:
            return "asked_to_wait", AgencyThrottled(self._agency.code, "asked us to wait", retry_after=wait)
        return None

    def _too_late(self, progress: Progress) -> Callable[[], AgencyError]:
        """The error of a call that got no turn in time. If it was cancelled by its caller, nobody asks for it."""
        refused = self._refusal() or ("queue", self._too_many("the hub's own limits let no call through in time"))
        return lambda: self._noted(progress, *refused)

    def _noted(self, progress: Progress, why: str, error: AgencyError) -> AgencyError:
        self._observer.call_refused(self._agency, progress.question, why)
        return error

    def _breaker_is_open(self) -> AgencyError:
        cause = self.breaker.cause or "it does not answer"
        return AgencyUnavailable(
            self._agency.code,
            f"its breaker is open: {cause}",
            retry_after=math.ceil(self.breaker.wait()),
            reached=False,
            cause=cause,
        )

    def _too_many(self, reason: str) -> AgencyError:
        """Nobody waits longer than the time limit, so after it there is room again."""
        return HubThrottled(self._agency.code, reason, retry_after=self._agency.limits.timeout, reached=False)

    def _changed(self) -> None:
        breaker = self.breaker
        self._observer.breaker_changed(self._agency, breaker.state, breaker.cause)
        if self.is_open:
            self._turns.turn_away(self._breaker_is_open)
        self._vitals.look(breaker.state)
        self.prober.wake()

    def ended(self, passage: "_Passage", outcome: Outcome, cause: str | None) -> None:
        """A call is judged."""
        self._unjudged -= passage.left
        self._vitals.count(outcome, passage.seconds, cause)
        self._observer.call_ended(self._agency, passage.question, outcome, passage.seconds, cause)
        self.breaker.count(outcome, cause, passage.opening)
        self._vitals.look(self.breaker.state)
        self._turns.call_next()


class _Passage:
    """One call on its way through the throttle."""

    __slots__ = ("_throttle", "began", "in_vain", "left", "opening", "question", "seconds", "told")

    def __init__(self, throttle: Throttle, question: str, opening: int, began: float) -> None:
        self._throttle = throttle
        self.question = question
        self.opening = opening
        self.began = began
        self.seconds = 0.0
        self.in_vain = False
        self.told = False
        self.left = False

    def tell(self, outcome: Outcome, cause: str | None) -> None:
        if not self.told:
            self.told = True
            self._throttle.ended(self, outcome, cause)
