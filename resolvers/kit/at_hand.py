"""What is at hand need not be waited for.

A resolver that may have to wait is `async`. It can say besides how it answers where all that it needs is at hand.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from connectors.kit.at_once import NotAtHand, at_once

__all__ = ["NotAtHand", "at_hand", "at_hand_of", "seldom_waits"]

F = TypeVar("F", bound=Callable[..., Any])

_AT_HAND: dict[Callable[..., Any], Callable[..., Any]] = {}


def at_hand(quick: Callable[..., Any]) -> Callable[[F], F]:
    """Say that `quick` gives what the resolver gives, at once; it raises `NotAtHand` where that has to wait."""

    def declare(resolver: F) -> F:
        _AT_HAND[resolver] = quick
        return resolver

    return declare


def seldom_waits(resolver: F) -> F:
    """Say that all that a resolver needs is usually at hand: it is asked at once, and awaited only where it is not.

    So it may begin twice. It does nothing that must not be done twice before it waits for the first time.
    """

    @wraps(resolver)
    def quick(root: Any, ctx: Any, **given: Any) -> Any:
        return at_once(lambda: resolver(root, ctx, **given))

    return at_hand(quick)(resolver)


def at_hand_of(resolver: Callable[..., Any]) -> Callable[..., Any] | None:
    """What gives at once what this resolver gives."""
    return _AT_HAND.get(resolver)
