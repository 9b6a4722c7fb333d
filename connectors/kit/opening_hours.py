"""When something is open, week by week: what an agency says of a venue, an office or somebody's time on duty."""

from collections.abc import Iterable
from datetime import time
from enum import Enum

import msgspec


class Weekday(Enum):
    """A day of the week, in its order."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


DAYS = tuple(Weekday)
"""The days of the week; `DAYS[moment.weekday()]` is the day of a moment."""


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when on one day of the week, local time; `closes` at or before `opens` is after midnight."""

    day: Weekday
    opens: time
    closes: time

    @property
    def past_midnight(self) -> bool:
        """Whether they end on the next day."""
        return self.closes <= self.opens

    @property
    def place(self) -> tuple[int, str]:
        """Where they stand in the week."""
        return DAYS.index(self.day), self.opens.isoformat()


def in_order(hours: Iterable[OpeningHours]) -> tuple[OpeningHours, ...]:
    """From Monday to Sunday, each day from morning to night."""
    return tuple(sorted(hours, key=lambda each: each.place))
