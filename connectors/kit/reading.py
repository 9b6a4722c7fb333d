"""A reading: what an agency said, and how old it is."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

import msgspec

T_co = TypeVar("T_co", covariant=True)


class State(Enum):
    """How a reading came to us."""

    LIVE = "LIVE"
    """Just fetched."""
    CACHED = "CACHED"
    """Kept from before, within its time."""
    STALE = "STALE"
    """Past its time, served because newer could not be had at once."""
    SNAPSHOT = "SNAPSHOT"
    """From the hub's durable store."""


class Reading(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True):
    """Records with where they came from and when.

    `changed_at` is when the agency itself last changed them, where it says so. `problem` is the code of the error
    that kept a newer answer away, on a STALE reading.
    """

    agency: str
    records: T_co
    fetched_at: datetime
    changed_at: datetime | None = None
    state: State = State.LIVE
    problem: str | None = None


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How long an answer lives; every connector declares it for each of its reads.

    Within `ttl` it is served as it is. For `revalidate` longer it is still served at once, while a newer one is
    fetched behind it. Until `stale` past its ttl it is served if the agency fails. `absent` is how long "there is no
    such thing" is believed. An answer of fewer than `at_least` rows is a change of the agency, not an answer. With a
    ttl of nothing an answer is never kept: what is said of a person is asked each time.
    """

    ttl: timedelta
    revalidate: timedelta = timedelta(0)
    stale: timedelta = timedelta(0)
    absent: timedelta = timedelta(0)
    at_least: int = 0

    def __post_init__(self) -> None:
        if min(self.ttl, self.revalidate, self.stale, self.absent) < timedelta(0):
            raise ValueError("ttl, revalidate, stale and absent must not be negative")
        if not self.kept and max(self.revalidate, self.stale, self.absent) > timedelta(0):
            raise ValueError("without a ttl nothing is kept, and nothing can be served late")
        if self.revalidate > self.stale:
            raise ValueError("revalidate must not be longer than stale: what may be served at once may be served late")

    @property
    def kept(self) -> bool:
        """Whether an answer is kept at all."""
        return self.ttl > timedelta(0)


NEVER_KEPT = timedelta(0)
"""The ttl of what no cache may hold."""
