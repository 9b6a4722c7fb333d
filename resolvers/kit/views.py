"""What is derived from the records of readings: made once for the same records, and not once for each operation."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from cachetools import LRUCache

T = TypeVar("T")

MOST = 64


class _View(NamedTuple):
    records: tuple[Any, ...]
    derived: Any


class Views:
    """The views of one process, those that were used last.

    A view follows from its records and its name alone: no moment, no age and no caller is in it. So it holds as long
    as the records are the same, whether they come from memory or as another copy from Redis.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[Hashable, _View] = LRUCache(MOST)

    def of(self, name: Hashable, records: Sequence[Any], derive: Callable[[], T]) -> T:
        """The view of this name on these records; `derive` makes it if there is none of the same records."""
        known: _View | None = self._kept.get(name)
        if known is None or not _same(known.records, records):
            known = self._kept[name] = _View(tuple(records), derive())
        found: T = known.derived
        return found


def _same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(
        one is other or one == other for one, other in zip(some, others, strict=True)
    )
