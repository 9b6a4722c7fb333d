"""The days on which something recurs (RFC 5545, 3.3.10).

What it costs is up to who asks: only days within a window are looked at, and no more of them than a budget allows.
dateutil's rrule, which the tests compare with, walks from a rule's first day, and up to the year 9999 for a rule that
never comes true. What recurs more than once a day, or by weeks or days of the year, is not followed. A time of day in a
rule is that of its first day, or the rule is not followed; the number before a weekday says nothing within a week.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from connectors.kit.values import BadRow

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FOLLOWED = frozenset("FREQ INTERVAL COUNT UNTIL BYMONTH BYMONTHDAY BYDAY BYSETPOS WKST".split())


class Budget:
    """How many days may still be looked at, for all rules of one calendar together."""

    def __init__(self, days: int) -> None:
        self._left = days

    def spend(self, days: int) -> None:
        """Take so many; raises `BadRow` where there are not so many left."""
        self._left -= days
        if self._left < 0:
            raise BadRow("RRULE: recurs more often than is followed")


class RecurrenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, as far as it is followed. A weekday is (which of them, 0 for each; Monday is 0)."""

    every: str
    interval: int
    count: int | None
    months: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    positions: tuple[int, ...]
    week_starts: int

    @classmethod
    def of(cls, parts: Mapping[str, Any], start: date) -> "RecurrenceRule":
        """From the parts of an RRULE, the gaps filled from its first day; raises `BadRow` for what is not followed."""
        every = str(parts.get("FREQ", [""])[0])
        if every not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not FOLLOWED.issuperset(parts):
            raise BadRow("RRULE: not a rule that is followed")
        interval, count = int(parts.get("INTERVAL", [1])[0]), parts.get("COUNT", [None])[0]
        if interval < 1 or (count is not None and count < 1):
            raise BadRow("RRULE: a number that cannot be")
        weekdays = frozenset(_weekday(str(each)) for each in parts.get("BYDAY", ()))
        months = frozenset(map(int, parts.get("BYMONTH", ())))
        month_days = frozenset(map(int, parts.get("BYMONTHDAY", ())))
        if every in ("DAILY", "WEEKLY"):
            weekdays = frozenset((0, day) for _, day in weekdays)
        if not weekdays and not month_days:
            if every == "WEEKLY":
                weekdays = frozenset({(0, start.weekday())})
            elif every != "DAILY":
                month_days = frozenset({start.day})
                months = months or (frozenset({start.month}) if every == "YEARLY" else months)
        return cls(
            every=every,
            interval=interval,
            count=count,
            months=months,
            month_days=month_days,
            weekdays=weekdays,
            positions=tuple(map(int, parts.get("BYSETPOS", ()))),
            week_starts=DAYS.index(str(parts.get("WKST", ["MO"])[0])),
        )

    def days(self, start: date, since: date, until: date, budget: Budget) -> Iterator[date]:
        """Those of [since, until], in order; raises `BadRow` where the budget ends."""
        left = self.count
        for first, last in self._periods(start, start if left else max(start, since), until):
            candidates = [*self._candidates(first, last)]
            budget.spend(1 + len(candidates))
            for day in self._chosen(candidates):
                if day < start:
                    continue
                if day > until or left == 0:
                    return
                left = left and left - 1
                if day >= since:
                    yield day

    def _periods(self, start: date, since: date, until: date) -> Iterator[tuple[int, int]]:
        """The days, weeks, months or years that it touches, from `since` on: their first and last days, as ordinals."""
        if self.every in ("DAILY", "WEEKLY"):
            length = 1 if self.every == "DAILY" else 7
            begins = start.toordinal() - ((start.weekday() - self.week_starts) % 7 if length == 7 else 0)
            step = length * self.interval
            for first in range(begins + (since.toordinal() - begins) // step * step, until.toordinal() + 1, step):
                yield first, first + length - 1
            return
        length = 1 if self.every == "MONTHLY" else 12
        begins = start.year * 12 + (start.month - 1 if length == 1 else 0)
        step, now, ends = length * self.interval, since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
        for month in range(begins + (now - begins) // step * step, ends + 1, step):
            last = month + length - 1
            yield _first_of(month).toordinal(), _last_of(last).toordinal()

    def _candidates(self, first: int, last: int) -> Iterator[date]:
        """The days of a period; only those of its months where it names some."""
        if self.every != "YEARLY" or not self.months:
            yield from map(date.fromordinal, range(first, min(last, date.max.toordinal()) + 1))
            return
        year = date.fromordinal(first).year
        for month in sorted(self.months):
            if 1 <= month <= 12:
                yield from (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))

    def _chosen(self, days: list[date]) -> list[date]:
        found = [day for day in days if self._meets(day)]
        if not self.positions:
            return found
        places = {at - 1 if at > 0 else len(found) + at for at in self.positions}
        return [found[at] for at in sorted(places) if 0 <= at < len(found)]

    def _meets(self, day: date) -> bool:
        days = monthrange(day.year, day.month)[1]
        return (
            (not self.months or day.month in self.months)
            and (not self.month_days or not self.month_days.isdisjoint((day.day, day.day - days - 1)))
            and (not self.weekdays or self._is_weekday(day, days))
        )

    def _is_weekday(self, day: date, days: int) -> bool:
        """Whether it is one of the weekdays: the so-many-th of its month, or of its year where no month is named."""
        number = day.day
        if self.every == "YEARLY" and not self.months:
            number = day.timetuple().tm_yday
            days = 366 if monthrange(day.year, 2)[1] == 29 else 365
        which = (0, (number - 1) // 7 + 1, -((days - number) // 7 + 1))
        return any((each, day.weekday()) in self.weekdays for each in which)


def without_times(parts: Mapping[str, Any], start: datetime, *, day: bool = False) -> dict[str, Any]:
    """The parts of an RRULE that decide on days: those that say what is so anyway are left out.

    That is the time of day where the rule begins at that time, any time where it begins with a `day`, and the calendar.
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
