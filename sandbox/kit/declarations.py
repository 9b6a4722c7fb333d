"""What holds declarations together: no two domains of the sandbox declare the same."""

from collections.abc import Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SandboxDeclarationError(Exception):
    """The declarations of two places clash, or one is missing. The text names both places."""


def united(entries: Iterable[tuple[str, K, V]], what: str) -> dict[K, V]:
    """Entries of domains in one mapping; raises `SandboxDeclarationError` if two of them have the same key."""
    found: dict[K, V] = {}
    owner: dict[K, str] = {}
    for name, key, value in entries:
        place = f"sandbox/{name}/domain.py"
        if key in found:
            raise SandboxDeclarationError(f"{what} {key} is declared by {owner[key]} and by {place}")
        found[key], owner[key] = value, place
    return found
