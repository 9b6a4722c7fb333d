"""What the kit tells of its work: each call, each breaker, each answer served, each finding.

An observer is told at once, in the event loop, so it only counts and never waits. It gets no value of an agency and no
argument of a question.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from enum import Enum

from connectors.kit.agency import Agency
from connectors.kit.findings import Finding
from connectors.kit.outcome import Outcome
from connectors.kit.reading import State

__all__ = ["BreakerState", "Observer", "Observers", "Outcome"]


class BreakerState(Enum):
    """Whether calls to an agency are let through."""

    CLOSED = "CLOSED"
    """Calls go through."""
    HALF_OPEN = "HALF_OPEN"
    """The agency answered a probe; the next failure opens the breaker again."""
    OPEN = "OPEN"
    """Calls fail at once, and only a probe goes through."""


_NO_HEADERS: Mapping[str, str] = {}


class Observer:
    """Is told what happens. This one does nothing; others override what they count."""

    def calling(self, agency: Agency, question: str) -> AbstractContextManager[Mapping[str, str]]:  # noqa: ARG002  others use them
        """Is entered while one call is under way. Gives the headers that go with it."""
        return nullcontext(_NO_HEADERS)

    def call_ended(self, agency: Agency, question: str, outcome: Outcome, seconds: float, cause: str | None) -> None:
        """One call ended. `cause` says in words for operators why it failed."""

    def call_refused(self, agency: Agency, question: str, why: str) -> None:
        """The hub itself let a call not through. `why` is `breaker`, `queue` or `asked_to_wait`."""

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:
        """The breaker opened, half opened, or closed."""

    def served(self, agency: Agency, question: str, state: State | None, age: float | None, times: int = 1) -> None:
        """A reading was given to so many operations. `state` is None if there was none; `age` is in seconds."""

    def found(self, agency: Agency, finding: Finding) -> None:
        """The agency sent what its protocol does not promise. It is told each time."""

    def opened(self, agency: Agency, finding: Finding) -> None:
        """A finding was met for the first time, or again after it was closed. It is told before `found`."""

    def closed(self, agency: Agency, finding: Finding) -> None:
        """A later answer no longer shows the finding, or nobody has met it for long."""

    def answered(self, agency: Agency, question: str, rows: int, kept: int) -> None:
        """A whole answer was read. It had so many rows, and so many of them were kept."""


class Observers(Observer):
    """Tells several observers, in the order in which they were added."""

    def __init__(self) -> None:
        self._all: list[Observer] = []
        self._around: list[Observer] = []

    def add(self, observer: Observer) -> None:
        """Tell this one too, from now on."""
        self._all.append(observer)
        if type(observer).calling is not Observer.calling:
            self._around.append(observer)

    def calling(self, agency: Agency, question: str) -> AbstractContextManager[Mapping[str, str]]:
        if len(self._around) == 1:
            return self._around[0].calling(agency, question)
        return self._calling(agency, question)

    @contextmanager
    def _calling(self, agency: Agency, question: str) -> Iterator[Mapping[str, str]]:
        headers: dict[str, str] = {}
        with ExitStack() as inside:
            for each in self._around:
                headers.update(inside.enter_context(each.calling(agency, question)))
            yield headers

    def call_ended(self, agency: Agency, question: str, outcome: Outcome, seconds: float, cause: str | None) -> None:
        for each in self._all:
            each.call_ended(agency, question, outcome, seconds, cause)

    def call_refused(self, agency: Agency, question: str, why: str) -> None:
        for each in self._all:
            each.call_refused(agency, question, why)

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:
        for each in self._all:
            each.breaker_changed(agency, state, cause)

    def served(self, agency: Agency, question: str, state: State | None, age: float | None, times: int = 1) -> None:
        for each in self._all:
            each.served(agency, question, state, age, times)

    def found(self, agency: Agency, finding: Finding) -> None:
        for each in self._all:
            each.found(agency, finding)

    def opened(self, agency: Agency, finding: Finding) -> None:
        for each in self._all:
            each.opened(agency, finding)

    def closed(self, agency: Agency, finding: Finding) -> None:
        for each in self._all:
            each.closed(agency, finding)

    def answered(self, agency: Agency, question: str, rows: int, kept: int) -> None:
        for each in self._all:
            each.answered(agency, question, rows, kept)


class ObserverOfAgency:
    """Tells an observer of the findings of one agency."""

    def __init__(self, agency: Agency, observer: Observer) -> None:
        self._agency = agency
        self._observer = observer

    def found(self, finding: Finding) -> None:
        self._observer.found(self._agency, finding)

    def opened(self, finding: Finding) -> None:
        self._observer.opened(self._agency, finding)

    def closed(self, finding: Finding) -> None:
        self._observer.closed(self._agency, finding)

    def answered(self, question: str, rows: int, kept: int) -> None:
        self._observer.answered(self._agency, question, rows, kept)
