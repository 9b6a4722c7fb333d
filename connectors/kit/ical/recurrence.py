"""The days on which a rule (RRULE; RFC 5545, 3.3.10) recurs.

The caller bounds the cost, not the rule: only days within a window are looked at, and no more than a budget allows.
`dateutil.rrule`, with which the tests compare, has no such bound. It begins at the first day of a rule, and for a rule
that never comes true it goes on to the year 9999.

Not supported are rules that recur more than once a day, rules by weeks or days of the year (BYWEEKNO, BYYEARDAY), and
rules whose time of day differs from that of the first day. In a weekly rule the number before a weekday is ignored.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from connectors.kit.values import BadRow

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SUPPORTED_PARTS = frozenset("FREQ INTERVAL COUNT UNTIL BYMONTH BYMONTHDAY BYDAY BYSETPOS WKST".split())


class Budget:
    """How many days may still be looked at, for all rules of one calendar together."""

    def __init__(self, days: int) -> None:
        self._left = days

    def spend(self, days: int) -> None:
        """Take so many days from the budget; raises `BadRow` if fewer are left."""
        self._left -= days
        if self._left < 0:
            raise BadRow("RRULE: recurs more often than is followed")


class RecurrenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """A supported rule. A weekday is a pair: its number in the month or year, and the day (Monday is 0).

    For example, the second Friday (`2FR`) is (2, 4), the last Friday (`-1FR`) is (-1, 4), each Friday (`FR`) is (0, 4).
    """

    frequency: str
    interval: int
    count: int | None
    months: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    positions: tuple[int, ...]
    week_starts: int

    @classmethod
    def of(cls, parts: Mapping[str, Any], start: date) -> "RecurrenceRule":
        """From the parts of an RRULE. The first day of the event gives what the rule does not say.

        Raises `BadRow` for a rule that is not supported.
        """
        frequency = str(parts.get("FREQ", [""])[0])
        if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not SUPPORTED_PARTS.issuperset(parts):
            raise BadRow("RRULE: not a rule that is followed")
        interval, count = int(parts.get("INTERVAL", [1])[0]), parts.get("COUNT", [None])[0]
        if interval < 1 or (count is not None and count < 1):
            raise BadRow("RRULE: a number that cannot be")
        weekdays = frozenset(_weekday(str(each)) for each in parts.get("BYDAY", ()))
        months = frozenset(map(int, parts.get("BYMONTH", ())))
        month_days = frozenset(map(int, parts.get("BYMONTHDAY", ())))
        if frequency in ("DAILY", "WEEKLY"):
            weekdays = frozenset((0, day) for _, day in weekdays)
        if not weekdays and not month_days:
            if frequency == "WEEKLY":
                weekdays = frozenset({(0, start.weekday())})
            elif frequency != "DAILY":
                month_days = frozenset({start.day})
                months = months or (frozenset({start.month}) if frequency == "YEARLY" else months)
        return cls(
            frequency=frequency,
            interval=interval,
            count=count,
            months=months,
            month_days=month_days,
            weekdays=weekdays,
            positions=tuple(map(int, parts.get("BYSETPOS", ()))),
            week_starts=DAYS.index(str(parts.get("WKST", ["MO"])[0])),
        )

    def days(self, start: date, since: date, until: date, budget: Budget) -> Iterator[date]:
        """The days from `since` to `until`, both included, in order; raises `BadRow` if the budget is spent."""
        left = self.count
        for first, last in self._periods(start, start if left else max(start, since), until):
            candidates = [*self._candidates(first, last)]
            budget.spend(1 + len(candidates))
            for day in self._selected(candidates):
                if day < start:
                    continue
                if day > until or left == 0:
                    return
                left = left and left - 1
                if day >= since:
                    yield day

    def _periods(self, start: date, since: date, until: date) -> Iterator[tuple[int, int]]:
        """The days, weeks, months or years in which the rule may recur, from `since` on.

        Each is the pair of its first and last day, as ordinals.
        """
        if self.frequency in ("DAILY", "WEEKLY"):
            length = 1 if self.frequency == "DAILY" else 7
            begins = start.toordinal() - ((start.weekday() - self.week_starts) % 7 if length == 7 else 0)
            step = length * self.interval
            for first in range(begins + (since.toordinal() - begins) // step * step, until.toordinal() + 1, step):
                yield first, first + length - 1
            return
        length = 1 if self.frequency == "MONTHLY" else 12
        begins = start.year * 12 + (start.month - 1 if length == 1 else 0)
        step, now, ends = length * self.interval, since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
        for month in range(begins + (now - begins) // step * step, ends + 1, step):
            last = month + length - 1
            yield _first_of(month).toordinal(), _last_of(last).toordinal()

    def _candidates(self, first: int, last: int) -> Iterator[date]:
        """The days of a period. For a yearly rule with BYMONTH, only the days of these months."""
        if self.frequency != "YEARLY" or not self.months:
            yield from map(date.fromordinal, range(first, min(last, date.max.toordinal()) + 1))
            return
        year = date.fromordinal(first).year
        for month in sorted(self.months):
            if 1 <= month <= 12:
                yield from (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))

    def _selected(self, days: list[date]) -> list[date]:
        """The days of one period on which the rule recurs, after BYSETPOS."""
        found = [day for day in days if self._matches(day)]
        if not self.positions:
            return found
        places = {at - 1 if at > 0 else len(found) + at for at in self.positions}
        return [found[at] for at in sorted(places) if 0 <= at < len(found)]

    def _matches(self, day: date) -> bool:
        days = monthrange(day.year, day.month)[1]
        return (
            (not self.months or day.month in self.months)
            and (not self.month_days or not self.month_days.isdisjoint((day.day, day.day - days - 1)))
            and (not self.weekdays or self._is_weekday(day, days))
        )

    def _is_weekday(self, day: date, days: int) -> bool:
        """Whether the day is one of the weekdays, counted in its month, or in its year if no month is named."""
        number = day.day
        if self.frequency == "YEARLY" and not self.months:
            number = day.timetuple().tm_yday
            days = 366 if monthrange(day.year, 2)[1] == 29 else 365
        which = (0, (number - 1) // 7 + 1, -((days - number) // 7 + 1))
        return any((each, day.weekday()) in self.weekdays for each in which)


def without_times(parts: Mapping[str, Any], start: datetime, *, day: bool = False) -> dict[str, Any]:
    """The parts of an RRULE without those that change nothing.

    These are a time of day that is the time of the first day, any time of day if the event is of whole days (`day`),
    and `RSCALE` and `SKIP` with their usual values.
    """
    own = {"BYHOUR": start.hour, "BYMINUTE": start.minute, "BYSECOND": start.second}
    usual = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
    return {
        name: values
        for name, values in parts.items()
        if not (name in own and (day or {*map(int, values)} == {own[name]}))
        and not (name in usual and [*values] == [usual[name]])
    }


def _weekday(text: str) -> tuple[int, int]:
    which, name = text[:-2], text[-2:].upper()
    try:
        return int(which or 0), DAYS.index(name)
    except ValueError:
        raise BadRow("RRULE: a weekday that cannot be") from None


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _last_of(month: int) -> date:
    first = _first_of(month)
    return first.replace(day=monthrange(first.year, first.month)[1])
