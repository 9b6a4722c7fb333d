"""The age of a reading, as it is shown: whole seconds that know since when they count."""

from typing import Any

from connectors.kit.clock import Clock
from connectors.kit.reading import Reading


class Age(int):
    """Whole seconds. `born` is the moment since which they count, by the monotonic clock; `exact` has their parts."""

    born: float
    exact: float

    @classmethod
    def of(cls, reading: Reading[Any], clock: Clock) -> "Age":
        """The age of a reading now."""
        age = reading.age(clock)
        made = cls(age)
        made.exact = age
        made.born = clock.monotonic() - age if reading.born is None else reading.born
        return made
