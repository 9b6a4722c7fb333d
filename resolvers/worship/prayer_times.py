"""Prayer times of a day and of a month, and the next prayer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from connectors.kit.errors import AgencyUnavailable
from connectors.kit.structs import extended
from connectors.regions.records import DottedCode, Kelurahan
from connectors.worship.records import DayTimes, Ramadan
from resolvers.calendar.agenda import export_path
from resolvers.kit import moments
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.source import Source, untold
from resolvers.regions.regions import kelurahan_with_code
from resolvers.worship.rules import (
    Basis,
    Believed,
    Fasting,
    PrayerName,
    RamadanDay,
    ScheduleCheck,
    believed,
    prayers_of,
    ramadan_on,
)
from resolvers.worship.sources import Month, month_of

EXPORT = "prayer-times"
"""The name of the calendar."""


class PrayerTimes(DayTimes, frozen=True, kw_only=True):
    """The times of one day as the graph has them."""

    code: str
    basis: Basis
    check: ScheduleCheck
    difference: int | None
    ramadan: RamadanDay
    kelurahan: Kelurahan | None
    source: Source
    publisher: Source | None


class Prayer(msgspec.Struct, frozen=True, kw_only=True):
    """One prayer of one day; `imsak_at` is when the fast of its day begins, in Ramadan."""

    code: str
    name: PrayerName
    begins_at: datetime
    minutes_until: int
    imsak_at: datetime | None
    times: PrayerTimes


class MonthlyPrayerTimes(Page[PrayerTimes], frozen=True, kw_only=True):
    """The days of a month."""

    unavailable: list[Source]
    ics: str


async def prayer_times(
    _: object, ctx: Context, *, day: date | None = None, kelurahan: DottedCode | None = None
) -> PrayerTimes:
    found = await times_on(ctx, day or ctx.today(), kelurahan_named(ctx, kelurahan))
    if found.check is ScheduleCheck.UNPUBLISHED:
        raise NotPublished(
            found.publisher.agency if found.publisher else None,
            id="Jadwal resmi untuk hari ini belum terbit; waktunya dihitung di sini.",
            en="The official schedule of this day is not out; the times are computed here.",
            instead=found,
        )
    return found


async def monthly_prayer_times(
    _: object,
    ctx: Context,
    *,
    year: int | None = None,
    month: int | None = None,
    kelurahan: DottedCode | None = None,
    page: PageArguments,
) -> MonthlyPrayerTimes:
    today, where = ctx.today(), kelurahan_named(ctx, kelurahan)
    year, month = today.year if year is None else year, today.month if month is None else month
    if not (moments.FIRST <= year <= moments.LAST and 1 <= month <= 12):
        raise UserError(
            "BAD_USER_INPUT",
            id=f"year {moments.FIRST} sampai {moments.LAST}, month 1 sampai 12.",
            en=f"year is between {moments.FIRST} and {moments.LAST}, month between 1 and 12.",
        )
    days = days_of(year, month)
    found = paginate(await times_of(ctx, days, where), lambda each: (each.code,), page, order="prayer-times")
    known = await month_of(ctx, _code(where), year, month)
    return extended(
        MonthlyPrayerTimes,
        found,
        unavailable=known.published.unavailable,
        ics=export_path(EXPORT, {"since": days[0], "until": days[-1], "kelurahan": kelurahan}),
    )


async def next_prayer(_: object, ctx: Context, *, kelurahan: DottedCode | None = None) -> Prayer | None:
    where, today, now = kelurahan_named(ctx, kelurahan), ctx.today(), ctx.clock.now()
    for day in (today, today + timedelta(days=1)):
        for prayer in _prayers(ctx, await times_on(ctx, day, where)):
            if prayer.begins_at > now:
                return prayer
    return None


async def prayer_times_with_code(ctx: Context, code: str) -> PrayerTimes | None:
    """A day and where it is: `2026-11-23`, `2026-11-23/99.07.01.2001`."""
    text, _slash, where = code.partition("/")
    kelurahan = kelurahan_with_code(ctx, where)
    try:
        day = moments.day(text)
    except ValueError:
        return None
    return None if where and kelurahan is None else await times_on(ctx, day, kelurahan)


async def prayer_with_code(ctx: Context, code: str) -> Prayer | None:
    """The same with a prayer behind it: `2026-11-23/99.07.01.2001/ASR`."""
    day, _slash, name = code.rpartition("/")
    times = await prayer_times_with_code(ctx, day)
    return next((each for each in _prayers(ctx, times) if each.name.value == name), None) if times else None


async def times_on(ctx: Context, day: date, kelurahan: Kelurahan | None) -> PrayerTimes:
    """The times of this day, in this kelurahan or in the city."""
    (found,) = await times_of(ctx, [day], kelurahan)
    return found


async def times_of(ctx: Context, days: Iterable[date], kelurahan: Kelurahan | None) -> list[PrayerTimes]:
    """The times of these days; raises `AgencyUnavailable` where nothing is computed here and a day is not published."""
    found, months = [], dict[tuple[int, int], KnownMonth]()
    for day in days:
        at = (day.year, day.month)
        if at not in months:
            months[at] = _known(ctx, at, kelurahan, await month_of(ctx, _code(kelurahan), *at))
        found.append(months[at].on(day))
    return found


def days_of(year: int, month: int) -> list[date]:
    """The days of a month."""
    first = date(year, month, 1)
    return [first + timedelta(days=number) for number in range(31) if (first + timedelta(days=number)).month == month]


class KnownMonth(NamedTuple):
    """The times of each day of a month that has some, and what is told of them now."""

    days: Mapping[date, PrayerTimes]
    publisher: Source | None
    computed_by: Source | None

    def on(self, day: date) -> PrayerTimes:
        """The times of this day; raises `AgencyUnavailable` if there are none."""
        found = self.days.get(day)
        if found is None:
            raise AgencyUnavailable(
                self.publisher.agency if self.publisher else "", "no times of this day are published"
            )
        source = self.publisher if found.basis is Basis.PUBLISHED else self.computed_by
        assert source  # noqa: S101  who said the times is known
        return msgspec.structs.replace(found, source=source, publisher=self.publisher)


def _known(ctx: Context, at: tuple[int, int], kelurahan: Kelurahan | None, month: Month) -> KnownMonth:
    computed, published = month.computed.records if month.computed else None, month.published.days

    def derive() -> dict[date, PrayerTimes]:
        of_day = {each.day: each for each in computed.days} if computed else {}
        ramadan = computed.ramadan if computed else ()
        return {
            day: _times(day, kelurahan, found, ramadan)
            for day in days_of(*at)
            if (found := believed(of_day.get(day), published, day))
        }

    days = ctx.views.of(("worship", "month", _code(kelurahan), *at), [computed, published], derive)
    return KnownMonth(days, month.published.source, ctx.source(month.computed) if month.computed else None)


def _times(day: date, kelurahan: Kelurahan | None, found: Believed, ramadan: Iterable[Ramadan]) -> PrayerTimes:
    return extended(
        PrayerTimes,
        found.times,
        code="/".join(filter(None, (day.isoformat(), _code(kelurahan)))),
        basis=found.basis,
        check=found.check,
        difference=found.difference,
        ramadan=ramadan_on(day, ramadan),
        kelurahan=kelurahan,
        source=untold(""),
        publisher=None,
    )


def _prayers(ctx: Context, times: PrayerTimes) -> Iterable[Prayer]:
    zone, now = ctx.regions.zone, ctx.clock.now()
    fasting = times.ramadan.state is Fasting.RAMADAN
    for name, clock in prayers_of(times):
        at = datetime.combine(times.day, clock, zone)
        yield Prayer(
            code=f"{times.code}/{name.value}",
            name=name,
            begins_at=at,
            minutes_until=-int((now - at).total_seconds() // 60),
            imsak_at=datetime.combine(times.day, times.imsak, zone) if fasting else None,
            times=times,
        )


def _code(kelurahan: Kelurahan | None) -> str | None:
    return kelurahan.code if kelurahan else None


def kelurahan_named(ctx: Context, code: DottedCode | None) -> Kelurahan | None:
    """The kelurahan of this code, None for the city itself; raises `UserError` where the city has none of this code."""
    found = kelurahan_with_code(ctx, code)
    if code is not None and found is None:
        raise UserError(
            "BAD_USER_INPUT",
            id="Tidak ada kelurahan dengan kode ini di kota ini.",
            en="There is no kelurahan of this code in this city.",
        )
    return found
