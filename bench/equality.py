"""Whether two answers say the same. What is not equal is not timed."""

from collections.abc import Iterator
from typing import Any

MOVES = frozenset({"ageSeconds", "fetchedAt", "changedAt", "state", "staleAfter", "staleAfterHours", "expiresAt"})
"""Fields whose values belong to the moment. That they are there, and of which kind, is compared."""


def differences(expected: Any, given: Any, path: str = "data", moves: frozenset[str] = MOVES) -> Iterator[str]:
    """Each a place, and what stands there. The order of keys counts too: it is part of an answer."""
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            yield f"{path}: {_short(list(expected))} were expected, there are {_short(list(given))}"
            return
        for key, value in expected.items():
            if key in moves and not isinstance(value, dict | list):
                if _kind(value) is not _kind(given[key]):
                    yield f"{path}.{key}: {_short(value)} was expected, there is {_short(given[key])}"
            else:
                yield from differences(value, given[key], f"{path}.{key}", moves)
    elif isinstance(expected, list) and isinstance(given, list):
        if len(expected) != len(given):
            yield f"{path}: {len(expected)} items were expected, there are {len(given)}"
        for number, (one, other) in enumerate(zip(expected, given, strict=False)):
            yield from differences(one, other, f"{path}[{number}]", moves)
    elif _kind(expected) is not _kind(given) or expected != given:
        yield f"{path}: {_short(expected)} was expected, there is {_short(given)}"


def _kind(value: object) -> type:
    """JSON has one kind of number: 4.0 and 4 are the same."""
    return float if type(value) is int else type(value)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
