"""The calls of one question, and when it is known how each of them ended.

Whether a call was too slow is known only where the time limit is. Whether an answer is what the protocol promises is
known only when its rows are read. So the last answer and the calls that were cut off wait here for their verdict.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from connectors.kit.errors import AgencyError
from connectors.kit.outcome import Outcome


class Judged(Protocol):
    """A call whose outcome is told once. Whatever is told after the first time does not count.

    `in_vain` is True if it got its turn so late that the agency had no fair time to answer.
    """

    in_vain: bool

    def tell(self, outcome: Outcome, cause: str | None) -> None: ...


class Progress:
    """The calls of one question, which share this object."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.waiting = 0
        self.held_back: Callable[[], AgencyError] | None = None
        """The error for a call that was cut off while it waited for its turn, or soon after."""
        self._calling: set[Judged] = set()
        self._cut: list[Judged] = []
        self._answered: Judged | None = None
        self._over = False
        self._limit: asyncio.Timeout | None = None
        self._working = 0
        self._left = 0.0

    @contextmanager
    def limited(self, limit: asyncio.Timeout) -> Iterator[None]:
        """Inside, this is the time limit of the question, unless it has one already."""
        outermost = self._limit is None
        if outermost:
            self._limit = limit
        try:
            yield
        finally:
            if outermost:
                self._limit = None

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """The time limit stands still while the hub works on what the agency has answered."""
        limit, loop = self._limit, asyncio.get_running_loop()
        if limit is None or limit.expired():
            yield
            return
        if not self._working:
            self._left = (limit.when() or loop.time()) - loop.time()
            limit.reschedule(None)
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            if not self._working and not limit.expired():
                limit.reschedule(loop.time() + self._left)

    def begins(self, call: Judged) -> None:
        """A call goes to the agency."""
        self._calling.add(call)

    def ends(self, call: Judged, error: BaseException | None) -> None:
        """A call has ended. Its verdict waits if it was cut off, or if its answer has yet to be read."""
        self._calling.discard(call)
        match error:
            case AgencyError():
                call.tell(error.outcome, error.cause)
            case asyncio.CancelledError() if not self._over:
                self._cut.append(call)
            case asyncio.CancelledError():
                call.tell(Outcome.CANCELLED, None)
            case _ if self._over or self._calling or self.waiting:
                call.tell(Outcome.OK, None)
            case _:
                self._answered = call

    def understood(self) -> None:
        """The hub could read the last answer."""
        if self._answered:
            self._answered.tell(Outcome.OK, None)
            self._answered = None

    def too_late(self, cause: str) -> bool:
        """The time limit is reached. False if the agency is not at fault, because no call came to it in time."""
        self.understood()
        late = [call for call in (*self._calling, *self._cut) if not call.in_vain]
        for call in late:
            call.tell(Outcome.TIMEOUT, cause)
        return bool(late)

    def over(self, error: AgencyError | None) -> None:
        """The question is answered, or failed with this error."""
        self._over = True
        for call in self._cut:
            call.tell(Outcome.CANCELLED, None)
        if self._answered and error:
            self._answered.tell(error.outcome, error.cause)
        self.understood()


PROGRESS: ContextVar[Progress | None] = ContextVar("progress", default=None)
"""The progress of the current question. All calls of the question share it."""


@contextmanager
def in_progress(question: str) -> Iterator[Progress]:
    """The progress of the current question, or a new one that is over at the end of this block."""
    if known := PROGRESS.get():
        yield known
        return
    progress = Progress(question)
    token = PROGRESS.set(progress)
    failed: AgencyError | None = None
    try:
        yield progress
    except AgencyError as error:
        failed = error
        raise
    finally:
        PROGRESS.reset(token)
        progress.over(failed)
