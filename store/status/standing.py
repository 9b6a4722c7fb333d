"""How each agency does: by its calls, and where the hub follows its feeds, by the copies."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector
from connectors.kit.feed import Feed, names_of_feeds
from connectors.kit.health import Condition, Health
from store.kit.copies import Copy, late

Copied = Mapping[tuple[str, str], Copy]
"""The states of the copies, by agency and feed."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one agency does. `last_success` and `lag` are of its oldest copy where the hub follows its feeds.

    `lag` is how old the newest data are that the hub has of it; None where it has none, or computes them itself.
    """

    condition: Condition
    since: datetime | None
    last_success: datetime | None
    lag: timedelta | None
    health: Health


def standing_of(connector: AnyConnector, copies: Copied, clock: Clock) -> Standing:
    """How an agency does now. Without the states of its copies, only its calls say it."""
    health, now = connector.throttle.health(), clock.now()
    feeds = [getattr(connector, name)() for name in names_of_feeds(type(connector))]
    known = [(feed, copy) for feed in feeds if (copy := copies.get((feed.agency.code, feed.name)))]
    if known:
        return _of_copies(known, health, now)
    return Standing(
        condition=health.condition,
        since=health.since,
        last_success=health.last_success,
        lag=_age(health.last_success, now),
        health=health,
    )


def _of_copies(copies: list[tuple[Feed[object], Copy]], health: Health, now: datetime) -> Standing:
    conditions = [_condition(feed, copy, health, now) for feed, copy in copies]
    condition = max(conditions, key=WORST_LAST.index)
    fetched = [copy.fetched_at for _, copy in copies]
    oldest = None if None in fetched else min(filter(None, fetched))
    ill = condition in {Condition.DEGRADED, Condition.DOWN}
    since = health.since if not ill or health.condition in {Condition.DEGRADED, Condition.DOWN} else oldest
    return Standing(condition=condition, since=since, last_success=oldest, lag=_age(oldest, now), health=health)


WORST_LAST = (Condition.UP, Condition.UNKNOWN, Condition.DEGRADED, Condition.DOWN)


def _condition(feed: Feed[object], copy: Copy, health: Health, now: datetime) -> Condition:
    """A copy that may no longer be served is as good as none; a late one is served, and so is one of a dead system."""
    behind = late(copy, feed, now)
    if copy.fetched_at is None:
        return Condition.DOWN if copy.problem else Condition.UNKNOWN
    if behind > feed.following.stale:
        return Condition.DOWN
    if copy.problem or behind > feed.following.interval or health.condition is Condition.DOWN:
        return Condition.DEGRADED
    return Condition.UP


def _age(moment: datetime | None, now: datetime) -> timedelta | None:
    return max(now - moment, timedelta(0)) if moment else None
