"""The BPHTB application's database: a deed at each stage, with fixed numbers and with days relative to today.

One has a reversed payment, one a `kode` without its leading zero, one a document that is no NIK, one an unknown stage.
Two are assessments, of a missing amount and of too much; one owes nothing. The first belongs to the citizen.
"""

import sqlite3
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kit.people import ACCOUNTS
from sandbox.tax.parcels import with_story

AGENCY = "bapenda-bphtb"
WIB = ZoneInfo("Asia/Jakarta")
CITIZEN, NEIGHBOUR = ACCOUNTS["citizen"].nik, ACCOUNTS["neighbour"].nik


class DeedStory(NamedTuple):
    """One deed."""

    number: int
    status: int
    finding: str | None = "Draft"
    code: str = "01"
    paper: str | None = NEIGHBOUR
    paid: tuple[int, ...] = ()
    settled: bool = False
    before: int = 0
    payable: int = 41_000_000


PRICE, EXEMPT, RATE = 900_000_000, 80_000_000, 5.0
TAX = 41_000_000
DEEDS = {
    "with the land office": DeedStory(1, 6, "Sesuai", paper=CITIZEN, paid=(TAX,), settled=True),
    "a draft": DeedStory(2, 0),
    "paid": DeedStory(3, 1, paid=(TAX,), settled=True, code="1"),
    "reversed": DeedStory(4, 0, paid=(0,)),
    "being examined": DeedStory(5, 3, paid=(TAX,), settled=True),
    "underpaid": DeedStory(6, 4, "Kurang Bayar", paid=(TAX - 5_000_000,), settled=True),
    "overpaid": DeedStory(7, 5, "Lebih Bayar", paid=(TAX, 1_000_000), settled=True),
    "done": DeedStory(8, 7, "Sesuai", paid=(TAX,), settled=True),
    "of somebody without a NIK": DeedStory(9, 2, paper="PASPOR X0000000", paid=(TAX,), settled=True),
    "of a stage that is not known": DeedStory(10, 9, "Entah", paid=(TAX,), settled=True),
    "an assessment of what is missing": DeedStory(
        11, 4, "Kurang Bayar", code="2", before=36_000_000, payable=5_000_000
    ),
    "the same, paid": DeedStory(
        12, 1, code="02", before=36_000_000, payable=5_000_000, paid=(5_000_000,), settled=True
    ),
    "an assessment of what was too much": DeedStory(
        13, 5, "Lebih Bayar", code="99", before=46_000_000, payable=-5_000_000
    ),
    "of nothing to pay": DeedStory(14, 3, payable=0),
}
BROUGHT = {"both back": (101, 2, 2), "one of two back": (102, 2, 1), "all there": (103, 3, 0)}
"""Papers that a notary handed in: the number, how many deeds, how many came back."""

TABLES = """
CREATE TABLE bphtb_perolehan (id INTEGER PRIMARY KEY, nama TEXT NOT NULL);
CREATE TABLE bphtb_sspd (id INTEGER PRIMARY KEY, tahun INTEGER, kode CHAR(2), no_sspd BIGINT, wp_nama TEXT,
    wp_identitas TEXT, tgl_transaksi DATE, kd_propinsi CHAR(2), kd_dati2 CHAR(2), kd_kecamatan CHAR(3),
    kd_kelurahan CHAR(3), kd_blok CHAR(3), no_urut CHAR(4), kd_jns_op CHAR(1), perolehan_id INTEGER, npop BIGINT,
    npoptkp BIGINT, tarif DOUBLE PRECISION, terhutang BIGINT, pengurang BIGINT, denda BIGINT,
    bphtb_sudah_dibayarkan BIGINT, bphtb_harus_dibayarkan BIGINT, status_pembayaran SMALLINT, status_daftar SMALLINT,
    hasil_penelitian TEXT, tgl_jatuh_tempo TIMESTAMP, tgl_approval TIMESTAMP);
CREATE TABLE bphtb_bank (id INTEGER PRIMARY KEY, sspd_id BIGINT, tanggal DATE, bayar BIGINT);
CREATE TABLE bphtb_validasi (id INTEGER PRIMARY KEY, sspd_id BIGINT, bpn_tgl_terima DATE, bpn_tgl_selesai DATE);
CREATE TABLE bphtb_berkas_in (id INTEGER PRIMARY KEY, tahun INTEGER, kode CHAR(1), no_urut BIGINT, tgl_terima DATE,
    tgl_selesai DATE);
CREATE TABLE bphtb_berkas_in_det (id INTEGER PRIMARY KEY, berkas_in_id BIGINT, sspd_id BIGINT);
CREATE TABLE bphtb_berkas_out (id INTEGER PRIMARY KEY, tgl_keluar DATE);
CREATE TABLE bphtb_berkas_out_det (id INTEGER PRIMARY KEY, berkas_out_id BIGINT, berkas_in_det_id BIGINT);
"""


