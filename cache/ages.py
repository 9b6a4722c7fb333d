"""How old an answer is: a clock that was set back or forward never makes an old answer look new."""

import msgspec
from cachetools import LRUCache

from connectors.kit.clock import Clock

AHEAD = 2.0
"""Seconds by which two clocks may differ. An answer that is further in the future is void: its age is unknown."""
EVERY = 60.0
"""Seconds after which the clock of the place is looked at again."""
MOST_OWN = 10_000
"""For so many answers a process remembers that it fetched them itself."""


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """When an answer was fetched, in seconds since 1970: by the clock of the hub, and by that of the place.

    The place is where the answer is kept, such as Redis. Its clock may be unknown.
    """

    hub: float
    place: float | None


class Ages:
    """The ages of answers in one place that several processes fill, and that outlives them.

    What this process fetched itself is as old as its monotonic clock says. Of other answers, each clock that stamped
    them says how old they are, and the later clock is believed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: float | None = None
        self._looked = float("-inf")
        self._own: LRUCache[str, tuple[Stamp, float]] = LRUCache(MOST_OWN)

    @property
    def due(self) -> bool:
        """Whether it is time to look at the clock of the place."""
        return self._clock.monotonic() - self._looked >= EVERY

    def look(self, place: float) -> None:
        """The clock of the place says this now."""
        self._looked = self._clock.monotonic()
        self._ahead = place - self._looked

    def place(self) -> float | None:
        """What the clock of the place says by now; None if nobody has looked at it."""
        return None if self._ahead is None else self._clock.monotonic() + self._ahead

    def stamp(self, key: str, born: float) -> Stamp:
        """The stamp of an answer that this process fetched, or took from another place, at this monotonic moment."""
        age = self._clock.monotonic() - born
        place = self.place()
        stamp = Stamp(self._clock.now().timestamp() - age, None if place is None else place - age)
        self.remember(key, stamp, born)
        return stamp

    def remember(self, key: str, stamp: Stamp, born: float) -> None:
        """An answer of this process has this stamp."""
        self._own[key] = stamp, born

    def born(self, key: str, stamp: Stamp) -> float | None:
        """The monotonic moment at which an answer with this stamp was fetched; None if the answer is void."""
        known, born = self._own.get(key, (None, 0.0))
        if known == stamp:
            return born
        age, place = self._clock.now().timestamp() - stamp.hub, self.place()
        if place is not None and stamp.place is not None:
            age = max(age, place - stamp.place)
        return None if age < -AHEAD else self._clock.monotonic() - max(0.0, age)
