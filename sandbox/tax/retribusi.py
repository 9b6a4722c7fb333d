"""The permit office's bills of retributions, with fixed billing codes and with days relative to today.

Amounts are floats. A reversal has emptied the columns that say that a bill was paid. One bill contradicts itself.
"""

import sqlite3
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

AGENCY = "dpmptsp-retribusi"
WIB = ZoneInfo("Asia/Jakarta")


class BillStory(NamedTuple):
    """One bill. Days are relative to today."""

    code: str
    flag: int | None = 0
    word: str | None = None
    paid: int | None = None
    expires: int | None = 14
    principal: float = 1_250_000.0
    penalty: float | None = 0.0


BILLS = {
    "unpaid": BillStory("99360000000001"),
    "paid": BillStory("99360000000002", 1, "Lunas", paid=-3),
    "expired": BillStory("99360000000003", expires=-1, penalty=25_000.0),
    "reversed": BillStory("99360000000004", None, None),
    "marked and not called paid": BillStory("99360000000005", 1, None, paid=-2),
    "called paid and not marked": BillStory("99360000000006", 0, "Lunas"),
    "of a flag that is not known": BillStory("99360000000007", 7, None),
    "on its last day": BillStory("99360000000008", expires=0),
    "without an end": BillStory("99360000000009", expires=None, penalty=None),
}
TABLES = """
CREATE TABLE trperizinan (id INTEGER PRIMARY KEY, n_perizinan TEXT);
CREATE TABLE tmpermohonan (id INTEGER PRIMARY KEY, trperizinan_id INTEGER);
CREATE TABLE tmretribusi (id INTEGER PRIMARY KEY, tmpermohonan_id INTEGER, kode_bayar VARCHAR(14), nominal FLOAT,
    denda FLOAT, jumlah FLOAT, no_skrd VARCHAR(32), date_skrd DATE, is_bayar INTEGER, status_pembayaran VARCHAR(11),
    date_bayar DATE, date_expire DATE);
"""


def fill(connection: sqlite3.Connection, now: datetime) -> None:
    """The tables and rows on that day."""
    today = now.astimezone(WIB).date()
    connection.executescript(TABLES)
    connection.execute("INSERT INTO trperizinan VALUES (1, 'Persetujuan Bangunan Gedung')")
    connection.execute("INSERT INTO tmpermohonan VALUES (1, 1)")
    for number, story in enumerate(BILLS.values(), start=1):
        row = (
            number,
            1,
            story.code,
            story.principal,
            story.penalty,
            story.principal + (story.penalty or 0),
            f"SKRD/{number:04d}",
            _day(today, -10),
            story.flag,
            story.word,
            _day(today, story.paid),
            _day(today, story.expires),
        )
        connection.execute(f"INSERT INTO tmretribusi VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  constants


def _day(today: date, days: int | None) -> str | None:
    return None if days is None else str(today + timedelta(days=days))
