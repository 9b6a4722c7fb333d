"""The connectors that ask nobody: what they say comes of the configuration alone."""

import calendar
from datetime import UTC, date, datetime, time

import msgspec
import pytest

from connectors.worship.calculation import Calculation, CalculationOptions
from connectors.worship.records import NAMES, ZakatKind
from connectors.worship.zakat import ConfiguredZakat, ZakatOptions
from tests.clock import FakeClock
from tests.computed_conformance import computed_conformance, configured
from tests.profiles import CITY, regions_in

TestCalculation = computed_conformance(Calculation)
TestConfiguredZakat = computed_conformance(ConfiguredZakat)

PLACE = {"latitude": -6.169758, "longitude": 106.638886, "changed_on": "2026-11-01"}
RAMADAN = [
    {"year": 1447, "first": "2026-02-19", "last": "2026-03-20", "decree": "KMA Contoh 1/2026"},
    {"year": 1448, "first": "2027-02-08", "last": "2027-03-09", "decree": "KMA Contoh 1/2027"},
]
INCOME = {
    "code": "income-month",
    "kind": "INCOME",
    "period": "MONTH",
    "nisab": 7_640_144,
    "rate": 2.5,
    "decree": "Keputusan Contoh 15/2026",
    "decreed_on": "2026-02-21",
    "from_day": "2026-01-01",
}
FITRAH = {
    "code": "fitrah",
    "kind": "FITRAH",
    "per_person": 47_000,
    "rice_kg": 2.5,
    "decree": "Keputusan Contoh 2/2026",
    "decreed_on": "2026-01-22",
    "from_day": "2026-02-19",
    "until_day": "2026-03-20",
}


def connector(kind, options, clock=None):
    return configured(kind, options, clock or FakeClock())


async def test_its_probe_is_the_month_of_today_in_the_city():
    last_of_november_in_utc = FakeClock(datetime(2026, 11, 30, 20, tzinfo=UTC))
    probe = connector(Calculation, PLACE, last_of_november_in_utc).probe()
    assert (probe.name, probe.arguments) == ("month", (None, 2026, 12))
    assert (await probe.fetch()).records.days[0].day == date(2026, 12, 1)


@pytest.mark.parametrize("year", [1500, 1900, 2024, 2026, 2100, 2499])
async def test_any_month_has_all_of_its_days_for_the_city_and_for_any_kelurahan(year):
    computed = connector(Calculation, PLACE)
    for month in range(1, 13):
        for kelurahan in (None, "36.71.01.1001", "36.71.13.1008"):
            records = (await computed.month(kelurahan, year, month).fetch()).records
            assert [each.day.day for each in records.days] == [*range(1, calendar.monthrange(year, month)[1] + 1)]
            assert records.kelurahan == kelurahan


async def test_a_kelurahan_is_computed_at_its_centre_and_one_that_is_not_placed_at_the_citys_point():
    computed = connector(Calculation, PLACE)
    of_benda = (await computed.month("36.71.04.1003", 2026, 11).fetch()).records
    assert (of_benda.latitude, of_benda.longitude) == regions_in(CITY).outlines["36.71.04.1003"].centre
    unknown = (await computed.month("36.71.99.1001", 2026, 11).fetch()).records
    assert (unknown.latitude, unknown.longitude, unknown.kelurahan) == (-6.169758, 106.638886, None)


async def test_the_clock_is_the_citys():
    day = (await connector(Calculation, PLACE).month(None, 2026, 11).fetch()).records.days[22]
    assert [getattr(day, name).isoformat("minutes") for name in NAMES] == [
        "03:56", "04:06", "05:24", "05:52", "11:42", "15:06", "17:56", "19:10",
    ]  # fmt: skip


async def test_ramadan_is_what_the_configuration_says():
    records = (await connector(Calculation, PLACE | {"ramadan": RAMADAN}).month(None, 2026, 2).fetch()).records
    assert [(each.year, each.first) for each in records.ramadan] == [
        (1447, date(2026, 2, 19)),
        (1448, date(2027, 2, 8)),
    ]


