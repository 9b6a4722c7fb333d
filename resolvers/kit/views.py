"""What is derived from the records of readings: made once for the same records, and not once for each operation."""

from collections.abc import Callable, Hashable, Sequence, Sized
from typing import Any, NamedTuple, TypeVar

from cachetools import LRUCache

T = TypeVar("T")

MOST = 200_000
"""The records in all views together. A view with more is made for each operation."""
AROUND = 100
"""What a view weighs beside its records."""


class _View(NamedTuple):
    records: tuple[Any, ...]
    derived: Any

    @property
    def size(self) -> int:
        return AROUND + sum(len(each) if isinstance(each, Sized) else 1 for each in self.records)


class Views:
    """The views of one process, those that were used last.

    A view follows from its records and its name alone: no moment, no age and no caller is in it. So it holds as long
    as the records are the same, whether they come from memory or as another copy from Redis. There is one view of a
    name: the next one takes its place.
    """

    def __init__(self, most: int = MOST) -> None:
        self._kept: LRUCache[Hashable, _View] = LRUCache(most, getsizeof=lambda view: view.size)

    def of(self, name: Hashable, records: Sequence[Any], derive: Callable[[], T]) -> T:
        """The view of this name on the records of these readings; `derive` makes it if there is none of the same."""
        known: _View | None = self._kept.get(name)
        if known is None or not _identical(known.records, records):
            same = known is not None and known.records == tuple(records)
            known = _View(tuple(records), known.derived if known and same else derive())
            self._keep(name, known)
        found: T = known.derived
        return found

    def _keep(self, name: Hashable, view: _View) -> None:
        self._kept.pop(name, None)
        if view.size <= self._kept.maxsize:
            self._kept[name] = view


def _identical(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
