"""The deadline of one operation: what is in by then is answered, and the rest are coded errors.

It has two walls. Shortly before the end nobody waits for an agency any more, so that a resolver can still answer with
what the other agencies said. At the end every field that still waits ends, whatever it waits for.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.kit.flights import LookEnded
from resolvers.kit.errors import UserError

MARGIN = 0.1
"""Seconds before the end at which agencies are not waited for any more, if that is no more than a tenth of all."""


class Deadline:
    """The end of one operation, in the time of the event loop, because it measures real waiting.

    Without `seconds` there is none. The first field that waits sets one timer for all fields.
    """

    __slots__ = ("_began", "_cut", "_ends", "_seconds", "_timer", "_waiting")

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: dict[asyncio.Task[object], int] = {}
        self._cut: set[asyncio.Task[object]] = set()
        self._began = 0.0
        self._ends: float | None = None
        if seconds is not None:
            self.renew()

    @property
    def left(self) -> float | None:
        """Seconds that are left, never less than 0; None if there is no end."""
        return None if self._ends is None else max(0.0, self._ends - _now())

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return _now() - self._began

    def renew(self) -> None:
        """Begin anew: each event of a subscription has all the time."""
        self.close()
        self._began = _now()
        self._ends = None if self._seconds is None else self._began + self._seconds

    def extend(self, seconds: float) -> None:
        """The client took so long to send its question; that is not our time."""
        if self._ends is not None:
            self._ends += seconds

    def lift(self) -> None:
        """There is no end: the operation changes something, and must not be broken off."""
        self.close()
        self._ends = None

    def close(self) -> None:
        """The operation has ended."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def of_a_reading(self) -> float | None:
        """Until when an agency is waited for. A reading that begins late has a half of what is left."""
        if self._ends is None or self._seconds is None:
            return None
        now = _now()
        return max(self._ends - min(MARGIN, self._seconds / 10), now + (self._ends - now) / 2)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Wait in this block; raises DEADLINE_EXCEEDED at the end, and `LookEnded` if a shared task was ended."""
        task = asyncio.current_task()
        if task is None or task in self._waiting:
            yield
            return
        before = self._waiting[task] = task.cancelling()
        self._set_timer()
        try:
            yield
        except asyncio.CancelledError:
            cut = task in self._cut
            if task.cancelling() - cut > before:
                raise  # the client has left
            raise exceeded() if cut else LookEnded from None
        finally:
            del self._waiting[task]
            if task in self._cut:
                self._cut.discard(task)
                task.uncancel()

    def _set_timer(self) -> None:
        if self._timer is None and self._ends is not None:
            self._timer = asyncio.get_running_loop().call_at(self._ends, self._end)

    def _end(self) -> None:
        """End all fields that wait. Later ones have a turn of the loop for what is at hand."""
        self._timer = None
        for task in self._waiting:
            self._cut.add(task)
            task.cancel()


def exceeded() -> UserError:
    """The error of a field for which the hub had no time left."""
    return UserError(
        "DEADLINE_EXCEEDED",
        id="Waktu untuk permintaan ini habis sebelum bidang ini terjawab; coba lagi, atau minta lebih sedikit.",
        en="The time for this request ended before this field was answered. Try again, or ask for less.",
        told={"retryable": True},
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
