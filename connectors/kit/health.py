"""How an agency does, as this hub and the hubs that share its Redis see it."""

from datetime import datetime
from enum import Enum

import msgspec

from connectors.kit.observer import BreakerState


class Condition(Enum):
    """How an agency does."""

    UNKNOWN = "UNKNOWN"
    """The hub has not asked it yet."""
    UP = "UP"
    """It answers. An agency whose answers the hub computes itself is always up."""
    DEGRADED = "DEGRADED"
    """It answers, and some calls of the last minutes failed."""
    DOWN = "DOWN"
    """It does not answer, or none of the calls of the last minutes succeeded."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The health of one agency at one moment.

    `since`: since when the condition lasts. `last_success`: when it last answered. `cause`: why it does not, in words
    for operators. `p95`: seconds in which 95 of 100 of its last answers came. `error_rate`: the part of its last calls
    that failed, from 0 to 1. `calls`: how many calls that is.
    """

    agency: str
    condition: Condition
    breaker: BreakerState
    since: datetime | None
    last_success: datetime | None
    cause: str | None
    p95: float | None
    error_rate: float | None
    calls: int
