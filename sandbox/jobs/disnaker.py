"""A labour office: its feed of vacancies and the database of its yellow cards, with the faults of real ones.

Faults of the feed:
- markup in descriptions; a zone called WIB
- company and place in elements of its own namespace, or nowhere
- no end in most entries; one entry that is months old
- vacancies that are also at Karirhub and the training centre

Faults of the database:
- all personal data of a request, with religion and weight, in the row of the card
- several rows of one person; unknown codes; impossible days
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

from aiohttp import web

from sandbox.jobs.blk import OWN
from sandbox.jobs.vacancies import code, vacancies
from sandbox.kit.control import Control
from sandbox.kit.people import ACCOUNTS
from sandbox.kit.seed import city

AGENCY = "disnaker-contoh"
CARDS = "kartu-kuning-contoh"
LOCAL = timezone(timedelta(hours=7))

ALSO_ON_KARIRHUB = (1, 8)
"""Numbers of Karirhub's vacancies that are in the feed too. The first is also on the training centre's page."""
ALSO_AT_BLK = 0
"""The number of the training centre's own vacancy that is in the feed."""
ALONE = ("Petugas Parkir", "Pengemudi Bus", "Perawat Lansia")
"""The vacancies of this feed alone, without a company."""
OLD = 1
"""The number of further vacancies that were never removed."""


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The route of the feed."""
    control.register(AGENCY)

    async def feed(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=rss(now()), content_type="application/rss+xml", charset="utf-8")

        return await control.answer(AGENCY, "feed", request, answer)

    return [web.get(f"/{AGENCY}/feed", feed)]


def rss(now: datetime) -> str:
    """The current feed."""
    rows = {row["id"]: row for row in vacancies(now)}
    items = [
        _item(
            f"kh-{number}",
            row["title"],
            row["company_name"],
            datetime.fromtimestamp(row["published_at"], LOCAL),
            now + timedelta(days=30),
        )
        for number in ALSO_ON_KARIRHUB
        for row in (rows[code(number)],)
    ]
    title, company, *_ = OWN[ALSO_AT_BLK]
    items.append(_item("blk", title.partition(" (")[0], company, now - timedelta(hours=30), None))
    items += [
        _item(f"sendiri-{number}", title, None, now - timedelta(days=10 + number), None)
        for number, title in enumerate(ALONE)
    ]
    items.append(_item("lama", "Juru Tik", None, now - timedelta(days=200), None))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:job="https://disnaker.example/job">'
        f"<channel><title>Lowongan Disnaker Contoh</title>{''.join(items)}</channel></rss>"
    )


def _item(code: str, title: str, company: str | None, published: datetime, until: datetime | None) -> str:
    said = {
        "title": title,
        "link": f"https://disnaker.example/lowongan/{code}",
        "guid": f"disnaker-{code}",
        "pubDate": published.astimezone(LOCAL).strftime("%a, %d %b %Y %H:%M:%S WIB"),
        "category": "Umum",
        "description": f"<p>Dicari {title}. Lamaran dibawa ke loket <b>bursa kerja</b>.</p>",
    }
    if company:
        said |= {"job:company": company, "job:location": city().name}
    if until:
        said |= {"job:deadline": until.astimezone(LOCAL).date().isoformat()}
    return "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items()) + "</item>"


TABLE = """CREATE TABLE user_detail (
    no_pendaftaran TEXT, nik TEXT, nama_lengkap TEXT, tempat_lahir TEXT, tanggal_lahir TEXT, jenis_kelamin TEXT,
    agama TEXT, status_perkawinan TEXT, tinggi_badan INTEGER, berat_badan INTEGER, pendidikan_terakhir TEXT,
    jurusan TEXT, pengalaman_kerja TEXT, no_hp TEXT, alamat TEXT, id_status_verifikasi INTEGER,
    mulai_berlaku TEXT, akhir_berlaku TEXT)"""


def fill_cards(connection: sqlite3.Connection, now: datetime) -> None:
    """The table of cards: a valid one, one that has ended, a request, and one with an unknown code."""
    connection.execute(TABLE)
    today = now.astimezone(LOCAL).date()
    for number, (name, status, begun, ends) in enumerate(
        (
            ("citizen", 2, -900, -170),
            ("citizen", 2, -200, 530),
            ("citizen", 1, None, None),
            ("neighbour", 2, -900, -170),
            ("newcomer", 1, None, None),
            ("officer", 7, -10, -40),
        )
    ):
        days = [None if each is None else (today + timedelta(days=each)).isoformat() for each in (begun, ends)]
        connection.execute(
            "INSERT INTO user_detail VALUES (?, ?, ?, 'Contoh', '1990-01-01', 'P', 'rahasia', 'rahasia', 160, 55, "
            "'SMA', 'IPA', 'rahasia', '+62215554000', 'Jl. Contoh', ?, ?, ?)",
            (f"AK-{number}", ACCOUNTS[name].nik, f"Pencari Kerja Contoh {number}", status, *days),
        )
