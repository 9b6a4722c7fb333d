"""A city's booking database made from the reference schema, on SQLite and on PostgreSQL."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg

from connectors.booking.records import BookedSlot, BookingOrder
from connectors.kit.agency import Agency, Limits
from connectors.venues.database import BookingDatabase, BookingDatabaseCredentials, DatabaseOptions
from tests.clock import NOON
from tests.conftest import ROOT

SCHEMAS = ROOT / "connectors" / "venues"
COURTS = """
INSERT INTO courts (id, name, sport, kecamatan) VALUES
  (1, 'Futsal A', 'Futsal', 'Cipondoh'), (2, 'Bulu Tangkis B', 'Badminton', 'Benda');
INSERT INTO opening_hours (court_id, weekday, opens, closes, price) VALUES
  (1, 1, '08:00', '17:00', 100000), (1, 1, '17:00', '01:00', 150000), (1, 2, '08:00', '12:30', 100000), (2, 2, '09:00', '11:00', NULL);
INSERT INTO keepers (id, name, phone) VALUES (1, 'Petugas Contoh 1', '+62215552001'), (2, 'Petugas Contoh 2', NULL);
INSERT INTO duties (court_id, keeper_id, weekday, begins, ends) VALUES
  (1, 1, 1, '06:00', '17:00'), (1, 2, 1, '17:00', '02:00'), (1, 2, 2, '06:00', '17:00');
"""


class City:
    """One such database: its address for the hub, and what stands in it."""

    def __init__(self, url, connect):
        self.url = url
        self._connect = connect

    def run(self, statement):
        with closing(self._connect()) as connection:
            found = connection.execute(statement)
            rows = found.fetchall() if found.description else []
            connection.commit()
        return rows

    def live(self):
        return self.run("SELECT count(*) FROM bookings WHERE state IN ('held', 'confirmed')")[0][0]

    def connector(self, clock, **limits):
        agency = Agency(
            code="gor-kota", domain="venues", connector="database", name="GOR", url=self.url,
            limits=Limits(**{"timeout": 60, "concurrency": 8, **limits}),
        )  # fmt: skip
        return BookingDatabase(
            agency, DatabaseOptions(), BookingDatabaseCredentials(), clock=clock, zone=ZoneInfo("Asia/Jakarta")
        )


def on_sqlite(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / "booking.sqlite.sql").read_text(encoding="utf-8"))
        connection.executescript(COURTS)
        connection.commit()
    return City(f"sqlite:///{path}", lambda: sqlite3.connect(path, timeout=30))


def on_postgresql(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((SCHEMAS / "booking.postgresql.sql").read_text(encoding="utf-8"))
        connection.execute(COURTS)
    return City(url.replace("postgresql://", "postgresql+psycopg://"), lambda: psycopg.connect(url))


def slot(hour=14, court=1, *, minutes=60):
    """One of today's, by its local hour."""
    starts_at = NOON.replace(hour=0) + timedelta(hours=hour - 7)
    return BookedSlot(
        key=f"{court}-{starts_at:%Y%m%dT%H%MZ}", thing=str(court), starts_at=starts_at.astimezone(UTC),
        ends_at=starts_at + timedelta(minutes=minutes), price=100_000,
    )  # fmt: skip


def order(owner="one", key="k1", wanted=None, request="r1"):
    return BookingOrder(reference=f"{owner}-{key}", owner=owner, key=key, request=request, slot=wanted or slot())


def at(hour, minute=0):
    """A local hour of today."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)
