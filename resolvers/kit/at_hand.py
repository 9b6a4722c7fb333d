"""What is at hand need not be waited for.

A resolver that may have to wait is `async`. It can say besides how it answers where all that it needs is at hand.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_AT_HAND: dict[Callable[..., Any], Callable[..., Any]] = {}


class NotAtHand(Exception):
    """It has to be waited for."""


def at_hand(quick: Callable[..., Any]) -> Callable[[F], F]:
    """Say that `quick` gives what the resolver gives, at once; it raises `NotAtHand` where that has to wait."""

    def declare(resolver: F) -> F:
        _AT_HAND[resolver] = quick
        return resolver

    return declare


def at_hand_of(resolver: Callable[..., Any]) -> Callable[..., Any] | None:
    """What gives at once what this resolver gives."""
    return _AT_HAND.get(resolver)