def mistakes(kind, options):
    return [f"{'.'.join(each.keys)}: {each.expected}" for each in msgspec.convert(options, kind).mistakes({})]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"ramadan": RAMADAN}, []),
        ({"method": {"horizon": 1.0, "elevation": 14}}, ["method.elevation: horizon or elevation, not both"]),
        ({"ramadan": [RAMADAN[0] | {"last": "2026-03-21"}]}, ["ramadan: 1447: a month of 29 or 30 days"]),
        ({"ramadan": RAMADAN[::-1]}, ["ramadan: each year once, in their order"]),
        ({"ramadan": [RAMADAN[0], RAMADAN[0]]}, ["ramadan: each year once, in their order"]),
        (
            {"ramadan": [RAMADAN[0] | {"first": "2026-02-23", "last": "2026-03-24"}]},
            ["ramadan: 1447: begins at most three days from 2026-02-19"],
        ),
        (
            {"ramadan": [RAMADAN[0] | {"year": 1448}]},
            ["ramadan: 1448: begins at most three days from 2027-02-08"],
        ),
    ],
)
def test_what_cannot_be_configured_of_times_is_told(changes, expected):
    assert mistakes(CalculationOptions, PLACE | changes) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"latitude": 48.0},
        {"longitude": 10.0},
        {"method": {"fajr": 30}},
        {"method": {"ihtiyat": {"fajr": 11}}},
        {"method": {"rounding": "down"}},
        {"method": {"angle": 1}},
        {"changed_on": "soon"},
    ],
    ids=str,
)
def test_what_lies_out_of_the_country_or_of_reason_stops_the_start(changes):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(PLACE | changes, CalculationOptions)


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (1442, "2021-04-13", "2021-05-12"),
        (1443, "2022-04-03", "2022-05-01"),
        (1444, "2023-03-23", "2023-04-21"),
        (1445, "2024-03-12", "2024-04-09"),
        (1446, "2025-03-01", "2025-03-30"),
    ],
)
def test_each_ramadan_that_was_announced_may_be_configured(year, first, last):
    ramadan = {"year": year, "first": first, "last": last, "decree": "Sidang isbat"}
    assert mistakes(CalculationOptions, PLACE | {"ramadan": [ramadan]}) == []


async def test_zakat_is_what_the_decree_in_the_configuration_says():
    reading = await connector(ConfiguredZakat, {"rules": [INCOME, FITRAH]}).rules().fetch()
    income, fitrah = reading.records.rules
    assert (income.kind, income.nisab, income.rate, income.per_person) == (
        ZakatKind.INCOME,
        7_640_144,
        2.5,
        None,
    )
    assert (fitrah.kind, fitrah.per_person, fitrah.rate) == (ZakatKind.FITRAH, 47_000, None)
    assert reading.changed_at == datetime.combine(date(2026, 2, 20), time(17), UTC)  # the newest decree, in the city


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([INCOME, FITRAH], []),
        ([INCOME, INCOME], ["rules: income-month stands twice; each code stands once"]),
        ([INCOME | {"nisab": None}], ["rules: income-month: INCOME has nisab, rate and period, not per_person"]),
        ([INCOME | {"per_person": 1}], ["rules: income-month: INCOME has nisab, rate and period, not per_person"]),
        ([FITRAH | {"rate": 2.5}], ["rules: fitrah: FITRAH has per_person, and no nisab, rate or period"]),
        ([INCOME | {"until_day": "2025-12-31"}], ["rules: income-month: until_day is before from_day"]),
    ],
)
def test_what_cannot_be_configured_of_zakat_is_told(rules, expected):
    assert mistakes(ZakatOptions, {"rules": rules}) == expected


def test_zakat_without_a_rule_or_with_an_office_twice_is_told():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"rules": []}, ZakatOptions)
    office = {"code": "baznas", "name": "BAZNAS Contoh"}
    assert mistakes(ZakatOptions, {"rules": [INCOME], "offices": [office, office]}) == [
        "offices: baznas stands twice; each code stands once"
    ]
