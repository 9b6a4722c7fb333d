"""Days, moments and times as people give them: what is read can be reckoned with, in UTC and in the city.

Every way in reads them here: the graph's scalars, the calendars and the data tracker.
"""

from datetime import UTC, date, datetime, time
from typing import Protocol

FIRST, LAST = 1500, 2499
"""The years in which a day may lie; at the ends of the calendar there is no day before, or no other time zone."""
A_DAY = f"a day between {FIRST} and {LAST}, as in 2026-01-31"
A_MOMENT = f"a moment with its zone, between {FIRST} and {LAST}, as in 2026-01-31T00:00:00Z"
A_TIME = "a time of day, as in 08:00:00"


def day(text: object) -> date:
    """Read it; raises ValueError with what it has to be."""
    try:
        found = date.fromisoformat(text) if isinstance(text, str) else date.min
    except ValueError:
        found = date.min
    if not FIRST <= found.year <= LAST:
        raise ValueError(A_DAY)
    return found


def moment(text: object) -> datetime:
    """The same, with its zone."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        in_utc = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        found = in_utc = None
    if found is None or in_utc is None or not FIRST <= in_utc.year <= LAST:
        raise ValueError(A_MOMENT)
    return found


def time_of_day(text: object) -> time:
    """The same, of any day."""
    try:
        found = time.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(A_TIME)
    return found


class _Lasts(Protocol):
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def minutes(root: _Lasts, _: object) -> int:
    """How long it lasts, in whole minutes."""
    return int((root.ends_at - root.starts_at).total_seconds() // 60)
