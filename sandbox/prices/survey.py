"""The city's own survey of prices: the database of a TPID application, with the faults of the real one.

Its faults:
- a month as text, `2026-11`; prices as text, with decimals or not
- a closed market that still has prices
- its own units: chillies by the `ons`, cooking oil by weight
- one commodity that no other survey has, and one that is unknown
- a price with a zero too many, and one with a zero too few
"""

import sqlite3
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kit.seed import draw

AGENCY = "survei-pasar"
WIB = ZoneInfo("Asia/Jakarta")
MONTHS = 13

MARKETS = {1: "Anyar Contoh", 2: "Bandeng Contoh", 3: "Malabar Contoh", 4: "Poris Contoh", 5: "Ramadhani Contoh"}
CLOSED = 5


class SurveyCommodity(NamedTuple):
    """A commodity of the survey; `price` is the usual price of a unit, in rupiah."""

    id: int
    name: str
    unit: str
    kind: int
    price: int


KINDS = {1: "Sembako", 2: "Daging", 3: "Sayur", 4: "Buah", 5: "Bumbu"}
COMMODITIES = (
    SurveyCommodity(1, "Beras Medium", "kg", 1, 13_600),
    SurveyCommodity(2, "Cabai Rawit Merah", "ons", 5, 6_300),
    SurveyCommodity(3, "Minyak Goreng Sawit Curah", "kg", 1, 19_500),
    SurveyCommodity(4, "Ikan Lele", "kg", 2, 27_000),
    SurveyCommodity(5, "Telur Ayam Ras", "kg", 1, 29_600),
    SurveyCommodity(6, "Daging Ayam Ras", "kg", 2, 37_200),
    SurveyCommodity(7, "Kolang-Kaling", "kg", 4, 18_000),
)

TENFOLD, TENTH = (2, 4), (3, 5)
"""Market and commodity: the price of this month has a zero too many, or too few."""

TABLES = """
CREATE TABLE m_pasar (id INTEGER PRIMARY KEY, name TEXT, status TEXT);
CREATE TABLE m_komoditas_type (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE m_komoditas_cluster (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE m_komoditas (id INTEGER PRIMARY KEY, name TEXT, unit TEXT, type_id INTEGER, cluster_id INTEGER);
CREATE TABLE t_komoditas_rekapitulasi (
    id INTEGER PRIMARY KEY, date TEXT, pasar_id INTEGER, komoditas_id INTEGER, value TEXT
);
"""


def fill(connection: sqlite3.Connection, now: datetime) -> None:
    """The tables, with the months up to this one."""
    connection.executescript(TABLES)
    markets = [(id_, name, "inactive" if id_ == CLOSED else "active") for id_, name in MARKETS.items()]
    connection.executemany("INSERT INTO m_pasar VALUES (?, ?, ?)", markets)
    connection.executemany("INSERT INTO m_komoditas_type VALUES (?, ?)", KINDS.items())
    connection.execute("INSERT INTO m_komoditas_cluster VALUES (1, 'Komoditas Strategis')")
    commodities = [(each.id, each.name, each.unit, each.kind, 1) for each in COMMODITIES]
    connection.executemany("INSERT INTO m_komoditas VALUES (?, ?, ?, ?, ?)", commodities)
    prices = [
        (month, market, commodity.id, f"{amount}.00" if commodity.id % 2 else str(amount))
        for month in months(now)
        for market in MARKETS
        for commodity in COMMODITIES
        if (amount := price(commodity, market, month, now))
    ]
    connection.executemany(
        "INSERT INTO t_komoditas_rekapitulasi (date, pasar_id, komoditas_id, value) VALUES (?, ?, ?, ?)", prices
    )


def months(now: datetime) -> list[str]:
    """The months of the survey, oldest first."""
    today = now.astimezone(WIB).date()
    ago = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS - 1, -1, -1)]
    return [f"{date(year, month + 1, 1):%Y-%m}" for year, month in ago]


def price(commodity: SurveyCommodity, market: int, month: str, now: datetime) -> int:
    """The price in a market in a month."""
    usual = commodity.price * (1 + draw("survey", commodity.id, market, month).uniform(-0.05, 0.05))
    rounded = round(usual / 100) * 100
    if month != months(now)[-1]:
        return rounded
    return {TENFOLD: rounded * 10, TENTH: rounded // 10}.get((market, commodity.id), rounded)
