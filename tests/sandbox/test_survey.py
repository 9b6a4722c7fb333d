"""The city's own price survey: each quirk of its database is really there."""

import sqlite3
from contextlib import closing

import pytest

from sandbox.prices.survey import CLOSED, COMMODITIES, MARKETS, TENFOLD, TENTH
from tests.sandbox.conftest import NOW

RECAP = "SELECT date, value FROM t_komoditas_rekapitulasi WHERE pasar_id = ? AND komoditas_id = ? ORDER BY date"


@pytest.fixture
def asked(caller):
    """What a statement gives."""
    with closing(sqlite3.connect(caller.sandbox.folder / "survei-pasar.db")) as connection:
        yield lambda statement, *values: connection.execute(statement, values).fetchall()


async def test_a_market_that_is_closed_still_has_prices(asked):
    markets = asked("SELECT id, name, status FROM m_pasar")
    assert [(code, name) for code, name, _ in markets] == list(MARKETS.items())
    assert [code for code, _, status in markets if status == "inactive"] == [CLOSED]
    assert len(asked(RECAP, CLOSED, 1)) == 13


async def test_prices_are_texts_of_a_month(asked):
    months = [month for month, _ in asked(RECAP, 1, 1)]
    assert (months[0], months[-1], len(months)) == ("2025-05", f"{NOW:%Y-%m}", 13)
    values = [value for (value,) in asked("SELECT value FROM t_komoditas_rekapitulasi")]
    assert {type(value) for value in values} == {str}
    assert {"." in value for value in values} == {True, False}


async def test_units_are_its_own(asked):
    units = dict(asked("SELECT name, unit FROM m_komoditas"))
    assert (units["Cabai Rawit Merah"], units["Minyak Goreng Sawit Curah"]) == ("ons", "kg")
    assert list(units) == [each.name for each in COMMODITIES]


@pytest.mark.parametrize(("slip", "factor"), [(TENFOLD, 10), (TENTH, 0.1)])
async def test_one_price_has_a_zero_too_many_and_one_a_zero_too_few(asked, slip, factor):
    values = [float(value) for _, value in asked(RECAP, *slip)]
    assert values[-1] / values[-2] == pytest.approx(factor, rel=0.15)
    assert max(values[:-1]) / min(values[:-1]) < 1.2


async def test_it_has_a_table_that_nobody_asks(asked):
    assert asked("SELECT name FROM m_komoditas_cluster") == [("Komoditas Strategis",)]
