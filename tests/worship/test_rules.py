"""What is believed, when it is Ramadan, which two mosques are one, what is owed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.worship.records import (
    NAMES,
    DayTimes,
    Mosque,
    MosqueKind,
    PublishedPlace,
    Ramadan,
    ZakatKind,
    ZakatPeriod,
    ZakatRule,
)
from resolvers.worship.rules import (
    Basis,
    Fasting,
    PrayerName,
    RamadanDay,
    ScheduleCheck,
    believed,
    merged,
    owed,
    place_named,
    prayers_of,
    ramadan_on,
)

DAY = date(2026, 11, 23)
CLOCK = (time(3, 56), time(4, 6), time(5, 24), time(5, 52), time(11, 42), time(15, 6), time(17, 56), time(19, 10))
TIMES = DayTimes(day=DAY, **dict(zip(NAMES, CLOCK, strict=True)))


def shifted(minutes, name="dhuhr"):
    at = getattr(TIMES, name)
    total = at.hour * 60 + at.minute + minutes
    changed = {each: getattr(TIMES, each) for each in NAMES} | {name: time(total // 60, total % 60)}
    return DayTimes(day=DAY, **changed)


@pytest.mark.parametrize(
    ("minutes", "basis", "check"),
    [
        (0, Basis.PUBLISHED, ScheduleCheck.AGREES),
        (1, Basis.PUBLISHED, ScheduleCheck.AGREES),
        (-1, Basis.PUBLISHED, ScheduleCheck.AGREES),
        (2, Basis.PUBLISHED, ScheduleCheck.DIFFERS),
        (-10, Basis.PUBLISHED, ScheduleCheck.DIFFERS),
        (11, Basis.COMPUTED, ScheduleCheck.IMPLAUSIBLE),
        (-60, Basis.COMPUTED, ScheduleCheck.IMPLAUSIBLE),
    ],
)
@pytest.mark.parametrize("name", NAMES[1:-1])
def test_published_times_win_unless_they_cannot_be_this_citys(minutes, basis, check, name):
    published = shifted(minutes, name)
    found = believed(TIMES, {DAY: published}, DAY)
    assert found.times == (published if basis is Basis.PUBLISHED else TIMES)
    assert (found.basis, found.check, found.difference) == (basis, check, abs(minutes))


def test_without_published_times_the_computed_ones_are_given_and_it_is_said_why():
    assert believed(TIMES, {}, DAY) == (TIMES, Basis.COMPUTED, ScheduleCheck.UNPUBLISHED, None)
    assert believed(TIMES, None, DAY) == (TIMES, Basis.COMPUTED, ScheduleCheck.UNCHECKED, None)


def test_without_computed_times_the_published_ones_are_given_unchecked_and_without_either_there_are_none():
    assert believed(None, {DAY: TIMES}, DAY) == (TIMES, Basis.PUBLISHED, ScheduleCheck.UNCHECKED, None)
    assert believed(None, {}, DAY) is None
    assert believed(None, None, DAY) is None


KNOWN = (
    Ramadan(year=1447, first=date(2026, 2, 19), last=date(2026, 3, 20), decree="Sidang isbat"),
    Ramadan(year=1448, first=date(2027, 2, 8), last=date(2027, 3, 9), decree="Sidang isbat"),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 18), RamadanDay(state=Fasting.OTHER)),
        (date(2026, 2, 19), RamadanDay(state=Fasting.RAMADAN, day_number=1, hijri_year=1447, decree="Sidang isbat")),
        (date(2026, 3, 20), RamadanDay(state=Fasting.RAMADAN, day_number=30, hijri_year=1447, decree="Sidang isbat")),
        (date(2026, 3, 21), RamadanDay(state=Fasting.OTHER)),
        (date(2027, 2, 7), RamadanDay(state=Fasting.OTHER)),
        (date(2027, 3, 9), RamadanDay(state=Fasting.RAMADAN, day_number=30, hijri_year=1448, decree="Sidang isbat")),
        (date(2028, 1, 22), RamadanDay(state=Fasting.OTHER)),
        (date(2028, 1, 23), RamadanDay(state=Fasting.UNKNOWN)),
        (date(2025, 4, 6), RamadanDay(state=Fasting.OTHER)),
        (date(2025, 4, 5), RamadanDay(state=Fasting.UNKNOWN)),
    ],
)
def test_ramadan_is_known_by_the_configuration_and_never_guessed(day, expected):
    """Eleven months of 29 days are 319 days: so long after a Ramadan there is none, and after that nobody knows."""
    assert ramadan_on(day, KNOWN) == expected


def test_without_a_ramadan_in_the_configuration_nobody_knows():
    assert ramadan_on(DAY, ()) == RamadanDay(state=Fasting.UNKNOWN)


def test_the_prayers_of_a_day_are_five_and_neither_imsak_nor_sunrise_nor_duha_is_one():
    assert [(name.value, at) for name, at in prayers_of(TIMES)] == [
        ("FAJR", TIMES.fajr),
        ("DHUHR", TIMES.dhuhr),
        ("ASR", TIMES.asr),
        ("MAGHRIB", TIMES.maghrib),
        ("ISHA", TIMES.isha),
    ]
    assert len(PrayerName) == 5


@pytest.mark.parametrize("name", ["KOTA TANGERANG", "Kota  Tangerang", "kota tangerang "])
def test_of_three_governments_of_one_name_the_whole_name_decides(name):
    places = [PublishedPlace(code=str(at), name=each) for at, each in enumerate(("KAB. TANGERANG", name.upper()))]
    places.append(PublishedPlace(code="2", name="KOTA TANGERANG SELATAN"))
    assert place_named(places, "Kota Tangerang").code == "1"
    assert place_named(places, "Tangerang") is None


def mosque(code, name, kind=MosqueKind.MOSQUE, **more):
    return Mosque(code=code, kind=kind, name=name, **more)


MAP = mosque("n1", "Masjid Jami' An-Nur", latitude=-6.1, longitude=106.6)
REGISTER = mosque("7", "Masjid An Nur", address="Jl. Contoh", kecamatan="BENDA", register="01")


def test_a_mosque_that_two_sources_know_is_one_with_what_each_says():
    (one,) = merged([("map", [MAP]), ("register", [REGISTER])])
    assert (one.code, one.name, one.agencies, one.codes) == (
        "map/n1",
        "Masjid Jami' An-Nur",
        ("map", "register"),
        ("map/n1", "register/7"),
    )
    assert (one.latitude, one.address, one.kecamatan, one.register) == (-6.1, "Jl. Contoh", "BENDA", "01")


@pytest.mark.parametrize(
    ("of_the_map", "of_the_register"),
    [
        ([MAP, mosque("n2", "An Nur")], [REGISTER]),
        ([MAP], [REGISTER, mosque("8", "Masjid An-Nur")]),
        ([mosque("n1", "Mushalla An-Nur", MosqueKind.PRAYER_ROOM)], [REGISTER]),
        ([mosque("n1", "Masjid An-Nur", kecamatan="Pinang")], [REGISTER]),
        ([mosque("n1", None)], [mosque("7", "Masjid")]),
        ([mosque("n1", None, None), mosque("n2", None, None)], []),
    ],
    ids=["two on the map", "two in the register", "another kind", "another kecamatan", "no name", "no names"],
)
def test_two_that_may_be_two_stay_two(of_the_map, of_the_register):
    found = merged([("map", of_the_map), ("register", of_the_register)])
    assert [each.code for each in found] == [
        *(f"map/{each.code}" for each in of_the_map),
        *(f"register/{each.code}" for each in of_the_register),
    ]


def test_the_same_code_of_one_source_is_one_mosque():
    assert [each.code for each in merged([("register", [REGISTER, REGISTER])])] == ["register/7"]


NAMED = st.builds(
    mosque,
    st.text("0123456789", min_size=1, max_size=3),
    st.sampled_from([None, "Masjid An-Nur", "An Nur", "Masjid Al-Falah", "Masjid"]),
    st.sampled_from([None, *MosqueKind]),
)


@given(st.lists(st.tuples(st.sampled_from(["map", "register", "third"]), st.lists(NAMED)), unique_by=lambda it: it[0]))
def test_no_mosque_is_lost_or_told_twice_whatever_the_sources_say(lists):
    codes = [code for each in merged(lists) for code in each.codes]
    assert sorted(codes) == sorted({f"{agency}/{each.code}" for agency, mosques in lists for each in mosques})


def rule(**changes):
    return ZakatRule(
        **{
            "code": "income-month",
            "kind": ZakatKind.INCOME,
            "period": ZakatPeriod.MONTH,
            "nisab": 7_640_144,
            "rate": 2.5,
            "per_person": None,
            "gold_grams": 85,
            "rice_kg": None,
            "decree": "Contoh",
            "decreed_on": date(2026, 2, 21),
            "url": None,
            "from_day": date(2026, 1, 1),
            "until_day": date(2026, 12, 31),
        }
        | changes
    )


FITRAH = rule(kind=ZakatKind.FITRAH, period=None, nisab=None, rate=None, per_person=47_000)


@pytest.mark.parametrize(
    ("amount", "reaches", "expected"),
    [
        (0, False, 0),
        (7_640_143, False, 0),
        (7_640_144, True, 191_004),
        (10_000_000, True, 250_000),
        (7_640_180, True, 191_005),
        (10**15, True, 25 * 10**12),
    ],
    ids=["nothing", "just below", "the nisab", "more", "half a rupiah is one", "the largest"],
)
def test_a_sum_owes_from_the_nisab_on_to_the_nearest_rupiah(amount, reaches, expected):
    found = owed(rule(), DAY, amount=amount, persons=None)
    assert (found.amount, found.persons, found.reaches_nisab, found.owed) == (amount, None, reaches, expected)


def test_of_what_is_paid_for_each_person_persons_are_counted():
    found = owed(FITRAH, DAY, amount=10, persons=4)
    assert (found.amount, found.persons, found.reaches_nisab, found.owed) == (None, 4, True, 188_000)


def test_where_the_rule_counts_what_is_not_given_nothing_is_told():
    assert owed(FITRAH, DAY, amount=10, persons=None) is None
    assert owed(rule(), DAY, amount=None, persons=4) is None


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_decree_that_does_not_hold_on_the_day_tells_no_sum(day):
    assert owed(rule(), day, amount=10_000_000, persons=None).owed is None
    assert owed(rule(until_day=None), date(2030, 1, 1), amount=10_000_000, persons=None).owed == 250_000
