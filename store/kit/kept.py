"""What was found in copies. It is kept for all operations, as long as the copies stay as they are."""

from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Kept(Generic[T]):
    """What was asked for last, all together of at most this weight. Nothing about a person is asked for here."""

    def __init__(self, most: int, weight: Callable[[T], int] = lambda _: 0) -> None:
        self._found: LRUCache[Hashable, tuple[Hashable, T]] = LRUCache(most, lambda kept: 1 + weight(kept[1]))

    async def of(self, asked: Hashable, version: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """What is known of this version of the copies, or is found now. Without a version, nothing is kept."""
        known = self._found.get(asked)
        if known is not None and known[0] == version:
            return known[1]
        found = await find()
        if version is not None:
            with suppress(ValueError):  # it alone is heavier than all that is kept
                self._found[asked] = version, found
        return found
