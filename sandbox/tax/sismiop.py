"""The tax office's SISMIOP database, for the first parcel of each kelurahan, with the stories of its service.

Texts are padded, days have a time, a reversal leaves a payment of zeros, and some bills have no row of their object.
REF_KELURAHAN is empty, because there is no kelurahan 999. Requests to the counter have fixed numbers, and days relative
to today.
"""

import sqlite3
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.tax.parcels import bill, parcels, payments, place, years

AGENCY = "bapenda-sismiop"
WIB = ZoneInfo("Asia/Jakarta")
PARCELS = 104

KEY = {
    "kd_propinsi": "CHAR(2)",
    "kd_dati2": "CHAR(2)",
    "kd_kecamatan": "CHAR(3)",
    "kd_kelurahan": "CHAR(3)",
    "kd_blok": "CHAR(3)",
    "no_urut": "CHAR(4)",
    "kd_jns_op": "CHAR(1)",
}
YEAR = {"thn_pajak_sppt": "CHAR(4)"}
NUMBER = {
    "kd_kanwil": "CHAR(2)",
    "kd_kantor": "CHAR(2)",
    "thn_pelayanan": "CHAR(4)",
    "bundel_pelayanan": "CHAR(4)",
    "no_urut_pelayanan": "CHAR(3)",
}
TABLES = {
    "sppt": KEY
    | YEAR
    | {
        "nm_wp_sppt": "VARCHAR(30)",
        "npwp_sppt": "VARCHAR(30)",
        "luas_bumi_sppt": "NUMERIC",
        "luas_bng_sppt": "NUMERIC",
        "njop_sppt": "NUMERIC",
        "pbb_yg_harus_dibayar_sppt": "NUMERIC",
        "status_pembayaran_sppt": "CHAR(1)",
        "tgl_jatuh_tempo_sppt": "DATE",
    },
    "pembayaran_sppt": KEY
    | YEAR
    | {
        "pembayaran_sppt_ke": "NUMERIC",
        "denda_sppt": "NUMERIC",
        "jml_sppt_yg_dibayar": "NUMERIC",
        "tgl_pembayaran_sppt": "DATE",
    },
    "dat_objek_pajak": KEY
    | {"jalan_op": "VARCHAR(30)", "blok_kav_no_op": "VARCHAR(15)", "rt_op": "CHAR(3)", "rw_op": "CHAR(2)"},
    "ref_kecamatan": {name: KEY[name] for name in [*KEY][:3]} | {"nm_kecamatan": "VARCHAR(30)"},
    "ref_kelurahan": {name: KEY[name] for name in [*KEY][:4]} | {"nm_kelurahan": "VARCHAR(30)"},
    "pst_permohonan": NUMBER | {"tgl_terima_dokumen_wp": "DATE", "tgl_perkiraan_selesai": "DATE"},
    "pst_detail": NUMBER
    | {
        "kd_jns_pelayanan": "CHAR(2)",
        "status_selesai": "NUMERIC",
        "tgl_selesai": "DATE",
        "kd_seksi_berkas": "CHAR(2)",
        "tgl_penyerahan": "DATE",
    },
    "ref_jns_pelayanan": {"kd_jns_pelayanan": "CHAR(2)", "nm_jenis_pelayanan": "VARCHAR(50)"},
    "ref_seksi": {"kd_seksi": "CHAR(2)", "nm_seksi": "VARCHAR(75)"},
}
KINDS = {"01": "PENDAFTARAN DATA BARU", "02": "MUTASI OBJEK/SUBJEK", "08": "PENGURANGAN", "99": "LAYANAN CONTOH"}
SECTIONS = {"10": "SEKSI PELAYANAN", "20": "SEKSI PENDATAAN DAN PENILAIAN"}

