"""A small answer of the store that many ask for: read at most once in a while, and again after each change."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

KNOWN_FOR = 2.0
"""Seconds for which a process trusts what it knows. It may learn of another process's change this late."""


class Recent(Generic[T]):
    """What was read last. All who ask at the same time share one reading."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._known: T | None = None
        self._until = float("-inf")
        self._changes = 0

    async def get(self) -> T:
        """What is known, or what is read now."""
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if self._known is not None and now < self._until:
                return self._known
            changes = self._changes
            found = await self._read()
            if changes == self._changes:
                self._known, self._until = found, now + KNOWN_FOR
            return found

    def forget(self) -> None:
        """This process has changed it."""
        self._changes += 1
        self._until = float("-inf")
