"""Fifteen hundred regulations that do not exist: of a city, its province and the state."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

from sandbox.kit.seed import draw

HOST = "https://jdih.example.go.id"

SUBJECTS = (
    "KETERTIBAN UMUM", "RETRIBUSI PASAR", "PAJAK DAERAH", "PENGELOLAAN SAMPAH", "KAWASAN TANPA ROKOK", "TATA RUANG",
    "BANGUNAN GEDUNG", "PERPARKIRAN", "AIR BERSIH", "KESEHATAN IBU DAN ANAK", "PENDIDIKAN DASAR", "PERPUSTAKAAN",
    "KEPEMUDAAN", "OLAHRAGA", "PARIWISATA", "CAGAR BUDAYA", "KETENAGAKERJAAN", "PENANAMAN MODAL", "USAHA MIKRO",
    "KETAHANAN PANGAN", "PERIKANAN", "LALU LINTAS", "ANGKUTAN UMUM", "PENERANGAN JALAN", "PEMAKAMAN", "KEBENCANAAN",
    "SISTEM PEMERINTAHAN BERBASIS ELEKTRONIK", "SATU DATA", "KEARSIPAN", "PELAYANAN PUBLIK", "KEPEGAWAIAN",
    "BARANG MILIK DAERAH", "ANGGARAN", "PENGADAAN", "PERIZINAN", "REKLAME", "RUANG TERBUKA HIJAU", "DRAINASE",
    "RUMAH SUSUN", "PENYANDANG DISABILITAS",
)  # fmt: skip

STATUSES = ("Berlaku", "Berlaku", "Berlaku", "Aktif", "Tidak Berlaku", "Dicabut", "Diubah", "Berlaku Sebagian")
MISSING: tuple[str | None, ...] = ("-", "", None)


class Publisher(NamedTuple):
    """One member of the network; `kinds` are by abbreviation."""

    code: str
    documents: int
    author: str
    kinds: dict[str, str]


PUBLISHERS = (
    Publisher(
        "jdih-kota",
        500,
        "KOTA CONTOH",
        {
            "PERDA": "PERATURAN DAERAH",
            "PERWAL": "PERATURAN WALIKOTA",
            "KEPWAL": "KEPUTUSAN WALIKOTA",
            "INWAL": "INSTRUKSI WALIKOTA",
            "SE": "SURAT EDARAN",
        },
    ),
    Publisher(
        "jdih-provinsi",
        600,
        "PROVINSI CONTOH",
        {"PERDA": "PERATURAN DAERAH", "PERGUB": "PERATURAN GUBERNUR", "KEPGUB": "KEPUTUSAN GUBERNUR"},
    ),
    Publisher(
        "jdih-pusat",
        400,
        "INDONESIA CONTOH",
        {
            "UU": "UNDANG-UNDANG",
            "PP": "PERATURAN PEMERINTAH",
            "PERPRES": "PERATURAN PRESIDEN",
            "PERMEN": "PERATURAN MENTERI",
        },
    ),
)

NAMED = {
    ("jdih-kota", 95): ("PERDA", 2008),
    ("jdih-kota", 96): ("PERDA", 2009),
    ("jdih-kota", 97): ("PERDA", 2019),
    ("jdih-kota", 98): ("PERDA", 2022),
    ("jdih-kota", 99): ("PERDA", 2023),
    ("jdih-kota", 100): ("PERDA", 2025),
    ("jdih-provinsi", 97): ("PERDA", 2019),
}
"""Kinds and years that are fixed: a Perda 8/2019 of the city with its relations, and one of the province."""
SAID = {
    ("jdih-kota", 97): "Mencabut Perda Nomor 6 Tahun 2008; mengubah Perda No. 7/2009; diubah dengan Perda 10/2023",
    ("jdih-kota", 98): "Berlaku",
    ("jdih-kota", 100): "Mencabut Peraturan Daerah Kota Contoh Nomor 8 Tahun 2019",
}
"""The statuses of some of them."""

REPEATED = 30
"""How many documents of the city stand two or three times, for attachments or subjects, and not side by side."""
HIDDEN = 5
"""How many further rows of the city are hidden."""


@cache
def rows(code: str, year: int) -> tuple[dict[str, Any], ...]:
    """The whole collection of one publisher, up to this year, newest last."""
    publisher = next(each for each in PUBLISHERS if each.code == code)
    made = [_row(publisher, number, year) for number in range(publisher.documents)]
    if code == "jdih-kota":
        made += [_again(made[number], 2) for number in range(REPEATED)]
        made += [_again(made[number], 3) for number in range(REPEATED // 3)]
        made += [_row(publisher, publisher.documents + number, year) | {"display": "0"} for number in range(HIDDEN)]
    return tuple(made)


def many(count: int) -> Iterator[dict[str, Any]]:
    """So many rows, one after the other, for a very large feed."""
    for number in range(count):
        yield _row(PUBLISHERS[0], number, 2026)


def _row(publisher: Publisher, number: int, until: int) -> dict[str, Any]:
    chance = draw("regulation", publisher.code, number)
    short, year = _drawn(publisher, number, chance, until)
    kind = publisher.kinds[short]
    ordinal = _ordinal(number)
    day = date(year, 1, 2) + timedelta(days=chance.randint(0, 300 if year == until else 360))
    subject = SUBJECTS[number % len(SUBJECTS)]
    about = f"CONTOH {subject}"
    if (publisher.code, number) == ("jdih-kota", 98):
        about = f"PERUBAHAN ATAS PERATURAN DAERAH NOMOR 8 TAHUN 2019 TENTANG {about}"
    file = f"{short.lower()}-{ordinal}-{year}-{number}.pdf"
    missing = MISSING[number % len(MISSING)]
    return {
        "idData": str(10_000 + number),
        "tahun_pengundangan": str(year),
        "tanggal_pengundangan": "0000-00-00" if number % 50 == 7 else day.isoformat(),
        "jenis": (kind, kind.title(), short)[number % 3],
        "noPeraturan": (str(ordinal), f"{ordinal} TAHUN {year}", f"{ordinal:03d}")[number % 3],
        "judul": f"{kind} {publisher.author} NOMOR {ordinal} TAHUN {year} TENTANG {about}",
        "noPanggil": missing,
        "singkatanJenis": "-" if number % 3 == 2 else short,
        "tempatTerbit": "Contoh",
        "penerbit": "Bagian Hukum",
        "deskripsiFisik": "12 hlm",
        "sumber": f"LD.{year}/NO.{ordinal}",
        "subjek": f"{subject} - CONTOH",
        "isbn": missing,
        "status": _status(publisher, number, until),
        "bahasa": "Indonesia",
        "bidangHukum": "Hukum Administrasi Negara",
        "teuBadan": publisher.author,
        "nomorIndukBuku": missing,
        "fileDownload": file,
        "urlDownload": _download(number, file),
        "abstrak": f"<p>Contoh abstrak tentang {subject.lower()}.</p>" if number % 4 == 0 else missing,
        "urlabstrak": missing,
        "urlDetailPeraturan": f"{HOST}/d/{10_000 + number}",
        "operasi": "4",
        "display": "1",
    }


def _drawn(publisher: Publisher, number: int, chance: Random, until: int) -> tuple[str, int]:
    """The abbreviation of the kind, and the year."""
    drawn = chance.choice(list(publisher.kinds)), chance.randint(2001, until)
    return NAMED.get((publisher.code, number), drawn)


def _ordinal(number: int) -> int:
    return number % 90 + 1


def _cited(publisher: Publisher, number: int, until: int) -> str:
    """A regulation as another one names it: some by the abbreviation, some with the name of the place."""
    short, year = _drawn(publisher, number, draw("regulation", publisher.code, number), until)
    if number % 2:
        return f"{short.title()} Nomor {_ordinal(number)} Tahun {year}"
    return f"{publisher.kinds[short].title()} {publisher.author.title()} No. {_ordinal(number)}/{year}"


def _status(publisher: Publisher, number: int, until: int) -> str | None:
    """Of forty, one revokes three others, one amends the one before it, and two are amended or revoked by it."""
    if (publisher.code, number) in SAID:
        return SAID[publisher.code, number]
    before = _cited(publisher, number - 1, until) if number else ""
    told = {
        11: f"Mencabut {before} dan {_cited(publisher, number + 1, until)}, {_cited(publisher, number + 3, until)}",
        23: f"Berlaku; mengubah {before}",
        25: f"Diubah dengan {before}",
        33: f"Dicabut dengan {before}",
        37: f"Mencabut beberapa ketentuan dalam {before}",
    }
    if number % 40 in told:
        return told[number % 40]
    if number % 60 == 31:
        return MISSING[number % 3]
    return STATUSES[number % len(STATUSES)]


def _download(number: int, file: str) -> str | None:
    if number % 20 == 4:
        return f"{HOST}/file/berkas lama/{file}"
    if number % 20 == 9:
        return f"http://jdih.example.go.id/file/{file}"
    if number % 20 == 14:
        return "belum ada"
    return f"{HOST}/file/{file}"


def _again(row: dict[str, Any], time: int) -> dict[str, Any]:
    """The same document again, with another file or under another subject."""
    if time == 2:
        file = f"lampiran-{row['fileDownload']}"
        return row | {"fileDownload": file, "urlDownload": f"{HOST}/file/{file}"}
    return row | {"subjek": "LAMPIRAN - CONTOH"}