REQUESTS: dict[str, tuple[str, str, list[tuple[int, int | None]], int, int, str]] = {
    "in progress": ("20260001001", "01", [(0, None)], -5, 9, "20"),
    "late": ("20260001002", "08", [(0, None)], -40, -10, "20"),
    "finished": ("20260001003", "02", [(1, None)], -30, -2, "10"),
    "handed over": ("20260001004", "02", [(1, -1)], -30, -2, "10"),
    "of three objects": ("20260001005", "02", [(1, None), (0, None), (1, None)], -20, 3, "20"),
    "of a kind that is not known": ("20260001006", "99", [(0, None)], -1, 20, "10"),
    "of a status that is not known": ("20260001007", "01", [(7, None)], -1, 20, "10"),
}
"""By story: number, kind, each object's status and the day it was fetched, receipt, promise, section.

Days are relative to today.
"""


def fill(connection: sqlite3.Connection, now: datetime) -> None:
    """The tables and rows on that day."""
    today = now.astimezone(WIB).date()
    for name, columns in TABLES.items():
        spelt = ", ".join(f"{column} {of}" for column, of in columns.items())
        connection.execute(f"CREATE TABLE {name} ({spelt})")
        connection.execute(f"CREATE INDEX {name}_key ON {name} ({', '.join([*columns][:8])})")
    for parcel in [*parcels().values()][:PARCELS]:
        if where := place(parcel):
            _insert(connection, "dat_objek_pajak", _parts(parcel.nop) | where)
        names = {"nm_kecamatan": parcel.kecamatan.upper().replace(" ", "").ljust(30)}
        if not connection.execute("SELECT 1 FROM ref_kecamatan WHERE kd_kecamatan = ?", (parcel.nop[4:7],)).fetchone():
            _insert(connection, "ref_kecamatan", _parts(parcel.nop) | names)
        for year in years(today):
            if row := bill(parcel, year, today):
                _insert(connection, "sppt", row | {"status_pembayaran_sppt": row["status_pembayaran_sppt"].strip()})
            for payment in payments(parcel, year, today):
                _insert(connection, "pembayaran_sppt", payment)
    _requests(connection, today)


def _requests(connection: sqlite3.Connection, today: date) -> None:
    for code, name in KINDS.items():
        _insert(connection, "ref_jns_pelayanan", {"kd_jns_pelayanan": code, "nm_jenis_pelayanan": name.ljust(50)})
    for code, name in SECTIONS.items():
        _insert(connection, "ref_seksi", {"kd_seksi": code, "nm_seksi": name})
    for number, kind, objects, received, promised, section in REQUESTS.values():
        key = {
            "kd_kanwil": "01",
            "kd_kantor": "01",
            "thn_pelayanan": number[:4],
            "bundel_pelayanan": number[4:8],
            "no_urut_pelayanan": number[8:],
        }
        days = {"tgl_terima_dokumen_wp": _day(today, received), "tgl_perkiraan_selesai": _day(today, promised)}
        _insert(connection, "pst_permohonan", key | days)
        for status, fetched in objects:
            part = {
                "kd_jns_pelayanan": kind,
                "status_selesai": status,
                "tgl_selesai": _day(today, -3),  # set from the start, whatever the status
                "kd_seksi_berkas": section,
                "tgl_penyerahan": None if fetched is None else _day(today, fetched),
            }
            _insert(connection, "pst_detail", key | part)


def _parts(nop: str) -> dict[str, Any]:
    ends, start, parts = (2, 4, 7, 10, 13, 17, 18), 0, {}
    for name, end in zip(KEY, ends, strict=True):
        parts[name], start = nop[start:end], end
    return parts


def _day(today: date, days: int) -> str:
    return f"{today + timedelta(days=days)} 08:00:00"


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    """Insert the columns of the row that the table has."""
    columns = [name for name in TABLES[table] if name in row]
    values = [_value(row[name], TABLES[table][name]) for name in columns]
    holes = ", ".join("?" for _ in columns)
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holes})", values)  # noqa: S608  constants


def _value(value: Any, of: str) -> Any:
    """The value, cut to the width of its column."""
    if of.startswith("CHAR") and isinstance(value, str):
        return value[: int(of[5:-1])]
    return value
