"""Asking at once: what has to wait is not begun.

Within `at_once`, whatever would make a task or wait for one raises `NotAtHand` before it begins anything. So the same
coroutine can be tried first, and is awaited only where something of it has to be waited for.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_AT_ONCE: ContextVar[bool] = ContextVar("at_once", default=False)


class NotAtHand(Exception):
    """It has to be waited for."""


asked_at_once = _AT_ONCE.get
"""Whether nothing may be waited for now."""


def refuse_to_wait() -> None:
    """Something would have to be waited for: raises `NotAtHand` where nothing may be."""
    if _AT_ONCE.get():
        raise NotAtHand


def at_once(ask: Callable[[], Awaitable[T]]) -> T:
    """What this gives without waiting; raises `NotAtHand` where it has to wait, and whatever it raises itself."""
    before = _AT_ONCE.set(True)
    try:
        steps = ask().__await__()
        try:
            next(steps)
        except StopIteration as done:
            found: T = done.value
            return found
        steps.close()
        raise NotAtHand
    finally:
        _AT_ONCE.reset(before)
