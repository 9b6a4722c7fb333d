"""Four hundred vacancies of companies that do not exist, in and around the city."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sandbox.kit.seed import city, draw, kecamatan

COUNT = 400

TITLES = {
    "Logistik": ("Operator Gudang", "Kurir", "Admin Gudang", "Pengemudi Truk"),
    "Produksi": ("Operator Produksi", "Operator Jahit", "Teknisi Mesin", "Kepala Regu Produksi"),
    "Administrasi": ("Staf Administrasi", "Resepsionis", "Staf Pembukuan", "Sekretaris"),
    "Penjualan": ("Pramuniaga", "Kasir", "Tenaga Penjualan", "Kepala Toko"),
    "Teknologi Informasi": ("Programmer", "Teknisi Jaringan", "Analis Data", "Staf Dukungan TI"),
    "Kesehatan": ("Perawat", "Apoteker", "Analis Laboratorium", "Petugas Rekam Medis"),
    "Pendidikan": ("Guru Les", "Staf Tata Usaha", "Instruktur Pelatihan", "Pustakawan"),
    "Perhotelan": ("Juru Masak", "Pelayan Restoran", "Petugas Kebersihan Kamar", "Barista"),
}
INDUSTRIES = ("Manufaktur", "Perdagangan", "Jasa", "Transportasi")
TYPES = ("Full Time", "Penuh Waktu", "Part Time", "Kontrak", "Magang", "Harian")
SCHOOLING = ("SD/Sederajat", "SMP/Sederajat", "SMA/SMK Sederajat", "D3", "S1", "S2", "Semua Pendidikan")
SKILLS = ("Forklift", "Administrasi", "Microsoft Excel", "Komunikasi", "Las", "Bahasa Inggris", "Akuntansi", "Menjahit")

EXPIRED = 7
"""One in so many vacancies has expired and is still listed."""


def vacancies(now: datetime) -> list[dict[str, Any]]:
    """All rows of the catalogue, newest first."""
    made = [_vacancy(number, now) for number in range(COUNT)]
    made.sort(key=lambda row: (-int(row.get("published_at", 0)), row["id"]))
    return made


def code(number: int) -> str:
    """The id of a vacancy, the same each time."""
    return str(uuid.UUID(bytes=draw("vacancy id", number).randbytes(16), version=4))


def text(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """The further values of a detail: HTML, as employers paste it."""
    schooling = row.get("education_name") or "tidak disebut"
    return {
        "id": row["id"],
        "title": row.get("title") or row.get("job_title"),
        "description": f"<p>Dicari <b>{row.get('title') or row.get('job_title')}</b> untuk kantor contoh.</p>"
        "<ul><li>Masuk Senin&nbsp;&ndash; Jumat</li><li>Seragam disediakan</li></ul><script>alert('contoh')</script>",
        "qualification": f"<div style='color:red'>Pendidikan: {schooling}</div><br/>Sehat &amp; jujur",
        "region": {"name": row["city_name"]},
        "employer": {"name": row["company_name"], "npwp": "-"},
        "job_type": {"name": row["job_type_name"]},
        "contact": {"name": f"Petugas Contoh {number % 20 + 1}", "phone": "+62215553000"},
    }


def _vacancy(number: int, now: datetime) -> dict[str, Any]:
    chance = draw("vacancy", number)
    category = chance.choice(list(TITLES))
    title = chance.choice(TITLES[category])
    published = now - timedelta(hours=chance.randint(1, 24 * 45), minutes=number % 60)
    open_for = timedelta(days=chance.randint(1, 60), hours=1)
    expires = now - timedelta(days=chance.randint(1, 20)) if number % EXPIRED == 3 else now + open_for
    lowest = chance.randint(22, 90) * 100_000
    row: dict[str, Any] = {
        "id": code(number),
        "title": f"{title} (Contoh)",
        "company_name": f"PT Contoh {chance.choice(('Sejahtera', 'Makmur', 'Mandiri', 'Bersama'))} {number % 30 + 1}",
        "company_logo_uri": None,
        **_place(number),
        "industry_name": chance.choice(INDUSTRIES),
        "job_function_name": category,
        "job_type_name": chance.choice(TYPES),
        "education_name": chance.choice(SCHOOLING),
        "published_at": int(published.timestamp()),
        "expires_at": int(expires.timestamp()),
        "show_salary": number % 3 != 0,
        "min_salary_amount": lowest,
        "max_salary_amount": lowest + chance.randint(0, 20) * 100_000,
        "skills": [
            {"value": skill} if index % 2 else skill for index, skill in enumerate(chance.sample(SKILLS, number % 4))
        ],
        "platform_link": f"https://loker.example/{number}" if number % 11 == 0 else None,
        "locations": [f"city:{uuid.UUID(int=int(city().code.replace('.', '')))}"],
    }
    return _with_habits(number, row, published)


def _place(number: int) -> dict[str, Any]:
    """One in eight lies elsewhere; one in ten has no district."""
    here, areas = city(), kecamatan()
    province = here.province.upper()
    if number % 8 == 5:
        elsewhere = here.neighbours[number // 8 % len(here.neighbours)]
        name = elsewhere.name.upper() if " " in elsewhere.name else elsewhere.name
        return {"province_name": province, "city_name": name, "district_name": elsewhere.district}
    district = None if number % 10 == 9 else areas[number % len(areas)].name.upper()
    return {"province_name": province, "city_name": here.name.upper(), "district_name": district}


def _with_habits(number: int, row: dict[str, Any], published: datetime) -> dict[str, Any]:
    """The row with its faults: missing amounts, other names of keys, an unknown type, no education."""
    if number % 5 == 4:
        del row["max_salary_amount"]
    if number % 25 == 12:
        row["job_title"] = row.pop("title")
        row["created_at"] = published.isoformat().replace("+00:00", "Z")
        del row["published_at"]
    if number == 17:
        row["job_type_name"] = "Sif Bergilir"
    if number % 20 == 6:
        del row["education_name"]
    return row