def fill(connection: sqlite3.Connection, now: datetime) -> None:
    """The tables and rows on that day."""
    today = now.astimezone(WIB).date()
    connection.executescript(TABLES)
    _insert(connection, "bphtb_perolehan", {"id": 1, "nama": "Jual Beli"})
    for story in DEEDS.values():
        _deed(connection, story, today)
    for number, deeds, back in BROUGHT.values():
        days = {"tgl_terima": _day(today, -12), "tgl_selesai": _day(today, -2)}
        came = {"tahun": 2026, "kode": "1", "no_urut": number}
        _insert(connection, "bphtb_berkas_in", {"id": number} | came | days)
        _insert(connection, "bphtb_berkas_out", {"id": number, "tgl_keluar": _day(today, -4)})
        for index in range(deeds):
            each = number * 10 + index
            _insert(connection, "bphtb_berkas_in_det", {"id": each, "berkas_in_id": number, "sspd_id": index + 1})
            if index < back:
                out = {"id": each, "berkas_out_id": number, "berkas_in_det_id": each}
                _insert(connection, "bphtb_berkas_out_det", out)


def _deed(connection: sqlite3.Connection, story: DeedStory, today: date) -> None:
    nop = with_story("this year unpaid")
    row = {
        "id": story.number,
        "tahun": 2026,
        "kode": story.code,
        "no_sspd": story.number,
        "wp_nama": f"WAJIB PAJAK CONTOH {story.number:04d}",
        "wp_identitas": story.paper,
        "tgl_transaksi": _day(today, -30),
        "kd_propinsi": nop[:2],
        "kd_dati2": nop[2:4],
        "kd_kecamatan": nop[4:7],
        "kd_kelurahan": nop[7:10],
        "kd_blok": nop[10:13],
        "no_urut": nop[13:17],
        "kd_jns_op": nop[17],
        "perolehan_id": 1,
        "npop": PRICE,
        "npoptkp": EXEMPT,
        "tarif": RATE,
        "terhutang": TAX,
        "pengurang": 0,
        "denda": 0,
        "bphtb_sudah_dibayarkan": story.before,
        "bphtb_harus_dibayarkan": story.payable,
        "status_pembayaran": int(story.settled),
        "status_daftar": story.status,
        "hasil_penelitian": story.finding,
        "tgl_jatuh_tempo": f"{_day(today, 1)} 00:00:00",
        "tgl_approval": f"{_day(today, -20)} 00:00:00" if story.status >= 2 else None,
    }
    _insert(connection, "bphtb_sspd", row)
    for number, paid in enumerate(story.paid):
        bank = {"sspd_id": story.number, "tanggal": _day(today, number - 25), "bayar": paid}
        _insert(connection, "bphtb_bank", bank)
    came = _day(today, -6) if story.status in (6, 7) else None
    left = _day(today, -1) if story.status == 7 else None
    _insert(connection, "bphtb_validasi", {"sspd_id": story.number, "bpn_tgl_terima": came, "bpn_tgl_selesai": left})


def _day(today: date, days: int) -> str:
    return str(today + timedelta(days=days))


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    holes = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", [*row.values()])  # noqa: S608  constants
