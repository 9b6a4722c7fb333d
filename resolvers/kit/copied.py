"""The hub's copy of a feed as a reading: how old it is, and whether it may be read."""

from datetime import timedelta
from typing import Any

from connectors.kit.clock import Clock
from connectors.kit.errors import BY_CODE, AgencyCopying, AgencyUnavailable, TooStale
from connectors.kit.feed import Feed
from connectors.kit.reading import Reading, State
from store.kit.copies import Copies, Copy


def reading_of(feed: Feed[Any], copy: Copy, copies: Copies, clock: Clock, at_most: timedelta | None) -> Reading[int]:
    """A copy that is late is STALE. One that is too late, or older than the operation wants, raises `AgencyError`."""
    copied = _judged(feed, copy, copies, clock)
    age = copied.age(clock)
    if at_most is not None and age > (wanted := at_most.total_seconds()):
        told = f"{feed.name}: the copy is {age:.0f} s old"
        raise TooStale(feed.agency.code, told, age=int(age), at_most=int(wanted))
    return copied


def _judged(feed: Feed[Any], copy: Copy, copies: Copies, clock: Clock) -> Reading[int]:
    born = copies.born(copy, clock)
    by = timedelta(seconds=clock.monotonic() - (born or 0.0)) - feed.following.interval
    if copy.fetched_at is None or by > feed.following.stale:
        failed = BY_CODE.get(copy.problem or "", AgencyCopying if copy.fetched_at is None else AgencyUnavailable)
        raise failed(feed.agency.code, f"{feed.name}: no copy that is new enough")
    return Reading(
        agency=feed.agency.code,
        records=copy.documents,
        fetched_at=copy.fetched_at,
        changed_at=copy.changed_at,
        stale_after=copy.fetched_at + feed.following.interval,
        state=State.STALE if copy.problem or by > feed.following.interval else State.SNAPSHOT,
        problem=copy.problem,
        born=born,
    )
