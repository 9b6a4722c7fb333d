"""How late the event loop is: a timer rings every half second, and notes how late it rang."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 0.5
"""Seconds between two looks."""


@contextmanager
def measured(note: Callable[[float], None], every: float = EVERY) -> Iterator[None]:
    """Note the seconds while the block runs."""
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def ring(due: float) -> None:
        now = loop.time()
        note(max(0.0, now - due))
        wind(now + every)

    def wind(due: float) -> None:
        timers[:] = [loop.call_at(due, ring, due)]

    wind(loop.time() + every)
    try:
        yield
    finally:
        timers.pop().cancel()
