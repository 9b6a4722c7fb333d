"""The rules of worship: which times are believed, when Ramadan is, which mosques are one, what zakat is owed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from connectors.kit.values import nearest
from connectors.worship.records import NAMES, DayTimes, Mosque, PublishedPlace, Ramadan, ZakatRule, same_name

A_MINUTE = 1
"""Published and computed times that are no further apart agree."""
BELIEVED = 10
"""Published times that are more minutes away from the computed ones cannot be those of this city."""
ELEVEN_MONTHS = timedelta(days=11 * 29)
"""At least so much time lies between two Ramadans."""


class PrayerName(Enum):
    """The five prayers of a day."""

    FAJR = "FAJR"
    DHUHR = "DHUHR"
    ASR = "ASR"
    MAGHRIB = "MAGHRIB"
    ISHA = "ISHA"


class Basis(Enum):
    """Whose times are given."""

    PUBLISHED = "PUBLISHED"
    COMPUTED = "COMPUTED"


class ScheduleCheck(Enum):
    """What came of comparing the computed times with published ones."""

    AGREES = "AGREES"
    DIFFERS = "DIFFERS"
    IMPLAUSIBLE = "IMPLAUSIBLE"
    UNPUBLISHED = "UNPUBLISHED"
    UNCHECKED = "UNCHECKED"


class Fasting(Enum):
    """Whether a day is one of Ramadan."""

    RAMADAN = "RAMADAN"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class Believed(NamedTuple):
    """The times to give. `difference` is the largest number of minutes between a published time and a computed one."""

    times: DayTimes
    basis: Basis
    check: ScheduleCheck
    difference: int | None


class RamadanDay(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a day is one of Ramadan. If it is: its number in the month, the Hijri year, and the decree."""

    state: Fasting
    day_number: int | None = None
    hijri_year: int | None = None
    decree: str | None = None


def believed(computed: DayTimes | None, published: Mapping[date, DayTimes] | None, day: date) -> Believed | None:
    """The times to give for this day, or None. Published times win, unless they cannot be those of this city.

    `published` is None if no publisher answered.
    """
    found = None if published is None else published.get(day)
    if computed is None:
        return Believed(found, Basis.PUBLISHED, ScheduleCheck.UNCHECKED, None) if found else None
    if found is None:
        check = ScheduleCheck.UNCHECKED if published is None else ScheduleCheck.UNPUBLISHED
        return Believed(computed, Basis.COMPUTED, check, None)
    apart = max(abs(_minutes(getattr(found, name)) - _minutes(getattr(computed, name))) for name in NAMES)
    if apart > BELIEVED:
        return Believed(computed, Basis.COMPUTED, ScheduleCheck.IMPLAUSIBLE, apart)
    return Believed(found, Basis.PUBLISHED, ScheduleCheck.AGREES if apart <= A_MINUTE else ScheduleCheck.DIFFERS, apart)


def ramadan_on(day: date, known: Iterable[Ramadan]) -> RamadanDay:
    """What is known of this day. A day less than eleven months away from a known Ramadan is not in Ramadan."""
    state = Fasting.UNKNOWN
    for each in known:
        if each.first <= day <= each.last:
            number = (day - each.first).days + 1
            return RamadanDay(state=Fasting.RAMADAN, day_number=number, hijri_year=each.year, decree=each.decree)
        if each.first - ELEVEN_MONTHS <= day <= each.last + ELEVEN_MONTHS:
            state = Fasting.OTHER
    return RamadanDay(state=state)


def prayers_of(times: DayTimes) -> Iterator[tuple[PrayerName, time]]:
    """The five prayers of a day, in their order."""
    for name in PrayerName:
        yield name, getattr(times, name.value.lower())


def place_named(places: Iterable[PublishedPlace], name: str) -> PublishedPlace | None:
    """The place that has this whole name."""
    return next((each for each in places if same_name(each.name, name)), None)


class KnownMosque(Mosque, frozen=True, kw_only=True):
    """A mosque, the agencies that know it, and its codes there. If they contradict, the first is believed."""

    agencies: tuple[str, ...]
    codes: tuple[str, ...]


COMMON = frozenset(
    "masjid mesjid mushalla musholla mushola musholah musala musalla langgar surau jami al an ar as at ad".split()
)
"""Words that a name may have or lack."""


def merged(lists: Sequence[tuple[str, Iterable[Mosque]]]) -> list[KnownMosque]:
    """All mosques of all sources, each once. A source is an agency and its list; the first one is believed first.

    Two mosques are taken for one only if each of them is the only one of its source with that name and kind, and if
    their kecamatan do not differ.
    """
    found: list[KnownMosque] = []
    by_name: dict[tuple[object, ...], list[int]] = {}
    for agency, mosques in lists:
        own = list({mosque.code: mosque for mosque in mosques}.values())
        names = defaultdict[tuple[object, ...], int](int)
        for mosque in own:
            names[_name(mosque)] += 1
        before = dict(by_name)
        for mosque in own:
            name = _name(mosque)
            (index,) = at if len(at := before.get(name, [])) == 1 else (None,)
            if name[0] and index is not None and names[name] == 1 and _same_place(found[index], mosque):
                found[index] = _both(found[index], mosque, agency)
            else:
                by_name[name] = [*by_name.get(name, []), len(found)]
                code = f"{agency}/{mosque.code}"
                said = msgspec.structs.asdict(mosque) | {"code": code}
                found.append(KnownMosque(**said, agencies=(agency,), codes=(code,)))
    return found


def _name(mosque: Mosque) -> tuple[object, ...]:
    """Its kind, and its name without the words that many mosques have."""
    return (_essence(mosque.name or ""), mosque.kind)


@lru_cache(maxsize=10_000)
def _essence(name: str) -> str:
    return "".join(word for word in re.findall(r"[a-z0-9]+", name.casefold()) if word not in COMMON)


def _same_place(one: Mosque, other: Mosque) -> bool:
    known = (one.kecamatan, other.kecamatan)
    return None in known or len({re.sub(r"[^a-z]", "", (each or "").casefold()) for each in known}) == 1


def _both(known: KnownMosque, other: Mosque, agency: str) -> KnownMosque:
    """The known mosque, completed with what only the other source says."""
    more = {
        key: getattr(other, key)
        for key in Mosque.__struct_fields__
        if getattr(known, key) is None and getattr(other, key) is not None
    }
    return msgspec.structs.replace(
        known, **more, agencies=(*known.agencies, agency), codes=(*known.codes, f"{agency}/{other.code}")
    )


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed by one rule. `owed` is None if the rule does not hold on that day."""

    amount: int | None
    persons: int | None
    reaches_nisab: bool
    owed: int | None


def in_force(rule: ZakatRule, on: date) -> bool:
    """Whether its decree holds on this day."""
    return rule.from_day <= on and (rule.until_day is None or on <= rule.until_day)


def owed(rule: ZakatRule, on: date, *, amount: int | None, persons: int | None) -> Owed | None:
    """What is owed by this rule for a sum, or for a number of persons. None if what the rule counts is not given."""
    if rule.per_person is not None:
        if persons is None:
            return None
        counted, reaches, sum_owed = {"amount": None, "persons": persons}, True, rule.per_person * persons
    elif amount is None:
        return None
    else:
        reaches = amount >= (rule.nisab or 0)
        counted = {"amount": amount, "persons": None}
        sum_owed = nearest(Decimal(amount) * Decimal(str(rule.rate or 0)) / 100) if reaches else 0
    return Owed(**counted, reaches_nisab=reaches, owed=sum_owed if in_force(rule, on) else None)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
