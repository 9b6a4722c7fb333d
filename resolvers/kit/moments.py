"""Days, moments and times as clients write them. A valid one can be computed with in UTC and in the city.

The scalars of the graph, the calendars and the data tracker all use these functions.
"""

from datetime import UTC, date, datetime, time
from typing import Protocol

from resolvers.kit.context import Context

FIRST, LAST = 1500, 2499
"""The years in which a day may lie. At the ends of the calendar, a day before or another time zone would fail."""
A_DAY = f"a day between {FIRST} and {LAST}, as in 2026-01-31"
A_MOMENT = f"a moment with its zone, between {FIRST} and {LAST}, as in 2026-01-31T00:00:00Z"
A_TIME = "a time of day, as in 08:00:00"


def day(text: object) -> date:
    """Read a day; raises ValueError with what is expected."""
    try:
        found = date.fromisoformat(text) if isinstance(text, str) else date.min
    except ValueError:
        found = date.min
    if not FIRST <= found.year <= LAST:
        raise ValueError(A_DAY)
    return found


def moment(text: object) -> datetime:
    """Read a moment with its time zone."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        in_utc = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        found = in_utc = None
    if found is None or in_utc is None or not FIRST <= in_utc.year <= LAST:
        raise ValueError(A_MOMENT)
    return found


def time_of_day(text: object) -> time:
    """Read a time of day."""
    try:
        found = time.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(A_TIME)
    return found


class Timed(Protocol):
    """Something that begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""


def minutes(root: Timed, _: Context) -> int:
    """How long it lasts, in whole minutes."""
    return int((root.ends_at - root.starts_at).total_seconds() // 60)
