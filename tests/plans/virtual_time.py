"""An event loop whose time goes on only when everybody waits, and then at once to the next timer.

So what ends first is decided by how long each was told to wait, and never by how busy the machine is.
"""

import asyncio
import gc
import heapq
import itertools
import re
import selectors
import sys
import time
import warnings
from contextlib import contextmanager
from unittest.mock import patch


class _Skipping(selectors.DefaultSelector):
    loop = None

    def select(self, timeout=None):
        if timeout is None or self.loop.real:
            return super().select(timeout)
        if found := super().select(0):
            return found  # what has come from outside is not passed by
        self.loop.skip(max(0.0, timeout))
        return []


class _InOrder(asyncio.TimerHandle):
    """Of two that are due at the same moment, the one that was set first comes first. A heap alone promises no order."""

    numbers = itertools.count()

    def __init__(self, *given):
        super().__init__(*given)
        self._number = next(self.numbers)

    def __lt__(self, other):
        return (self._when, self._number) < (other._when, other._number)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`real`: how many wait for the world outside; meanwhile time is real. `excursions`: how often somebody did.

    `begun`: the tasks since somebody has emptied it. `asyncio.all_tasks` looks at each that has not been thrown away yet.
    """

    def __init__(self):
        selector = _Skipping()
        selector.loop = self
        self.real = 0
        self.excursions = 0
        self.begun = []
        self._now = 0.0
        self._since = 0.0
        super().__init__(selector)

    def time(self):
        return self._now + (time.monotonic() - self._since if self.real else 0.0)

    def create_task(self, *given, **named):
        task = super().create_task(*given, **named)
        self.begun.append(task)
        return task

    def call_at(self, when, callback, *given, context=None):
        self._check_closed()
        timer = _InOrder(when, callback, given, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def skip(self, seconds):
        """Go on by so much."""
        self._now += seconds

    @contextmanager
    def outside(self):
        """Wait for the world outside in this block."""
        if not self.real:
            self._since = time.monotonic()
        self.real += 1
        self.excursions += 1
        try:
            yield
        finally:
            now = self.time()
            self.real -= 1
            if not self.real:
                self._now = now


LEFT = re.compile(r"coroutine '?(object )?((Counting)?Executor|Run|GrowingList|gather_with_cancel|_awaited)\b")
"""What is cancelled before it began, here as in graphql-core, has not awaited what it was given, and Python says so."""


def virtually(main):
    """The result of a coroutine function in a loop of its own."""
    told = sys.unraisablehook

    def tell(broken):
        if not LEFT.search(repr(broken.object)):  # Python may fail to say it: a named tuple's function has no imports
            told(broken)

    with warnings.catch_warnings(), patch.object(sys, "unraisablehook", tell):
        warnings.filterwarnings("ignore", LEFT.pattern, RuntimeWarning)
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            result = runner.run(main())
        gc.collect()
    return result
