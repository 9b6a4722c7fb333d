"""MagangHub, the ministry's internships, with the faults of the real one.

Its faults:
- paging in `meta.pagination`; parts of a row that are null
- studies and levels as JSON inside texts, in some rows as lists
- a deadline with midnight after it, under one of two keys; closed internships
- internships in neighbouring regions, one with a name that may mean two
- an internship that comes again on the next page
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city, draw

AGENCY = "maganghub"
COUNT = 60
LOCAL = timezone(timedelta(hours=7))
POSITIONS = ("Magang Gudang", "Magang Analis Data", "Magang Perawat", "Magang Administrasi", "Magang Desain")
STUDIES = ("Teknik Industri", "Statistika", "Keperawatan", "Administrasi Bisnis", "Desain Komunikasi Visual")
LEVELS = (["Sarjana", "Diploma"], ["Sarjana"], ["SMA/SMK"])
CLOSED = 10
"""One in so many has closed and is still listed, and another one closes tomorrow."""


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The route of the list."""
    control.register(AGENCY)

    async def listing(request: web.Request) -> web.StreamResponse:
        page, limit = int(request.query.get("page", "1")), int(request.query.get("limit", "20"))

        async def answer(_: web.Request) -> web.Response:
            rows = internships(now()) if request.query.get("kode_provinsi", _province()) == _province() else []
            return web.json_response(_page(rows, page, limit))

        return await control.answer(AGENCY, f"page {page}", request, answer)

    return [web.get(f"/{AGENCY}/be/v1/api/list/vacancies-aktif", listing)]


def internships(now: datetime) -> list[dict[str, Any]]:
    """All rows, the most places first."""
    made = [_internship(number, now) for number in range(COUNT)]
    return sorted(made, key=lambda row: (-row["jumlah_kuota"], row["id_posisi"]))


def code(number: int) -> str:
    """The id of an internship, the same each time."""
    return str(uuid.UUID(bytes=draw("internship id", number).randbytes(16), version=4))


def _province() -> str:
    """The code of the province."""
    return city().code[:2]


def cities() -> tuple[str, ...]:
    """The city, twice, and its neighbours."""
    first, bare, last = (each.name for each in city().neighbours)
    return (city().name.upper(), city().name.upper(), first.upper(), last.upper(), bare)


def _page(rows: list[dict[str, Any]], page: int, limit: int) -> dict[str, Any]:
    start = (page - 1) * limit
    sent = rows[start : start + limit]
    if page == 2:
        sent = [rows[start - 1], *sent]
    last = max(1, -(-len(rows) // limit))
    return {
        "data": sent,
        "meta": {"pagination": {"total": len(rows), "per_page": limit, "current_page": page, "last_page": last}},
    }


def _internship(number: int, now: datetime) -> dict[str, Any]:
    chance = draw("internship", number)
    kind = number % len(POSITIONS)
    quota = chance.randint(1, 40)
    days = -3 if number % CLOSED == 7 else 1 if number % CLOSED == 3 else chance.randint(2, 40)
    closes = (now + timedelta(days=days)).astimezone(LOCAL)
    studies, levels = [{"id": str(kind), "title": STUDIES[kind]}], LEVELS[number % len(LEVELS)]
    as_text = number % 6 != 4
    bare = number % 20 == 19
    key = "tanggal_pendaftaran_akhir" if number % 9 == 8 else "tanggal_batas_pendaftaran"
    return {
        "id_posisi": code(number),
        "posisi": f"{POSITIONS[kind]} (Contoh)",
        "deskripsi_posisi": f"<p>Belajar sambil bekerja, {quota} tempat</p><script>alert('contoh')</script>",
        "syarat_khusus": None,
        "jumlah_kuota": quota,
        "jumlah_terdaftar": chance.randint(0, 3 * quota),
        "program_studi": json.dumps(studies) if as_text else studies,
        "jenjang": json.dumps(levels) if as_text else levels,
        "perusahaan": None
        if bare
        else {
            "id_perusahaan": f"co-{number % 12}",
            "nama_perusahaan": f"PT Contoh Magang {number % 12 + 1}",
            "alamat": "Jl. Contoh",
            "nama_kabupaten": cities()[number % len(cities())],
            "nama_provinsi": city().province.upper(),
            "kode_provinsi": _province(),
        },
        "jadwal": {key: f"{closes.date().isoformat()} 00:00:00", "angkatan": "2", "tahun": str(now.year)},
        "ref_status_posisi": {"nama_status_posisi": "Terverifikasi"},
        "government_agency": {"government_agency_name": None},
        "created_at": now.isoformat(),
    }
