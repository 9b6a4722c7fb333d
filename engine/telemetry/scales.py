"""The bounds of the buckets of histograms, and the children of metrics."""

from collections.abc import Callable
from typing import Generic, TypeVar

from prometheus_client import Histogram

T = TypeVar("T")
K = TypeVar("K")

CALLS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
"""Seconds of a call, an operation and a field. The usual time limits are among them."""
WAITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
"""Seconds of the store and of the event loop."""
AGES = (60, 300, 900, 1_800, 3_600, 21_600, 86_400, 604_800, 2_592_000)
"""Seconds of the age of an answer: minutes, hours, days."""


def observe(histogram: Histogram, value: float, times: int) -> None:
    """Observe a value so often at once. The library can only do it one by one."""
    histogram._sum.inc(value * times)  # noqa: SLF001  it has no other way to it
    for bound, bucket in zip(histogram._upper_bounds, histogram._buckets, strict=True):  # noqa: SLF001  the same
        if value <= bound:
            bucket.inc(times)
            break


class Children(dict[K, T], Generic[K, T]):
    """What is counted, by its labels. Each is made when it is first asked for, so that labels are put together once."""

    def __init__(self, make: Callable[[K], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> T:
        child = self[key] = self._make(key)
        return child
