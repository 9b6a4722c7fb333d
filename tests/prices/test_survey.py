"""The city's own survey: the conformance suite, and each quirk of its database by its name."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from datetime import date

import pytest

from connectors.prices.records import Commodity, Grain, Market, MarketKind, PricePoint, Prices
from connectors.prices.survey import Survey
from engine.configuration.agencies_file import connect_agencies
from sandbox.prices.survey import COMMODITIES, MARKETS, TENFOLD, months, price
from tests.clock import NOON
from tests.playback import connect
from tests.sql_conformance import RecordedTable, _recording, sql_conformance

TestConformance = sql_conformance(Survey)


@pytest.fixture(autouse=True)
async def no_thread_outlives_its_loop():
    yield
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)


@pytest.fixture
async def survey(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies.with_code(Prices, "survei-pasar")
    await agencies.aclose()


@pytest.fixture
def played(tmp_path):
    """What the connector makes of these rows, and its findings."""

    async def play(read, *arguments, tables=None, options=None, **more):
        record = _recording(Survey, read)
        record.tables = tables or record.tables
        record.options |= (options or {}) | more
        path = tmp_path / "agency.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            for statement, rows in record.statements():
                connection.executemany(statement, rows) if rows else connection.execute(statement)
            connection.commit()
        connector = connect(Survey, record, f"sqlite+aiosqlite:///{path}")
        try:
            found = (await getattr(connector, read)(*(arguments or record.arguments)).fetch()).records
        finally:
            await connector.aclose()
        return found, connector.findings.counts

    return play


def tables(*prices, columns=("pasar_id", "komoditas_id", "date", "value"), **types):
    """A table of prices, beside three markets of which the third is closed."""
    status = {1: "active", 2: "active", 3: "active", 9: "inactive"}
    return {
        "m_pasar": RecordedTable(rows=[{"id": each, "name": f"P{each}", "status": of} for each, of in status.items()]),
        "t_komoditas_rekapitulasi": RecordedTable(
            rows=[dict(zip(columns, each, strict=True)) for each in prices], types=types
        ),
    }


def points(found):
    return {each.commodity: each.points for each in found}


async def test_rows_become_series_of_one_market(played):
    found, findings = await played("prices")
    assert points(found) == {
        "1": (PricePoint(date(2026, 10, 1), 13_600),),
        "2": (PricePoint(date(2026, 10, 1), 6_300), PricePoint(date(2026, 11, 1), 6_350)),
    }
    assert findings == {}


async def test_a_market_that_is_closed_is_left_out(survey):
    found = (await survey.markets().fetch()).records
    assert [(each.code, each.name) for each in found] == [(str(code), name) for code, name in MARKETS.items()][:4]
    assert found[0] == Market(
        code="1",
        name="Anyar Contoh",
        type=MarketKind.TRADITIONAL,
        kelurahan="36.71.01.1001",
        latitude=None,
        longitude=None,
    )


async def test_a_price_is_of_a_month_and_stands_under_its_first_day(survey):
    assert survey.grain is Grain.MONTH
    found = points((await survey.prices("1").fetch()).records)
    assert [point.day for point in found["1"]] == [date.fromisoformat(f"{month}-01") for month in months(NOON)]
    assert found["1"][-1].amount == price(COMMODITIES[0], 1, "2026-11", NOON)


@pytest.mark.parametrize("sent", ["2026-11-02", "2026-11-02 08:00:00"])
async def test_or_of_a_day_where_the_option_says_so(played, sent):
    found, findings = await played("prices", "1", tables=tables((1, 7, sent, 500)), grain="DAY")
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 2), 500),)}, {})


@pytest.mark.parametrize(("grain", "sent"), [("DAY", "2026-11"), ("MONTH", "2026-11-15"), ("MONTH", "2026-11-1 ")])
async def test_a_date_that_does_not_fit_the_grain_that_is_declared_is_set_aside(played, grain, sent):
    rows = tables((1, 7, sent, 500), (1, 8, "2026-11-01", 600))
    found, findings = await played("prices", "1", tables=rows, grain=grain)
    assert points(found) == {"8": (PricePoint(date(2026, 11, 1), 600),)}
    assert findings == {"row set aside: day: not as declared by grain": 1}


@pytest.mark.parametrize("nothing", [None, 0, "0", ""])
async def test_nothing_and_zero_are_missing_and_never_a_price(played, nothing):
    found, findings = await played("prices", "1", tables=tables((1, 7, "2026-10", 500), (1, 7, "2026-11", nothing)))
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 10, 1), 500),)}, {})


@pytest.mark.parametrize("value", ["gratis", -500, "13.600.000", "14.500", "15.000", "14,500", "14.5"])
async def test_a_price_that_cannot_be_is_set_aside(played, value):
    rows = tables((1, 7, "2026-10", 500), (1, 7, "2026-11", value), value="TEXT")
    found, findings = await played("prices", "1", tables=rows)
    assert (points(found), sum(findings.values())) == ({"7": (PricePoint(date(2026, 10, 1), 500),)}, 1)


@pytest.mark.parametrize(
    ("grouping", "value"), [("id", "14.500"), ("id", "Rp14.500,00"), ("en", "14,500"), (None, "14500")]
)
async def test_a_price_as_a_text_is_read_as_it_is_declared(played, grouping, value):
    rows = tables((1, 7, "2026-11", value), value="TEXT")
    found, findings = await played("prices", "1", tables=rows, grouping=grouping)
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 1), 14_500),)}, {})


async def test_a_price_that_is_text_is_one_of_the_citys_average(played):
    rows = tables((1, 7, "2026-11", "14.500"), (2, 7, "2026-11", "15000"), value="TEXT")
    found, findings = await played("prices", None, tables=rows)
    assert points(found) == {"7": (PricePoint(date(2026, 11, 1), 15_000),)}
    assert findings == {"price set aside: amount: not a number": 1}


@pytest.mark.parametrize("day", ["0001-01-01", "0000-00-00", "0001-01", "1492-10", "9999-12", ""])
async def test_a_day_that_nobody_can_mean_is_none(played, day):
    rows = tables((1, 7, day, 500), (1, 8, "2026-11-01", 600))
    found, findings = await played("prices", "1", tables=rows)
    assert points(found) == {"8": (PricePoint(date(2026, 11, 1), 600),)}
    assert sum(findings.values()) <= 1


async def test_not_one_price_of_the_city_is_a_finding(played):
    for sent in (0, "14.500"):
        found, findings = await played("prices", None, tables=tables((1, 7, "2026-11", sent)))
        assert points(found) == {"7": ()}
        assert findings.pop("not one price in 400 days") == 1
        assert findings == ({"price set aside: amount: not a number": 1} if sent else {})


async def test_a_market_that_was_asked_twice_has_the_first_price(played):
    found, findings = await played("prices", "1", tables=tables((1, 7, "2026-11", 500), (1, 7, "2026-11", 900)))
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 1), 500),)}, {"row repeated": 1})


async def test_the_citys_average_is_of_the_markets_that_are_open(played):
    rows = tables((1, 7, "2026-11", 500), (2, 7, "2026-11", 700), (9, 7, "2026-11", 9_000))
    found, findings = await played("prices", None, tables=rows)
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 1), 600),)}, {})


async def test_a_zero_too_many_does_not_spoil_the_average(played):
    rows = tables((1, 7, "2026-11", 500), (2, 7, "2026-11", 7_000), (3, 7, "2026-11", 600))
    found, findings = await played("prices", None, tables=rows)
    assert points(found) == {"7": (PricePoint(date(2026, 11, 1), 550),)}
    assert findings == {"a price that is far from other markets', left out of the average": 1}


async def test_of_two_prices_nobody_knows_which_is_the_slip(played):
    found, findings = await played("prices", None, tables=tables((1, 7, "2026-11", 500), (2, 7, "2026-11", 5_000)))
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 1), 2_750),)}, {})


async def test_in_its_own_market_it_is_kept(survey):
    market, commodity = TENFOLD
    found = points((await survey.prices(str(market)).fetch()).records)[str(commodity)]
    assert found[-1].amount > 8 * found[-2].amount


async def test_its_codes_are_joined_and_its_units_stay_its_own(survey):
    found = {each.name: each for each in (await survey.commodities().fetch()).records}
    assert found["Beras Medium"] == Commodity(
        code="1", name="Beras Medium", group="Sembako", unit="kg", standard="beras-medium"
    )
    chilli = found["Cabai Rawit Merah"]
    assert (chilli.unit, chilli.standard, int(chilli.factor)) == ("ons", "cabai-rawit-merah", 10)
    assert {name for name, each in found.items() if each.standard is None} == {
        "Minyak Goreng Sawit Curah", "Kolang-Kaling",
    }  # fmt: skip
    assert survey.findings.counts == {"a commodity that the crosswalk does not know": 2}


async def test_tables_and_columns_may_be_called_otherwise(played):
    rows = {"harga": RecordedTable(rows=[{"lokasi": 1, "barang": 7, "tgl": "2026-11", "rupiah": 500}])}
    columns = {"market": "lokasi", "commodity": "barang", "day": "tgl", "amount": "rupiah"}
    found, findings = await played(
        "prices", "1", tables=rows, options={"tables": {"prices": "harga"}, "columns": columns}
    )
    assert (points(found), findings) == ({"7": (PricePoint(date(2026, 11, 1), 500),)}, {})
