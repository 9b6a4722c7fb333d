"""A reading: what an agency said, and how old it is."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

import msgspec

from connectors.kit.clock import Clock

T_co = TypeVar("T_co", covariant=True)


class State(Enum):
    """How the hub got a reading."""

    LIVE = "LIVE"
    """The agency was just asked."""
    CACHED = "CACHED"
    """It was kept from before and is still fresh."""
    STALE = "STALE"
    """It is no longer fresh; it is served because a newer answer was not available at once."""
    SNAPSHOT = "SNAPSHOT"
    """It comes from the hub's own copy in the database."""

    __hash__ = object.__hash__  # each is one object; the enumeration would hash its name, each time


class Reading(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True):
    """Records, the agency that they come from, and when.

    Three dates stay apart. `fetched_at`: when the hub got them. `changed_at`: when the agency says that it last
    changed them. `value_changed_at`: when the hub first saw these values. `stale_after` is when they stop being fresh.
    `problem` is the code of the error that prevented a newer answer; only a STALE reading has one. `born` is the moment
    of the fetch on the monotonic clock of this process, if it is known: nobody can set that clock.
    """

    agency: str
    records: T_co
    fetched_at: datetime
    changed_at: datetime | None = None
    value_changed_at: datetime | None = None
    stale_after: datetime | None = None
    state: State = State.LIVE
    problem: str | None = None
    born: float | None = None

    def age(self, clock: Clock) -> float:
        """Seconds since the fetch."""
        if self.born is not None:
            return max(0.0, clock.monotonic() - self.born)
        return max(0.0, (clock.now() - self.fetched_at).total_seconds())


PATIENCE = timedelta(milliseconds=300)
"""How long anybody waits for a newer answer, if an older one may be served."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How long an answer lives. Every read declares it.

    Within `ttl` an answer is fresh. For `revalidate` longer it is still served at once, while a newer one is fetched in
    the background. Until `stale` after the ttl it is served if the agency fails. `absent` is how long "there is no such
    thing" is kept. An answer with fewer rows than `at_least` is refused as a change. While an older answer may be
    served, nobody waits longer than `patience` for a newer one. With a ttl of 0 an answer is never kept: data of a
    person are asked for each time.
    """

    ttl: timedelta
    revalidate: timedelta = timedelta(0)
    stale: timedelta = timedelta(0)
    absent: timedelta = timedelta(0)
    at_least: int = 0
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        if min(self.ttl, self.revalidate, self.stale, self.absent, self.patience) < timedelta(0):
            raise ValueError("ttl, revalidate, stale, absent and patience must not be negative")
        if not self.kept and max(self.revalidate, self.stale, self.absent) > timedelta(0):
            raise ValueError("without a ttl nothing is kept, and nothing can be served late")
        if self.revalidate > self.stale:
            raise ValueError("revalidate must not be longer than stale: what may be served at once may be served late")

    @property
    def kept(self) -> bool:
        """Whether the cache keeps an answer at all."""
        return self.ttl > timedelta(0)


NEVER_KEPT = timedelta(0)
"""The ttl of answers that no cache may hold."""
